import { elementCount, float32Tensor, type TensorData } from '../network/tensor.js';
import type { Architecture, ArchitectureSurvey } from '../network/trunk.js';
import type { Random } from '../random.js';
import type { NetworkSamples } from './network-samples.js';

/**
 * The rows of one training step, in buffers that are used again for the next. `rows` are sample numbers; the buffers
 * have room for a whole batch, of which the first `rows.length` count.
 */
export interface StepBatch {
  rows: Int32Array;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly targets: Readonly<Record<string, Float32Array>>;
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/** How targets and weights become those of the loss. */
export interface LossRules {
  /** Share of the target's certainty that is spread over all classes. */
  readonly labelSmoothing: number;
  /** By head, a factor for each class (softmax) or output. */
  readonly classWeights: Readonly<Record<string, readonly number[]>>;
  /** By head, its share in the loss; 1 where nothing is said. */
  readonly headWeights: Readonly<Record<string, number>>;
}

export function createBatch(architecture: Architecture, batchSize: number): StepBatch {
  const { inputs, heads } = architecture;
  const buffers = <T>(source: Readonly<Record<string, T>>, size: (item: T) => number) => {
    return Object.fromEntries(
      Object.entries(source).map(([name, item]) => [name, new Float32Array(batchSize * size(item))]),
    );
  };
  return {
    rows: new Int32Array(0),
    inputs: buffers(inputs, elementCount),
    targets: buffers(heads, ({ size }) => size),
    weights: buffers(heads, () => 1),
  };
}

/** Copies samples into a batch. Rows left over keep what they held: their weight of 0 takes them out of the loss. */
export function fillBatch(batch: StepBatch, samples: NetworkSamples, rows: Int32Array): void {
  batch.rows = rows;
  gatherRows(batch.inputs, samples.inputs, rows, samples.count);
  gatherRows(batch.targets, samples.targets, rows, samples.count);
  for (const [name, weights] of Object.entries(batch.weights)) {
    const given = samples.weights?.[name];
    weights.fill(0);
    for (let i = 0; i < rows.length; i++) weights[i] = given === undefined ? 1 : given[rows[i]];
  }
}

/** What the step is fed for a filled batch; changes the batch's targets and weights to those of the loss. */
export function batchFeeds(
  batch: StepBatch,
  architecture: Architecture,
  rules: LossRules,
): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = {};
  for (const [name, shape] of Object.entries(architecture.inputs)) {
    const data = batch.inputs[name];
    feeds[`input.${name}`] = float32Tensor(data, [data.length / elementCount(shape), ...shape]);
  }
  for (const [name, { size, loss }] of Object.entries(architecture.heads)) {
    const targets = batch.targets[name];
    const weights = batch.weights[name];
    applyClassWeights(weights, targets, rules.classWeights[name]);
    normaliseWeights(weights, rules.headWeights[name] ?? 1);
    const even = rules.labelSmoothing / (loss === 'softmax' ? size : 2);
    for (let i = 0; i < targets.length; i++) targets[i] = targets[i] * (1 - rules.labelSmoothing) + even;
    feeds[`target.${name}`] = float32Tensor(targets, [weights.length, size]);
    feeds[`weight.${name}`] = float32Tensor(weights, [weights.length]);
  }
  return feeds;
}

/** Draws which values every dropout lets pass: 0, or what makes up for the lost ones. */
export function maskFeeds(
  survey: ArchitectureSurvey,
  batchSize: number,
  random: Random,
): Record<string, TensorData> {
  return Object.fromEntries(
    survey.dropouts.map(({ shape, rate }, index) => {
      const kept = 1 / (1 - rate);
      const mask = new Float32Array(batchSize * elementCount(shape));
      for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < rate ? 0 : kept;
      return [`mask.${index}`, float32Tensor(mask, [batchSize, ...shape])];
    }),
  );
}

function gatherRows(
  into: Readonly<Record<string, Float32Array>>,
  from: Readonly<Record<string, Float32Array>>,
  rows: Int32Array,
  count: number,
): void {
  for (const [name, buffer] of Object.entries(into)) {
    const source = from[name];
    const size = source.length / count;
    for (let i = 0; i < rows.length; i++) {
      buffer.set(source.subarray(rows[i] * size, (rows[i] + 1) * size), i * size);
    }
  }
}

function applyClassWeights(
  weights: Float32Array,
  targets: Float32Array,
  factors: readonly number[] | undefined,
): void {
  if (factors === undefined) return;
  for (let i = 0; i < weights.length; i++) {
    let factor = 0;
    for (let k = 0; k < factors.length; k++) factor += targets[i * factors.length + k] * factors[k];
    weights[i] *= factor;
  }
}

/** Makes the loss of a head a weighted mean over the batch. */
function normaliseWeights(weights: Float32Array, headWeight: number): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return;
  for (let i = 0; i < weights.length; i++) weights[i] *= headWeight / total;
}
