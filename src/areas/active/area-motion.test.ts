import { describe, expect, it } from 'vitest';
import { summariseMotion } from './area-motion.js';
import type { MapColumns } from './map-columns.js';

/** Points that move at -10 mm/yr; `accelerations` have an error of 1 mm/yr^2. */
function columnsOf(accelerations: readonly number[]): MapColumns {
  const of = (value: number) => Float32Array.from(accelerations, () => value);
  return {
    longitude: new Float64Array(accelerations.length),
    latitude: new Float64Array(accelerations.length),
    codes: new Uint8Array(accelerations.length),
    velocity: of(-10),
    acceleration: Float32Array.from(accelerations),
    accelerationError: of(1),
  };
}

const tendencyOf = (...accelerations: number[]) =>
  summariseMotion(columnsOf(accelerations), Int32Array.from(accelerations.keys())).tendency;

describe('the tendency of an area', () => {
  it('is what a fifth of its points say beyond twice their errors, against half as many', () => {
    expect(tendencyOf(-3, -3, 0, 0, 0, 0, 0, 0, 0, 0)).toBe('speeding up');
    expect(tendencyOf(3, 3, 0, 0, 0, 0, 0, 0, 0, 0)).toBe('slowing down');
    expect(tendencyOf(-3, 0, 0, 0, 0, 0, 0, 0, 0, 0)).toBe('steady');
    expect(tendencyOf(-1.9, -1.9, -1.9, 0, 0)).toBe('steady');
    expect(tendencyOf(-3, -3, -3, -3, 3, 3, 0, 0, 0, 0)).toBe('speeding up');
    expect(tendencyOf(-3, -3, -3, 3, 3, 0, 0, 0, 0, 0)).toBe('both');
  });

  it('is not said without errors of accelerations', () => {
    const { accelerationError: _, ...columns } = columnsOf([-3, -3]);
    expect(summariseMotion(columns, Int32Array.of(0, 1)).tendency).toBe('');
  });
});

it('onsets are the breaks after which points are faster', () => {
  const motion = summariseMotion(
    {
      ...columnsOf([0, 0, 0, 0]),
      breakDay: Float32Array.of(100, 200, 300, Number.NaN),
      velocityBefore: Float32Array.of(-1, -8, 0, 0),
      velocityAfter: Float32Array.of(-5, -2, 4, -9),
    },
    Int32Array.of(0, 1, 2, 3),
  );
  expect([motion.breakPoints, motion.breakDays[1]]).toEqual([3, 200]);
  expect([motion.onsetPoints, motion.onsetDay]).toEqual([2, 200]);
});
