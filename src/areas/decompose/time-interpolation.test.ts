import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { interpolateSeries, measureInterpolationNoise, planInterpolation } from './time-interpolation.js';

describe('planInterpolation', () => {
  const from = createEpochAxis([100, 112, 118, 142]);

  it('reproduces a straight line on any dates within, and its own dates exactly', () => {
    const to = createEpochAxis([100, 103, 112, 117, 130, 142]);
    const values = new Float64Array(6);
    const line = Float32Array.from(from.days, (day) => 0.25 * day - 3);
    interpolateSeries(planInterpolation(from, to), line, values);
    expect([...values]).toEqual([...to.days].map((day) => 0.25 * day - 3));
  });

  it('knows that a value midway between two dates has half their variance', () => {
    const plan = planInterpolation(from, createEpochAxis([100, 106, 130]));
    expect([...plan.variance]).toEqual([1, 0.5, 0.5]);
  });

  it('refuses dates outside', () => {
    expect(() => planInterpolation(from, createEpochAxis([99, 112]))).toThrow(RangeError);
  });
});

describe('measureInterpolationNoise', () => {
  it('finds the noise of a noisy line on uneven dates', () => {
    const random = createRandom(5);
    const axis = createEpochAxis(Array.from({ length: 4000 }, (_, i) => 9 * i + (i % 2) * 3));
    const series = Float32Array.from(axis.years, (years) => 4 * years + 2.5 * random.normal());
    expect(measureInterpolationNoise(axis, series)).toBeGreaterThan(2.35);
    expect(measureInterpolationNoise(axis, series)).toBeLessThan(2.65);
  });
});
