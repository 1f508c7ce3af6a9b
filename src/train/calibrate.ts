import type { Calibration } from '../network/inference-model.js';

const TEMPERATURES = 61;
const LOWEST = 0.25;
const HIGHEST = 4;
const BIAS_ROUNDS = 40;
/** The slope of a softmax changes by a quarter at the most, or half for two classes: this step cannot overshoot. */
const BIAS_STEP = 2;
/** Holds biases towards zero where a class is hardly among the samples. */
const BIAS_RIDGE = 0.01;

/** What is to be made likely: `size` numbers a row that sum to one, and the weight of the row. */
export interface SoftTargets {
  /** Rows x size. */
  readonly targets: Float32Array;
  /** One a row. */
  readonly weights: ArrayLike<number>;
}

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
  const biases = new Array<number>(size).fill(0);
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (const temperature of temperatureLadder(LOWEST, HIGHEST)) {
    const loss = meanLoss(logits, labels, size, temperature, weights);
    if (loss < best.loss) best = { temperature, loss };
  }
  return { temperature: best.temperature, biases };
}

/**
 * Temperature and one bias a class (bias-corrected temperature scaling: Alexandari, Kundaje and Shrikumar 2020) for
 * targets that may be shared among classes. Temperatures below 1 are not considered: too few real series are labelled
 * to make a network surer than it is.
 */
export function fitBiasCorrected(
  logits: Float32Array,
  { targets, weights }: SoftTargets,
  size: number,
): Calibration {
  let best: Calibration & { loss: number } = {
    temperature: 1,
    biases: [],
    loss: Number.POSITIVE_INFINITY,
  };
  // Neighbouring temperatures have nearly the same biases: each starts from those before.
  const biases = new Float64Array(size);
  for (const temperature of temperatureLadder(1, HIGHEST)) {
    const scaled = logits.map((value) => value / temperature);
    let loss = 0;
    for (let round = 0; round < BIAS_ROUNDS; round++) {
      const step = lossAndSlope(scaled, { targets, weights }, biases);
      loss = step.loss;
      for (let k = 0; k < size; k++) biases[k] -= BIAS_STEP * step.slope[k];
    }
    if (loss < best.loss) best = { temperature, biases: [...biases], loss };
  }
  return { temperature: best.temperature, biases: best.biases };
}

function temperatureLadder(lowest: number, highest: number): number[] {
  return Array.from(
    { length: TEMPERATURES },
    (_, step) => lowest * (highest / lowest) ** (step / (TEMPERATURES - 1)),
  );
}

/** Mean cross-entropy of softmax(logits + biases) with its ridge, and its slope in the biases. */
function lossAndSlope(logits: Float32Array, { targets, weights }: SoftTargets, biases: Float64Array) {
  const size = biases.length;
  const slope = new Float64Array(size);
  const values = new Float64Array(size);
  let loss = 0;
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    const start = row * size;
    for (let k = 0; k < size; k++) values[k] = logits[start + k] + biases[k];
    const highest = Math.max(...values);
    const logSum = highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
    for (let k = 0; k < size; k++) {
      const target = targets[start + k];
      loss += weights[row] * target * (logSum - values[k]);
      slope[k] += weights[row] * (Math.exp(values[k] - logSum) - target);
    }
    total += weights[row];
  }
  const ridge = biases.reduce((sum, bias) => sum + bias * bias, 0);
  return {
    loss: loss / total + (BIAS_RIDGE / 2) * ridge,
    slope: slope.map((value, k) => value / total + BIAS_RIDGE * biases[k]),
  };
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
