import { emit, type Tensor } from './graph.js';
import { ints } from './onnx-format.js';
import {
  type ConvolutionOptions,
  convolutionAttributes,
  convolve,
  convolveDepthwise,
  convolvedLength,
  paddingOf,
} from './ops/convolution.js';
import { affine } from './ops/matrix.js';
import { averagePool, maxPool } from './ops/pooling.js';
import { reduceMax, reduceMean } from './ops/reduction.js';
import { pad, reshape, slice, transpose } from './ops/shape.js';
import { knownSize } from './tensor.js';
import type { Initial, Trunk } from './trunk.js';

/**
 * A batch of sequences in the layout of the trunk's form (see `Trunk`). In the inference form the tensor may hold more
 * channels than `channels`: what they hold does not matter, since the next layer gives them no weight.
 */
export interface Sequence {
  readonly tensor: Tensor;
  readonly length: number;
  readonly channels: number;
}

/**
 * ONNX Runtime's fast convolutions work on blocks of 16 channels. Filling the last block up makes the paper's 138
 * channels 1.6 times as fast, and changes no result.
 */
const CHANNEL_BLOCK = 16;

export interface ConvolutionLayer extends ConvolutionOptions {
  readonly filters: number;
  readonly initial?: Initial;
}

/** Rows times weights plus bias: [batch, inputs] to [batch, width]. */
export function dense(trunk: Trunk, name: string, x: Tensor, width: number): Tensor {
  const inputs = knownSize(x.shape, 1);
  trunk.countMultiplyAdds(inputs * width);
  const fans = { fanIn: inputs, fanOut: width };
  const weights = trunk.parameter({
    name: `${name}.weights`,
    shape: [inputs, width],
    initial: 'glorot-uniform',
    ...fans,
  });
  const bias = trunk.parameter({ name: `${name}.bias`, shape: [width], initial: 'zeros', ...fans });
  return affine(x, weights, bias);
}

/** Takes [batch, length, channels] into the trunk's layout. */
export function toSequence(trunk: Trunk, x: Tensor): Sequence {
  const length = knownSize(x.shape, 1);
  const channels = knownSize(x.shape, 2);
  if (trunk.form === 'training') return { tensor: x, length, channels };
  const turned = channels === 1 ? x : transpose(x, [0, 2, 1]);
  return { tensor: reshape(turned, [x.shape[0], channels, 1, length]), length, channels };
}

/** An elementwise function of a sequence. */
export function mapSequence(x: Sequence, change: (tensor: Tensor) => Tensor): Sequence {
  return { ...x, tensor: change(x.tensor) };
}

/** Convolution along the sequence with `filters` kernels over all channels. */
export function convolutionLayer(trunk: Trunk, name: string, x: Sequence, layer: ConvolutionLayer): Sequence {
  const { kernel, filters } = layer;
  const length = convolvedLength(x.length, layer);
  const rows = kernel * x.channels;
  trunk.countMultiplyAdds(length * rows * filters);
  const fans = { fanIn: rows, fanOut: kernel * filters };
  const initial = layer.initial ?? 'glorot-uniform';
  const weights = trunk.parameter({ name: `${name}.weights`, shape: [rows, filters], initial, ...fans });
  const bias = trunk.parameter({ name: `${name}.bias`, shape: [filters], initial: 'zeros', ...fans });
  const result = { length, channels: filters };
  if (trunk.form === 'training') return { ...result, tensor: convolve(x.tensor, weights, bias, layer) };
  const kernels = transpose(reshape(weights, [kernel, x.channels, filters, 1]), [2, 1, 3, 0]);
  const outputs = filters < CHANNEL_BLOCK ? filters : Math.ceil(filters / CHANNEL_BLOCK) * CHANNEL_BLOCK;
  const filled = fillUp(fillUp(kernels, 0, outputs), 1, heldChannels(x));
  return { ...result, tensor: emitConvolution(x, filled, fillUp(bias, 0, outputs), length, layer, 1) };
}

