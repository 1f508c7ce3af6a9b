import type { Tensor } from '../graph.js';
import { knownSize } from '../tensor.js';
import { reduceMax, reduceMean } from './reduction.js';
import { reshape, slice } from './shape.js';

/** Maximum of every `size` samples in turn, of [batch, length, channels]; a rest that fills no window is left out. */
export function maxPool(x: Tensor, size: number): Tensor {
  return reduceMax(windows(x, size), [2]);
}

/** Mean of every `size` samples in turn. */
export function averagePool(x: Tensor, size: number): Tensor {
  return reduceMean(windows(x, size), [2]);
}

function windows(x: Tensor, size: number): Tensor {
  const [batch, , channels] = x.shape;
  const count = Math.floor(knownSize(x.shape, 1) / size);
  return reshape(slice(x, 1, 0, count * size), [batch, count, size, channels]);
}
