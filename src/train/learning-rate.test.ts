import { expect, it } from 'vitest';
import { learningRateAt } from './learning-rate.js';

const plan = { learningRate: 0.2, schedule: 'cosine', warmupEpochs: 2, epochs: 12 } as const;

it('rises in a line, then falls along half a cosine', () => {
  expect(learningRateAt(0, 10, plan)).toBeCloseTo(0.01, 12);
  expect(learningRateAt(19, 10, plan)).toBeCloseTo(0.2, 12);
  expect(learningRateAt(20, 10, plan)).toBeCloseTo(0.2, 12);
  expect(learningRateAt(70, 10, plan)).toBeCloseTo(0.1, 12);
  expect(learningRateAt(119, 10, plan)).toBeCloseTo(0.1 * (1 + Math.cos(0.99 * Math.PI)), 12);
});

it('stays where it is without a schedule', () => {
  expect(learningRateAt(500, 10, { ...plan, schedule: 'constant' })).toBe(0.2);
  expect(learningRateAt(0, 10, { ...plan, schedule: 'constant', warmupEpochs: 0 })).toBe(0.2);
});
