import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { createDescriber } from './describe.js';
import { createNoiseEstimator } from './noise-estimate.js';
import type { NoiseModel } from './noise-model.js';
import { explainNoiseModel } from './noise-model.js';
import { jackknifeDeviation } from './noise-shares.js';

const WANDERING: NoiseModel = {
  whiteShare: 0.5,
  exponentials: [
    { share: 0.3, days: 32 },
    { share: 0.2, days: 1024 },
  ],
  quietPoints: 0,
};
const FADING: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 50 }], quietPoints: 0 };

function estimate(truth: NoiseModel, dates: number, points: number) {
  const random = createRandom(`doubt ${dates}`);
  const axis = drawAxis(random, dates);
  const add = createNoiseSource(truth, axis, random);
  const rows = new Float32Array(points * dates);
  for (let point = 0; point < points; point++) add(rows, point * dates, 2);
  const estimator = createNoiseEstimator(axis);
  estimator.add(batchOfSeries(axis, rows));
  return { axis, noise: estimator.finish() };
}

it('the jackknife of a mean is its standard error', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const total = values.reduce((sum, value) => sum + value, 0);
  const mean = total / 8;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7;
  const means = values.map((value) => (total - value) / 7);
  expect(jackknifeDeviation(means)).toBeCloseTo(Math.sqrt(variance / 8), 12);
  expect(jackknifeDeviation([])).toBe(0);
});

describe('how uncertain errors of velocities are', () => {
  it('is little where the noise fades fast, and much where a slow wander hides in the line', () => {
    const fading = estimate(FADING, 139, 1500).noise.velocityDoubt!;
    const hidden = estimate(WANDERING, 60, 1500).noise.velocityDoubt!;
    expect(fading).toBeGreaterThan(0);
    expect(fading).toBeLessThan(0.03);
    expect(hidden).toBeGreaterThan(2 * fading);
  });

  it('widens the errors of velocities by as much, and is told', async () => {
    const { axis, noise } = estimate(WANDERING, 60, 400);
    const series = Float32Array.from(axis.years, (year, i) => 3 * year + (i % 3));
    const errorUnder = async (model: NoiseModel): Promise<number> => {
      const description = await createDescriber({ axis, noise: model }).describe(batchOfSeries(axis, series));
      return description.velocityError[0];
    };
    const widened = await errorUnder({ ...noise, velocityDoubt: 0.1 });
    expect(widened / (await errorUnder({ ...noise, velocityDoubt: 0 }))).toBeCloseTo(1.1, 5);
    expect(explainNoiseModel({ ...noise, velocityDoubt: 0.1 })).toContain('errors of velocities 10 % wider');
  });
});
