import {
  convolutionLayer,
  depthwiseLayer,
  globalAverage,
  globalMaximum,
  mapSequence,
  type Sequence,
  toSequence,
} from '../layers.js';
import { ACTIVATIONS, type ActivationName } from '../ops/activation.js';
import { add } from '../ops/arithmetic.js';
import { concat } from '../ops/shape.js';
import type { Architecture, HeadDescription, Trunk } from '../trunk.js';
import { denseHeads } from './dense.js';

export interface DilatedOptions {
  /** Samples of the grid that a series is brought to. */
  readonly gridLength: number;
  /** Channels of the grid. */
  readonly gridChannels: number;
  /** Features beside the grid; 0 for none. */
  readonly features: number;
  /** Channels inside; a multiple of 16 suits ONNX Runtime best. */
  readonly channels: number;
  /** Kernel of the first convolution, and its stride. */
  readonly stemKernel?: number;
  readonly stemStride?: number;
  readonly kernel: number;
  /** One residual block for each: the distance between its kernel's samples. */
  readonly dilations: readonly number[];
  /** Widths of the dense layers after pooling. */
  readonly widths: readonly number[];
  readonly dropout?: number;
  readonly activation?: ActivationName;
  readonly heads: Readonly<Record<string, HeadDescription>>;
}

/**
 * A small network of dilated depthwise convolutions on a grid, joined by features: a convolution, residual blocks
 * (every channel with its own dilated kernel, then a mixing of channels), mean and maximum over the grid, the features
 * beside them, dense layers, heads. Inputs `grid` [length, channels] and, where there are any, `features` [features].
 */
export function createDilated(options: DilatedOptions): Architecture {
  const { gridLength, gridChannels, features } = options;
  return {
    name: 'dilated',
    options: { ...options },
    inputs: { grid: [gridLength, gridChannels], ...(features > 0 && { features: [features] }) },
    heads: options.heads,
    buildTrunk(trunk, inputs) {
      const { channels, stemKernel = 5, stemStride = 1, activation = 'relu' } = options;
      const activate = ACTIVATIONS[activation];
      const stem = convolutionLayer(trunk, 'stem', toSequence(trunk, inputs.grid), {
        kernel: stemKernel,
        stride: stemStride,
        filters: channels,
        padding: 'same',
        initial: 'he-normal',
      });
      const last = options.dilations.reduce(
        (x, dilation, index) => {
          return residualBlock(trunk, `block${index + 1}`, x, { ...options, dilation, activate });
        },
        mapSequence(stem, activate),
      );
      const pooled = [globalAverage(trunk, last), globalMaximum(trunk, last)];
      return denseHeads(trunk, concat(features > 0 ? [...pooled, inputs.features] : pooled, 1), options);
    },
  };
}

function residualBlock(
  trunk: Trunk,
  name: string,
  x: Sequence,
  options: Pick<DilatedOptions, 'kernel' | 'channels'> & {
    readonly dilation: number;
    readonly activate: (typeof ACTIVATIONS)[ActivationName];
  },
): Sequence {
  const { kernel, dilation, channels, activate } = options;
  const spread = depthwiseLayer(trunk, `${name}.depthwise`, x, { kernel, dilation, padding: 'same' });
  const mixed = convolutionLayer(trunk, `${name}.pointwise`, spread, {
    kernel: 1,
    filters: channels,
    initial: 'he-normal',
  });
  return { ...x, tensor: add(x.tensor, activate(mixed.tensor)) };
}
