import { differentiable, emit, integers, type Tensor } from '../graph.js';
import { int } from '../onnx-format.js';
import { type Dimension, isSameShape, type Shape } from '../tensor.js';
import { reshape } from './shape.js';

/** Sum over axes; with `keep` they stay as axes of one element. */
export function reduceSum(x: Tensor, axes: readonly number[], keep = false): Tensor {
  if (axes.length === 0) return x;
  const attributes = { keepdims: int(keep ? 1 : 0) };
  const y = emit('ReduceSum', [x, integers(x.graph, axes)], reducedShape(x.shape, axes, keep), {
    attributes,
  });
  return differentiable(y, [[x, (dy) => expand(reshape(dy, reducedShape(x.shape, axes, true)), x.shape)]]);
}

/** Repeats axes of one element up to a shape. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (isSameShape(x.shape, shape)) return x;
  // An axis whose size is not known is there already: broadcasting against 1 leaves it as it is.
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
  const y = emit('Expand', [x, integers(x.graph, sizes)], shape);
  return differentiable(y, [[x, (dy) => sumTo(dy, x.shape)]]);
}

/** Undoes broadcasting: sums over the axes along which a tensor of this shape was repeated. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length;
  const repeated = gradient.shape.flatMap((size, axis) => {
    return axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : [];
  });
  return reshape(reduceSum(gradient, repeated, true), shape);
}

export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return shape.flatMap((size, axis): Dimension[] => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
}
