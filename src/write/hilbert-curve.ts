/**
 * Position of a cell along the Hilbert curve over a square of 2^order by 2^order cells, as PMTiles version 3 counts it
 * ("Tile IDs"). The position of the cell's parent is this one divided by four, cut to a whole number.
 */
export function hilbertPosition(order: number, column: number, row: number): number {
  let x = column;
  let y = row;
  let position = 0;
  for (let side = 2 ** (order - 1); side >= 1; side /= 2) {
    const isRight = (x & side) !== 0 ? 1 : 0;
    const isLower = (y & side) !== 0 ? 1 : 0;
    position += side * side * ((3 * isRight) ^ isLower);
    if (isLower === 0) {
      if (isRight === 1) {
        x = side - 1 - x;
        y = side - 1 - y;
      }
      [x, y] = [y, x];
    }
  }
  return position;
}
