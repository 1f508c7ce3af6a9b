import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { createDescriber } from './describe.js';
import { fisherTail2, studentQuantile95 } from './distributions.js';
import { selectMedian } from './noise.js';
import { createNoiseEstimator } from './noise-estimate.js';
import type { NoiseModel } from './noise-model.js';
import { correlationAtLag, explainNoiseModel, WHITE_NOISE } from './noise-model.js';

describe('quantiles', () => {
  it('agree with tables', () => {
    // Student's t, two-sided 5 %: 2.3060 (8), 2.0860 (20), 1.9842 (97 to 100).
    expect(studentQuantile95(8)).toBeCloseTo(2.306, 3);
    expect(studentQuantile95(20)).toBeCloseTo(2.086, 3);
    expect(studentQuantile95(100)).toBeCloseTo(1.984, 3);
    // F(2, 20) at 5 %: 3.4928; F(2, 60) at 1 %: 4.9774.
    expect(fisherTail2(3.4928, 20)).toBeCloseTo(0.05, 4);
    expect(fisherTail2(4.9774, 60)).toBeCloseTo(0.01, 4);
  });
});

describe('selectMedian', () => {
  it('equals the middle of the sorted values, ties and all', () => {
    const random = createRandom(4);
    for (let count = 1; count < 60; count++) {
      const values = Float32Array.from({ length: count }, () => random.integer(10));
      const sorted = Float32Array.from(values).sort();
      expect(selectMedian(values, count)).toBe(sorted[count >> 1]);
    }
  });
});

describe('noise of a point', () => {
  it('is the deviation of white noise, with as many samples as dates', async () => {
    const axis = drawAxis(createRandom('axis'), 200);
    const rows = new Float32Array(100 * 200);
    const add = createNoiseSource(WHITE_NOISE, axis, createRandom('white'));
    for (let point = 0; point < 100; point++) add(rows, point * 200, 3);
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rows));
    const mean = (values: Float32Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(description.noise)).toBeCloseTo(3, 0);
    expect(mean(description.residualNoise)).toBeCloseTo(3, 1);
    expect(Math.abs(mean(description.lagOneCorrelation))).toBeLessThan(0.04);
    expect(mean(description.effectiveSamples)).toBeGreaterThan(180);
  });
});

describe('noise from date to date', () => {
  it('is not moved by jumps and outliers', async () => {
    const axis = drawAxis(createRandom('axis'), 200);
    const rows = new Float32Array(60 * 200);
    const add = createNoiseSource(WHITE_NOISE, axis, createRandom('jumps'));
    for (let point = 0; point < 60; point++) {
      add(rows, point * 200, 2);
      for (let i = 0; i < 200; i++) rows[point * 200 + i] += (i > 90 ? 27.7 : 0) + (i % 40 === 7 ? 25 : 0);
    }
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rows));
    const mean = description.noise.reduce((sum, value) => sum + value, 0) / 60;
    expect(Math.abs(mean - 2)).toBeLessThan(0.1);
  });
});

describe('createNoiseEstimator', () => {
  const axis = drawAxis(createRandom('axis'), 160);

  function estimate(model: NoiseModel, points: number, spoil = false): NoiseModel {
    const rows = new Float32Array(points * 160);
    const random = createRandom('estimate');
    const add = createNoiseSource(model, axis, random);
    for (let point = 0; point < points; point++) {
      add(rows, point * 160, random.between(1, 3));
      const speed = 10 * random.normal();
      for (let i = 0; i < 160; i++) rows[point * 160 + i] += speed * axis.years[i];
      // Every fourth point jumps or bends and must not count.
      if (spoil && point % 4 === 0)
        for (let i = 80; i < 160; i++) rows[point * 160 + i] += point % 8 ? 27.7 : i - 80;
    }
    const estimator = createNoiseEstimator(axis);
    estimator.add(batchOfSeries(axis, rows));
    return estimator.finish();
  }

  it('learns from points without a jump, a bend or many missing dates', () => {
    const rows = new Float32Array(100 * 160);
    const add = createNoiseSource(WHITE_NOISE, axis, createRandom('quiet'));
    const spoils: readonly ((i: number) => number)[] = [
      () => 0,
      (i) => (i === 80 ? 20 : 0),
      (i) => 0.01 * (i - 80) ** 2,
      (i) => (i % 8 === 0 ? Number.NaN : 0),
    ];
    for (let point = 0; point < 100; point++) {
      add(rows, point * 160, 1);
      for (let i = 0; i < 160; i++) rows[point * 160 + i] += spoils[point % 4](i);
    }
    const estimator = createNoiseEstimator(axis);
    estimator.add(batchOfSeries(axis, rows));
    expect(estimator.finish().quietPoints).toBe(25);
  });

  it.each([false, true])('recovers white and fading shares (spoilt points: %s)', (spoil) => {
    const truth: NoiseModel = { whiteShare: 0.55, exponentials: [{ share: 0.45, days: 45 }], quietPoints: 0 };
    const found = estimate(truth, 600, spoil);
    for (const lag of [6, 12, 24, 48, 96]) {
      expect(Math.abs(correlationAtLag(found, lag) - correlationAtLag(truth, lag))).toBeLessThan(0.06);
    }
    expect(found.quietPoints).toBeGreaterThan(350);
    expect(found.quietPoints).toBeLessThanOrEqual(spoil ? 450 : 600);
    expect(explainNoiseModel(found)).toMatch(/% white, .* fading over \d+ days.*quiet points/);
  });

  it('takes points that lack a date', () => {
    const rows = new Float32Array(100 * 160);
    const add = createNoiseSource(WHITE_NOISE, axis, createRandom('lacking'));
    for (let point = 0; point < 100; point++) {
      add(rows, point * 160, 2);
      rows[point * 160 + 33] = Number.NaN;
      if (point < 30) rows.fill(Number.NaN, point * 160, point * 160 + 40);
    }
    const estimator = createNoiseEstimator(axis);
    estimator.add(batchOfSeries(axis, rows));
    const { quietPoints } = estimator.finish();
    expect(quietPoints).toBeGreaterThan(60);
    expect(quietPoints).toBeLessThanOrEqual(70);
  });

  it('calls white noise white, nearly', () => {
    const found = estimate(WHITE_NOISE, 400);
    expect(correlationAtLag(found, 6)).toBeLessThan(0.08);
  });

  it('falls back to white noise where quiet points are few', () => {
    expect(estimate(WHITE_NOISE, 5)).toEqual(WHITE_NOISE);
  });
});
