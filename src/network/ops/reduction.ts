import { differentiable, emit, type Tensor } from '../graph.js';
import { int, ints } from '../onnx-format.js';
import { elementCount, knownSize } from '../tensor.js';
import { binary, divide, mask, multiply } from './arithmetic.js';
import { expand, reducedShape, reduceSum } from './broadcast.js';
import { reshape } from './shape.js';

/** Mean over axes of known size. */
export function reduceMean(x: Tensor, axes: readonly number[], keep = false): Tensor {
  const attributes = { axes: ints(axes), keepdims: int(keep ? 1 : 0) };
  const y = emit('ReduceMean', [x], reducedShape(x.shape, axes, keep), { attributes });
  const rule = (dy: Tensor) => {
    const count = elementCount(axes.map((axis) => knownSize(x.shape, axis)));
    const kept = reshape(multiply(dy, 1 / count), reducedShape(x.shape, axes, true));
    return expand(kept, x.shape);
  };
  return differentiable(y, [[x, rule]]);
}

/** Maximum over axes; elements that tie share the gradient. */
export function reduceMax(x: Tensor, axes: readonly number[], keep = false): Tensor {
  const attributes = { axes: ints(axes), keepdims: int(1) };
  const keptShape = reducedShape(x.shape, axes, true);
  const kept = emit('ReduceMax', [x], keptShape, { attributes });
  const y = keep ? kept : reshape(kept, reducedShape(x.shape, axes, false));
  const rule = (dy: Tensor) => {
    const ties = mask(binary('Equal', x, kept, 'bool'), x);
    const share = divide(reshape(dy, keptShape), reduceSum(ties, axes, true));
    return multiply(ties, share);
  };
  return differentiable(y, [[x, rule]]);
}

/** Minimum over axes. No gradient passes. */
export function reduceMin(x: Tensor, axes: readonly number[], keep = false): Tensor {
  const attributes = { axes: ints(axes), keepdims: int(keep ? 1 : 0) };
  return emit('ReduceMin', [x], reducedShape(x.shape, axes, keep), { attributes });
}
