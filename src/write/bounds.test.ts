import { expect, it } from 'vitest';
import { boundsToBox, createBounds, extendBounds, hasPosition } from './bounds.js';

it('a point has a place where both of its coordinates are numbers', () => {
  expect(hasPosition(13, 38)).toBe(true);
  for (const nothing of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(hasPosition(nothing, 38)).toBe(false);
    expect(hasPosition(13, nothing)).toBe(false);
  }
});

it('bounds hold the points that have a place, and are no box without any', () => {
  const bounds = createBounds();
  expect(boundsToBox(bounds)).toBeUndefined();
  const none = Number.NaN;
  extendBounds(bounds, Float64Array.of(13, none, 12, 99), Float64Array.of(38, 1, 39, none), 4);
  expect(boundsToBox(bounds)).toEqual([12, 38, 13, 39]);
});
