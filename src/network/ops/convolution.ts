import { differentiable, emit, integers, type Tensor } from '../graph.js';
import { int, ints, type OnnxAttribute } from '../onnx-format.js';
import { knownSize } from '../tensor.js';
import { reduceSum } from './broadcast.js';
import { affine } from './matrix.js';
import { gather } from './selection.js';
import { concat, pad, reshape, slice, spread, transpose } from './shape.js';

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

/**
 * Convolution of every channel with its own kernel: `x` [batch, length, channels], `weights` [kernel, channels], `bias`
 * [channels]; the batch of known size where gradients are wanted.
 *
 * All three products are ONNX convolutions: measured ten times as fast as shifted slices times weights. The gradient
 * of the weights is the convolution of `x` by the result's gradient, with stride and dilation in each other's place and
 * the batch in the place of the channels.
 */
export function convolveDepthwise(
  x: Tensor,
  weights: Tensor,
  bias: Tensor,
  options: ConvolutionOptions,
): Tensor {
  const { kernel, stride = 1, dilation = 1, padding = 'valid' } = options;
  const [batch, , channels] = x.shape;
  const length = knownSize(x.shape, 1);
  const count = convolvedLength(length, options);
  const [before, after] = padding === 'same' ? samePadding(options) : [0, 0];
  const group = knownSize(x.shape, 2);
  const toKernels = (taps: Tensor) => reshape(transpose(taps, [1, 0]), [group, 1, 1, kernel]);
  const toChannels = (values: Tensor) => {
    return reshape(transpose(values, [0, 2, 1]), [batch, group, 1, values.shape[1]]);
  };
  const fromChannels = (values: Tensor) => {
    return transpose(reshape(values, [batch, group, values.shape[3]]), [0, 2, 1]);
  };
  const y = emit('Conv', [toChannels(x), toKernels(weights), bias], [batch, channels, 1, count], {
    attributes: convolutionAttributes({ group, stride, dilation, before, after }),
  });
  const inputRule = (dy: Tensor) => {
    const reach = (kernel - 1) * dilation;
    const spreadOut = spread(dy, 1, stride);
    const rest = length + before + after - reach - knownSize(spreadOut.shape, 1);
    const flipped = gather(weights, integers(x.graph, countDown(kernel)), 0);
    const pads = { before: reach - before, after: reach - after + rest };
    const dx = emit('Conv', [toChannels(spreadOut), toKernels(flipped)], [batch, channels, 1, length], {
      attributes: convolutionAttributes({ group, stride: 1, dilation, ...pads }),
    });
    return fromChannels(dx);
  };
  const weightRule = (dy: Tensor) => {
    const images = reshape(transpose(x, [2, 0, 1]), [1, group * knownSize(x.shape, 0), 1, length]);
    const kernels = reshape(transpose(dy, [2, 0, 1]), [group, batch, 1, count]);
    const places = Math.floor((length + before + after - ((count - 1) * stride + 1)) / dilation) + 1;
    const dw = emit('Conv', [images, kernels], [1, channels, 1, places], {
      attributes: convolutionAttributes({ group, stride: dilation, dilation: stride, before, after }),
    });
    return transpose(reshape(slice(dw, 3, 0, kernel), [group, kernel]), [1, 0]);
  };
  return differentiable(fromChannels(y), [
    [x, inputRule],
    [weights, weightRule],
    [bias, (dy) => reduceSum(dy, [0, 1])],
  ]);
}

/** Attributes of an ONNX convolution along the last axis of [batch, channels, 1, length]. */
export function convolutionAttributes(options: {
  readonly group: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}): Readonly<Record<string, OnnxAttribute>> {
  const { group, stride, dilation, before, after } = options;
  return {
    group: int(group),
    strides: ints([1, stride]),
    dilations: ints([1, dilation]),
    pads: ints([0, before, 0, after]),
  };
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

function countDown(count: number): number[] {
  return Array.from({ length: count }, (_, index) => count - 1 - index);
}
