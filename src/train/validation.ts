import { elementCount, float32Tensor, type TensorData } from '../network/tensor.js';
import { buildEvaluation } from '../network/training-step.js';
import type { Architecture } from '../network/trunk.js';
import type { Runtime, Session } from '../runtime/session.js';
import type { NetworkSamples } from './network-samples.js';

const ROWS_PER_RUN = 512;

/** Runs a network under training on samples, without dropout. Owns a session: call `dispose`. */
export interface Evaluator {
  /** Logits by head, rows x size, of the samples with these numbers. */
  logits(
    parameters: Float32Array,
    samples: Pick<NetworkSamples, 'inputs' | 'count'>,
    rows: Int32Array,
  ): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** Mean loss over the rows (all heads, weighted), and the share of right answers of each head. */
export interface Score {
  readonly loss: number;
  readonly accuracy: Readonly<Record<string, number>>;
}

export async function createEvaluator(runtime: Runtime, architecture: Architecture): Promise<Evaluator> {
  const session = await runtime.createSession(buildEvaluation(architecture));
  return {
    logits: (parameters, samples, rows) => runLogits(session, architecture, parameters, samples, rows),
    dispose: () => session.dispose(),
  };
}

async function runLogits(
  session: Session,
  architecture: Architecture,
  parameters: Float32Array,
  samples: Pick<NetworkSamples, 'inputs' | 'count'>,
  rows: Int32Array,
): Promise<Record<string, Float32Array>> {
  const heads = Object.entries(architecture.heads);
  const results = Object.fromEntries(
    heads.map(([name, { size }]) => [name, new Float32Array(rows.length * size)]),
  );
  for (let start = 0; start < rows.length; start += ROWS_PER_RUN) {
    const part = rows.subarray(start, start + ROWS_PER_RUN);
    const feeds: Record<string, TensorData> = { parameters: float32Tensor(parameters, [parameters.length]) };
    for (const [name, shape] of Object.entries(architecture.inputs)) {
      const size = elementCount(shape);
      const source = samples.inputs[name];
      const data = new Float32Array(part.length * size);
      part.forEach((row, i) => {
        data.set(source.subarray(row * size, (row + 1) * size), i * size);
      });
      feeds[`input.${name}`] = float32Tensor(data, [part.length, ...shape]);
    }
    const outputs = await session.run(feeds);
    for (const [name, { size }] of heads) {
      results[name].set(outputs[`logits.${name}`].data as Float32Array, start * size);
    }
  }
  return results;
}

/** Scores logits (rows x size by head) against the samples' targets, each weighted as in training. */
export function scoreLogits(
  architecture: Architecture,
  logits: Readonly<Record<string, Float32Array>>,
  samples: NetworkSamples,
  rows: Int32Array,
  headWeights: Readonly<Record<string, number>> = {},
): Score {
  let loss = 0;
  const accuracy: Record<string, number> = {};
  for (const [name, head] of Object.entries(architecture.heads)) {
    let lossSum = 0;
    let right = 0;
    let total = 0;
    rows.forEach((row, i) => {
      const weight = samples.weights?.[name]?.[row] ?? 1;
      const answer = logits[name].subarray(i * head.size, (i + 1) * head.size);
      const target = samples.targets[name].subarray(row * head.size, (row + 1) * head.size);
      const scored = head.loss === 'softmax' ? scoreClasses(answer, target) : scoreOutputs(answer, target);
      lossSum += weight * scored.loss;
      right += weight * scored.right;
      total += weight;
    });
    loss += total === 0 ? 0 : ((headWeights[name] ?? 1) * lossSum) / total;
    accuracy[name] = total === 0 ? Number.NaN : right / total;
  }
  return { loss, accuracy };
}

function scoreClasses(logits: Float32Array, target: Float32Array): { loss: number; right: number } {
  const highest = indexOfMaximum(logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[highest]);
  const logSum = logits[highest] + Math.log(sum);
  let loss = 0;
  for (let k = 0; k < target.length; k++) loss += target[k] * (logSum - logits[k]);
  return { loss, right: highest === indexOfMaximum(target) ? 1 : 0 };
}

function scoreOutputs(logits: Float32Array, target: Float32Array): { loss: number; right: number } {
  let loss = 0;
  let right = 0;
  for (let k = 0; k < target.length; k++) {
    const x = logits[k];
    loss += Math.max(x, 0) - x * target[k] + Math.log1p(Math.exp(-Math.abs(x)));
    right += x > 0 === target[k] > 0.5 ? 1 / target.length : 0;
  }
  return { loss, right };
}

function indexOfMaximum(values: Float32Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}
