import { expect, it } from 'vitest';
import { createDense } from '../network/architectures/dense.js';
import { scoreLogits } from './validation.js';

const architecture = createDense({
  features: 1,
  widths: [],
  heads: { class: { size: 3, loss: 'softmax' }, jump: { size: 1, loss: 'sigmoid' } },
});

it('scores both kinds of head, weighted', () => {
  const logits = { class: Float32Array.of(0, 0, Math.log(2), 100, 0, 0), jump: Float32Array.of(0.5, -1000) };
  const samples = {
    count: 3,
    inputs: { features: new Float32Array(3) },
    targets: { class: Float32Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0), jump: Float32Array.of(1, 1, 1) },
    weights: { class: Float32Array.of(3, 0, 1), jump: Float32Array.of(1, 0, 0) },
  };
  const score = scoreLogits(architecture, logits, samples, Int32Array.of(0, 2), { jump: 0.5 });
  // Row 0: p = 1/2 for the right class. Sample 2: 100 behind. Weights 3 and 1.
  const classLoss = (3 * Math.log(2) + 100) / 4;
  expect(score.loss).toBeCloseTo(classLoss + 0.5 * Math.log(1 + Math.exp(-0.5)), 4);
  expect(score.accuracy).toEqual({ class: 0.75, jump: 1 });
});
