import { type CellIndex, createCellIndex } from './cell-index.js';

/** Points that hang together. */
export interface ConnectedGroups {
  readonly count: number;
  /** Number of each point's group, -1 for none; groups are numbered by their first point. */
  readonly groupOf: Int32Array;
  readonly sizes: Int32Array;
}

/** Cells that can hold a point within reach, seen from one side: reach is the diagonal of a cell. */
const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [1, -2],
  [1, -1],
  [1, 0],
  [1, 1],
  [1, 2],
  [2, -1],
  [2, 0],
  [2, 1],
  [0, 1],
  [0, 2],
];

/**
 * Groups the marked points so that any two at most `reach` metres apart are in one group, and keeps the groups of at
 * least `leastPoints`.
 *
 * Cells have a diagonal of `reach`, so that all points in one belong together without looking; between two cells the
 * first pair that is near enough settles the matter. That makes it linear in the points for any bounded density.
 */
export function groupPoints(
  x: Float64Array,
  y: Float64Array,
  isMarked: Uint8Array,
  reach: number,
  leastPoints: number,
): ConnectedGroups {
  const cells = createCellIndex(x, y, reach / Math.SQRT2, isMarked);
  const parents = new Int32Array(cells.cellCount);
  for (let cell = 0; cell < parents.length; cell++) parents[cell] = cell;
  for (let cell = 0; cell < parents.length; cell++) {
    for (const [dx, dy] of NEIGHBOURS) {
      const other = cells.cellAt(cells.columnOf(cell) + dx, cells.rowOf(cell) + dy);
      if (other < 0) continue;
      const left = findRoot(parents, cell);
      const right = findRoot(parents, other);
      if (left === right || !areNear(cells, x, y, cell, other, reach * reach)) continue;
      parents[Math.max(left, right)] = Math.min(left, right);
    }
  }
  return numberGroups(cells, parents, x.length, leastPoints);
}

function findRoot(parents: Int32Array, start: number): number {
  let cell = start;
  while (parents[cell] !== cell) {
    parents[cell] = parents[parents[cell]];
    cell = parents[cell];
  }
  return cell;
}

function areNear(
  { first, next }: CellIndex,
  x: Float64Array,
  y: Float64Array,
  left: number,
  right: number,
  squaredReach: number,
): boolean {
  for (let i = first[left]; i >= 0; i = next[i]) {
    for (let j = first[right]; j >= 0; j = next[j]) {
      const dx = x[i] - x[j];
      const dy = y[i] - y[j];
      if (dx * dx + dy * dy <= squaredReach) return true;
    }
  }
  return false;
}

function numberGroups(
  { first, next }: CellIndex,
  parents: Int32Array,
  pointCount: number,
  leastPoints: number,
): ConnectedGroups {
  const rootOf = new Int32Array(pointCount).fill(-1);
  const pointsOfRoot = new Int32Array(parents.length);
  for (let cell = 0; cell < parents.length; cell++) {
    const root = findRoot(parents, cell);
    for (let i = first[cell]; i >= 0; i = next[i]) {
      rootOf[i] = root;
      pointsOfRoot[root]++;
    }
  }
  const numbers = new Int32Array(parents.length).fill(-1);
  const sizes: number[] = [];
  for (let i = 0; i < pointCount; i++) {
    const root = rootOf[i];
    if (root < 0) continue;
    if (pointsOfRoot[root] < leastPoints) rootOf[i] = -1;
    else {
      if (numbers[root] < 0) numbers[root] = sizes.push(pointsOfRoot[root]) - 1;
      rootOf[i] = numbers[root];
    }
  }
  return { count: sizes.length, groupOf: rootOf, sizes: Int32Array.from(sizes) };
}

/**
 * Gives every point that has no group the group of a point within `radius` of it: those that lie in the area without
 * being part of what makes it one. `radius` must be at most half the reach that the groups were made with, so that a
 * point is near to one group only.
 */
export function surroundGroups(
  x: Float64Array,
  y: Float64Array,
  groupOf: Int32Array,
  radius: number,
): Int32Array {
  const isGrouped = Uint8Array.from(groupOf, (group) => (group >= 0 ? 1 : 0));
  const cells = createCellIndex(x, y, radius, isGrouped);
  const areaOf = groupOf.slice();
  const squared = radius * radius;
  for (let i = 0; i < x.length; i++) {
    if (areaOf[i] >= 0 || Number.isNaN(x[i] + y[i])) continue;
    areaOf[i] = findNearGroup(cells, x, y, groupOf, i, radius, squared);
  }
  return areaOf;
}

function findNearGroup(
  cells: CellIndex,
  x: Float64Array,
  y: Float64Array,
  groupOf: Int32Array,
  i: number,
  side: number,
  squared: number,
): number {
  const column = Math.floor(x[i] / side);
  const row = Math.floor(y[i] / side);
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      const cell = cells.cellAt(column + dx, row + dy);
      if (cell < 0) continue;
      for (let j = cells.first[cell]; j >= 0; j = cells.next[j]) {
        if ((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 <= squared) return groupOf[j];
      }
    }
  }
  return -1;
}
