import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { fitTemperature, meanLoss } from './calibrate.js';

describe('fitTemperature', () => {
  it('finds the temperature by which honest logits were made too sharp or too flat', () => {
    const random = createRandom('temperature');
    const size = 4;
    const rows = 20_000;
    const honest = Float32Array.from({ length: rows * size }, () => 1.5 * random.normal());
    const labels = Array.from({ length: rows }, (_, row) => {
      const weights = Array.from({ length: size }, (_, k) => Math.exp(honest[row * size + k]));
      return random.weighted(weights);
    });
    for (const factor of [0.5, 1, 2.5]) {
      const { temperature } = fitTemperature(
        honest.map((value) => value * factor),
        labels,
        size,
      );
      expect(temperature / factor).toBeGreaterThan(0.95);
      expect(temperature / factor).toBeLessThan(1.05);
    }
  });

  it('computes the loss of a worked example', () => {
    const loss = meanLoss(Float32Array.of(0, Math.log(3), 0, 0), [1, 0], 2, 1);
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6);
  });
});
