import type { Tensor } from '../graph.js';
import { dense } from '../layers.js';
import { ACTIVATIONS, type ActivationName } from '../ops/activation.js';
import type { Architecture, HeadDescription, Trunk } from '../trunk.js';

export interface DenseOptions {
  /** Number of features of a sample. */
  readonly features: number;
  /** Widths of the hidden layers, in order; none makes a linear model. */
  readonly widths: readonly number[];
  readonly dropout?: number;
  readonly activation?: ActivationName;
  readonly heads: Readonly<Record<string, HeadDescription>>;
}

/** Hidden layers between features and heads. Input `features` [features]. */
export function createDense(options: DenseOptions): Architecture {
  return {
    name: 'dense',
    options: { ...options },
    inputs: { features: [options.features] },
    heads: options.heads,
    buildTrunk(trunk, inputs) {
      return denseHeads(trunk, inputs.features, options);
    },
  };
}

/** Hidden layers with dropout after each, and one linear layer a head. */
export function denseHeads(
  trunk: Trunk,
  features: Tensor,
  options: Pick<DenseOptions, 'widths' | 'dropout' | 'activation' | 'heads'>,
): Record<string, Tensor> {
  const { widths, dropout = 0, activation = 'relu', heads } = options;
  const hidden = widths.reduce((x, width, index) => {
    const activated = ACTIVATIONS[activation](dense(trunk, `hidden${index + 1}`, x, width));
    return dropout > 0 ? trunk.dropout(activated, dropout) : activated;
  }, features);
  return Object.fromEntries(
    Object.entries(heads).map(([name, { size }]) => [name, dense(trunk, `head.${name}`, hidden, size)]),
  );
}
