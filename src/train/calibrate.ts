import type { Calibration } from '../network/inference-model.js';

const TEMPERATURES = 61;
const LOWEST = 0.25;
const HIGHEST = 4;

/**
 * The temperature that makes a softmax head's probabilities as likely as can be on held-out samples (Guo, Pleiss, Sun
 * and Weinberger 2017): a search over a fine ladder, since the loss is convex in 1 / temperature and nothing finer than
 * a step matters.
 *
 * `logits` rows x size, `labels` one a row, `weights` one a row.
 */
export function fitTemperature(
  logits: Float32Array,
  labels: ArrayLike<number>,
  size: number,
  weights?: ArrayLike<number>,
): Calibration {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let step = 0; step < TEMPERATURES; step++) {
    const temperature = LOWEST * (HIGHEST / LOWEST) ** (step / (TEMPERATURES - 1));
    const loss = meanLoss(logits, labels, size, temperature, weights);
    if (loss < best.loss) best = { temperature, loss };
  }
  return { temperature: best.temperature, biases: new Array<number>(size).fill(0) };
}

/** Mean negative log-likelihood of the labels. */
export function meanLoss(
  logits: Float32Array,
  labels: ArrayLike<number>,
  size: number,
  temperature: number,
  weights?: ArrayLike<number>,
): number {
  let loss = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    const start = row * size;
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < size; k++) highest = Math.max(highest, logits[start + k] / temperature);
    let sum = 0;
    for (let k = 0; k < size; k++) sum += Math.exp(logits[start + k] / temperature - highest);
    loss += weight * (highest + Math.log(sum) - logits[start + labels[row]] / temperature);
    total += weight;
  }
  return loss / total;
}
