import {
  averagePoolLayer,
  convolutionLayer,
  dense,
  flattenSequence,
  globalAverage,
  globalMaximum,
  mapSequence,
  maxPoolLayer,
  type Sequence,
  toSequence,
} from '../layers.js';
import { ACTIVATIONS, type ActivationName } from '../ops/activation.js';
import type { Architecture, HeadDescription, Trunk } from '../trunk.js';

/** One convolution, its activation and its pooling by 2. */
export interface CnnBlock {
  readonly filters: number;
  readonly kernel: number;
  readonly pool: 'max' | 'average' | 'none';
}

export interface CnnOptions {
  readonly epochs: number;
  readonly blocks: readonly CnnBlock[];
  /** How what is left of the sequence meets the dense layer: all of it, or its mean or maximum over time. */
  readonly joining: 'flatten' | 'average' | 'maximum';
  readonly dropout: number;
  readonly width: number;
  readonly activation: ActivationName;
  readonly heads: Readonly<Record<string, HeadDescription>>;
}

/**
 * The family that the paper's network is one of, for searching in: convolution blocks with pooling, dropout, one dense
 * layer, heads. Convolutions keep the length (padding `same`), so that every member can be built. Input `series`
 * [epochs, 1] in mm / 10.
 */
export function createCnn(options: CnnOptions): Architecture {
  const { epochs, blocks, joining, dropout, width, activation, heads } = options;
  return {
    name: 'cnn',
    options: { ...options },
    inputs: { series: [epochs, 1] },
    heads,
    buildTrunk(trunk, inputs) {
      const activate = ACTIVATIONS[activation];
      const last = blocks.reduce(
        (x, { filters, kernel, pool }, index) => {
          const convolved = convolutionLayer(trunk, `conv${index + 1}`, x, {
            kernel,
            filters,
            padding: 'same',
          });
          return poolBlock(trunk, mapSequence(convolved, activate), pool);
        },
        toSequence(trunk, inputs.series),
      );
      const joined = JOININGS[joining](trunk, last);
      const kept = dropout > 0 ? trunk.dropout(joined, dropout) : joined;
      const hidden = activate(dense(trunk, 'dense', kept, width));
      return Object.fromEntries(
        Object.entries(heads).map(([name, { size }]) => [name, dense(trunk, `head.${name}`, hidden, size)]),
      );
    },
  };
}

const JOININGS = { flatten: flattenSequence, average: globalAverage, maximum: globalMaximum } as const;

function poolBlock(trunk: Trunk, x: Sequence, pool: CnnBlock['pool']): Sequence {
  if (pool === 'none' || x.length < 2) return x;
  return pool === 'max' ? maxPoolLayer(trunk, x, 2) : averagePoolLayer(trunk, x, 2);
}
