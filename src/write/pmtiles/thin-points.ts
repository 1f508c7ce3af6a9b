/** Cells along a side of a tile; of each at most one point is shown. */
const CELLS = 64;

/**
 * The points of a tile to show: the most important one of every cell of a 64 x 64 grid, the first of equals. The tile
 * is given by its zoom, column and row; points by their numbers and their places in the world.
 */
export function thinPoints(
  points: ArrayLike<number>,
  place: { readonly zoom: number; readonly column: number; readonly row: number },
  x: Float64Array,
  y: Float64Array,
  importance: Float32Array,
): number[] {
  if (points.length <= 1) return Array.from(points);
  const side = 2 ** place.zoom;
  const best = new Map<number, number>();
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    const column = Math.floor((x[point] * side - place.column) * CELLS);
    const row = Math.floor((y[point] * side - place.row) * CELLS);
    const cell = row * CELLS + column;
    const known = best.get(cell);
    const isBetter =
      known === undefined ||
      importance[point] > importance[known] ||
      (importance[point] === importance[known] && point < known);
    if (isBetter) best.set(cell, point);
  }
  return [...best.values()].sort((left, right) => left - right);
}
