import { differentiable, emit, type Tensor } from '../graph.js';
import { knownSize } from '../tensor.js';
import { multiply } from './arithmetic.js';
import { sumTo } from './broadcast.js';
import { affine } from './matrix.js';
import { concat, pad, reshape, slice } from './shape.js';

export interface ConvolutionOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  /** `valid` (default): only where the kernel fits; `same`: zeros at both ends, so that stride 1 keeps the length. */
  readonly padding?: 'valid' | 'same';
}

/**
 * Convolution along the middle axis, as shifted slices side by side and one matrix product, whose gradients are
 * matrix products too. `x` [batch, length, channels], `weights` [kernel * channels, filters], `bias` [filters].
 */
export function convolve(x: Tensor, weights: Tensor, bias: Tensor, options: ConvolutionOptions): Tensor {
  const columns = concat(shiftedSlices(x, options), 2);
  return affine(columns, weights, bias);
}

/** Convolution of every channel with its own kernel: `weights` [kernel, channels], `bias` [channels]. */
export function convolveDepthwise(
  x: Tensor,
  weights: Tensor,
  bias: Tensor,
  options: ConvolutionOptions,
): Tensor {
  const channels = knownSize(x.shape, 2);
  const terms = shiftedSlices(x, options).map((shifted, tap) => {
    return multiply(shifted, reshape(slice(weights, 0, tap, tap + 1), [channels]));
  });
  return sum([...terms, bias]);
}

/** Zeros that `same` puts before and after a sequence. */
export function samePadding({
  kernel,
  dilation = 1,
}: ConvolutionOptions): readonly [before: number, after: number] {
  const total = (kernel - 1) * dilation;
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Length of a convolution's result. */
export function convolvedLength(length: number, options: ConvolutionOptions): number {
  const { kernel, stride = 1, dilation = 1, padding = 'valid' } = options;
  const reach = (kernel - 1) * dilation;
  return Math.floor((length + (padding === 'same' ? reach : 0) - reach - 1) / stride) + 1;
}

function shiftedSlices(x: Tensor, options: ConvolutionOptions): Tensor[] {
  const { kernel, stride = 1, dilation = 1, padding = 'valid' } = options;
  const count = convolvedLength(knownSize(x.shape, 1), options);
  if (count < 1) throw new Error(`A kernel of ${kernel} does not fit into ${x.shape[1]} samples.`);
  const padded = padding === 'same' ? pad(x, 1, ...samePadding(options)) : x;
  return Array.from({ length: kernel }, (_, tap) => {
    const start = tap * dilation;
    return slice(padded, 1, start, start + (count - 1) * stride + 1, stride);
  });
}

function sum(terms: readonly Tensor[]): Tensor {
  const y = emit('Sum', terms, terms[0].shape);
  return differentiable(
    y,
    terms.map((term) => [term, (dy) => sumTo(dy, term.shape)]),
  );
}
