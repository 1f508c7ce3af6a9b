import { describe, expect, it } from 'vitest';
import { createEpochAxis } from './epoch-axis.js';
import { fillGaps } from './fill-gaps.js';

const axis = createEpochAxis([0, 6, 12, 24, 36]);
const gap = Number.NaN;

describe('fillGaps', () => {
  it('draws straight lines in time, not in the number of dates', () => {
    const filled = fillGaps(axis, Float32Array.of(0, gap, gap, 4, 8), 1);
    expect([...filled]).toEqual([0, 1, 2, 4, 8]);
  });

  it('holds the nearest value at the ends', () => {
    expect([...fillGaps(axis, Float32Array.of(gap, gap, 3, 5, gap), 1)]).toEqual([3, 3, 3, 5, 5]);
  });

  it('gives zeros for a series without any value', () => {
    expect([...fillGaps(axis, new Float32Array(5).fill(gap), 1)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves the original alone, and copies only where something is missing', () => {
    const whole = Float32Array.of(1, 2, 3, 4, 5);
    expect(fillGaps(axis, whole, 1)).toBe(whole);
    const broken = Float32Array.of(1, 2, 3, 4, 5, 1, gap, 3, 4, 5);
    const filled = fillGaps(axis, broken, 2);
    expect(broken[6]).toBeNaN();
    expect([...filled]).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });
});
