import { GroundTrendError } from '../errors.js';
import { elementCount } from '../network/tensor.js';
import type { Architecture } from '../network/trunk.js';

/**
 * Samples as a network takes them, row-major: `inputs` by the architecture's input names (count x shape), `targets` by
 * head (count x size, values between 0 and 1; rows of a softmax head add up to one), `weights` by head (count), 1
 * where nothing is given; 0 leaves a sample out of a head's loss.
 */
export interface NetworkSamples {
  readonly count: number;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly targets: Readonly<Record<string, Float32Array>>;
  readonly weights?: Readonly<Record<string, Float32Array>>;
}

/** Class codes as rows of zeros with a one. */
export function oneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) rows[i * classes + labels[i]] = 1;
  return rows;
}

/** Throws `input` where an array is missing, has another size than the architecture says, or holds no number. */
export function checkSamples(samples: NetworkSamples, architecture: Architecture): void {
  const { count } = samples;
  for (const [name, shape] of Object.entries(architecture.inputs)) {
    checkArray(`input "${name}"`, samples.inputs[name], count * elementCount(shape));
  }
  for (const [name, { size }] of Object.entries(architecture.heads)) {
    checkArray(`target "${name}"`, samples.targets[name], count * size);
    const weights = samples.weights?.[name];
    if (weights !== undefined) checkArray(`weight "${name}"`, weights, count);
  }
}

function checkArray(what: string, values: Float32Array | undefined, expected: number): void {
  if (values === undefined) throw new GroundTrendError('input', `The samples have no ${what}.`);
  if (values.length !== expected) {
    throw new GroundTrendError(
      'input',
      `The ${what} should hold ${expected} numbers and holds ${values.length}.`,
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new GroundTrendError(
    'input',
    `The ${what} holds ${values[bad]} at place ${bad}; training needs numbers.`,
  );
}