/** Convolution of every channel along the sequence with its own kernel. */
export function depthwiseLayer(trunk: Trunk, name: string, x: Sequence, layer: ConvolutionOptions): Sequence {
  const { kernel } = layer;
  const { channels } = x;
  const length = convolvedLength(x.length, layer);
  trunk.countMultiplyAdds(length * kernel * channels);
  const fans = { fanIn: kernel, fanOut: kernel };
  const weights = trunk.parameter({
    name: `${name}.weights`,
    shape: [kernel, channels],
    initial: 'glorot-uniform',
    ...fans,
  });
  const bias = trunk.parameter({ name: `${name}.bias`, shape: [channels], initial: 'zeros', ...fans });
  const result = { length, channels };
  if (trunk.form === 'training')
    return { ...result, tensor: convolveDepthwise(x.tensor, weights, bias, layer) };
  const kernels = transpose(reshape(weights, [kernel, channels, 1, 1]), [1, 2, 3, 0]);
  const held = heldChannels(x);
  const tensor = emitConvolution(x, fillUp(kernels, 0, held), fillUp(bias, 0, held), length, layer, held);
  return { ...result, tensor };
}

/** Maximum of every `size` samples in turn. */
export function maxPoolLayer(trunk: Trunk, x: Sequence, size: number): Sequence {
  return poolLayer(trunk, x, size, maxPool, 'MaxPool');
}

/** Mean of every `size` samples in turn. */
export function averagePoolLayer(trunk: Trunk, x: Sequence, size: number): Sequence {
  return poolLayer(trunk, x, size, averagePool, 'AveragePool');
}

/** Mean over the sequence: [batch, channels]. */
export function globalAverage(trunk: Trunk, x: Sequence): Tensor {
  if (trunk.form === 'training') return reduceMean(x.tensor, [1]);
  return slice(reduceMean(x.tensor, [2, 3]), 1, 0, x.channels);
}

/** Maximum over the sequence: [batch, channels]. */
export function globalMaximum(trunk: Trunk, x: Sequence): Tensor {
  if (trunk.form === 'training') return reduceMax(x.tensor, [1]);
  return slice(reduceMax(x.tensor, [2, 3]), 1, 0, x.channels);
}

/** All samples of all channels side by side, channels running fastest: [batch, length * channels]. */
export function flattenSequence(trunk: Trunk, x: Sequence): Tensor {
  const batch = x.tensor.shape[0];
  const isTraining = trunk.form === 'training';
  const rows = isTraining ? x.tensor : transpose(slice(x.tensor, 1, 0, x.channels), [0, 2, 3, 1]);
  return reshape(rows, [batch, x.length * x.channels]);
}

function poolLayer(
  trunk: Trunk,
  x: Sequence,
  size: number,
  pool: (tensor: Tensor, size: number) => Tensor,
  operator: string,
): Sequence {
  const result = { length: Math.floor(x.length / size), channels: x.channels };
  if (trunk.form === 'training') return { ...result, tensor: pool(x.tensor, size) };
  const attributes = { kernel_shape: ints([1, size]), strides: ints([1, size]) };
  const shape = [x.tensor.shape[0], heldChannels(x), 1, result.length];
  return { ...result, tensor: emit(operator, [x.tensor], shape, { attributes }) };
}

function emitConvolution(
  x: Sequence,
  kernels: Tensor,
  bias: Tensor,
  length: number,
  options: ConvolutionOptions,
  group: number,
): Tensor {
  const { stride = 1, dilation = 1 } = options;
  const [before, after] = paddingOf(options);
  const attributes = convolutionAttributes({ group, stride, dilation, before, after });
  const shape = [x.tensor.shape[0], kernels.shape[0], 1, length];
  return emit('Conv', [x.tensor, kernels, bias], shape, { attributes });
}

/** Channels that the tensor of the inference form holds. */
function heldChannels(x: Sequence): number {
  return knownSize(x.tensor.shape, 1);
}

/** Zeros after the last element of an axis, up to a size. */
function fillUp(x: Tensor, axis: number, size: number): Tensor {
  return pad(x, axis, 0, size - knownSize(x.shape, axis));
}
