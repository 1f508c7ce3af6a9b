import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { fitBiasCorrected, fitTemperature, meanLoss } from './calibrate.js';

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

describe('fitBiasCorrected', () => {
  it('finds temperature and biases that honest logits were spoilt by, from labels shared among classes too', () => {
    const random = createRandom('biases');
    const size = 3;
    const rows = 3000;
    const honest = Float32Array.from({ length: rows * size }, () => 1.5 * random.normal());
    const targets = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const weights = Array.from({ length: size }, (_, k) => Math.exp(honest[row * size + k]));
      // Two readers who see the same evidence and may differ.
      for (let reader = 0; reader < 2; reader++) targets[row * size + random.weighted(weights)] += 0.5;
    }
    const shifts = [0.8, 0, -0.8];
    const spoilt = honest.map((value, i) => 2 * (value + shifts[i % size]));
    const weights = new Float32Array(rows).fill(1);
    const { temperature, biases } = fitBiasCorrected(spoilt, { targets, weights }, size);
    expect(temperature).toBeGreaterThan(1.8);
    expect(temperature).toBeLessThan(2.2);
    expect(biases[2] - biases[0]).toBeCloseTo(1.6, 0);
  });

  it('never makes probabilities surer than they were', () => {
    const logits = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.1 : -0.1));
    const targets = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const { temperature } = fitBiasCorrected(logits, { targets, weights: new Float32Array(20).fill(1) }, 2);
    expect(temperature).toBe(1);
  });
});
