import { expect, it } from 'vitest';
import { thinPoints } from './thin-points.js';

it('of every cell of a tile the most important point is kept, the first of equals', () => {
  // Of the tile 1/0/1 (west, south): three points in one of its 64 x 64 cells, one in another.
  const x = Float64Array.of(0.1, 0.1001, 0.1002, 0.4);
  const y = Float64Array.of(0.6, 0.6001, 0.6, 0.9);
  const place = { zoom: 1, column: 0, row: 1 };
  expect(thinPoints([2, 1, 0, 3], place, x, y, Float32Array.of(5, 5, 4, 0))).toEqual([0, 3]);
  expect(thinPoints([0, 1, 2, 3], place, x, y, Float32Array.of(5, 5, 6, 0))).toEqual([2, 3]);
});
