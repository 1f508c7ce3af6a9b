/**
 * Position of a tile along the Hilbert curve of its zoom (PMTiles version 3, "Tile IDs"). The position of the tile's
 * parent is this one divided by four, cut to a whole number.
 */
export function hilbertOfTile(zoom: number, column: number, row: number): number {
  let x = column;
  let y = row;
  let position = 0;
  for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
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

/** The first tile id of a zoom: all tiles of the zooms before come first. */
export function firstTileId(zoom: number): number {
  return (4 ** zoom - 1) / 3;
}

/** Longitude and latitude as fractions of the square web Mercator world, from the north-west corner. */
export function projectToWorld(longitude: number, latitude: number): readonly [x: number, y: number] {
  const limited = Math.min(85.0511287798066, Math.max(-85.0511287798066, latitude));
  const radians = (limited * Math.PI) / 180;
  const x = (longitude + 180) / 360;
  const y = (1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2;
  const last = 1 - Number.EPSILON;
  return [Math.min(last, Math.max(0, x)), Math.min(last, Math.max(0, y))];
}
