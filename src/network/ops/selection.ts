import { differentiable, emit, type Tensor } from '../graph.js';
import { int } from '../onnx-format.js';
import { broadcastShape, type Dimension } from '../tensor.js';
import { binary, mask, multiply, operand } from './arithmetic.js';
import { sumTo } from './broadcast.js';

/** `yes` where the condition holds, else `no`. */
export function where(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  const shape = broadcastShape(condition.shape, broadcastShape(yes.shape, no.shape));
  const y = emit('Where', [condition, yes, no], shape, { type: yes.type });
  return differentiable(y, [
    [yes, (dy) => sumTo(multiply(dy, mask(condition, dy)), yes.shape)],
    [no, (dy) => sumTo(multiply(dy, mask(not(condition), dy)), no.shape)],
  ]);
}

export function greater(a: Tensor, b: Tensor | number): Tensor {
  return binary('Greater', a, operand(b, a), 'bool');
}

export function lessOrEqual(a: Tensor, b: Tensor | number): Tensor {
  return binary('LessOrEqual', a, operand(b, a), 'bool');
}

export function isMissing(x: Tensor): Tensor {
  return emit('IsNaN', [x], x.shape, { type: 'bool' });
}

/** Where the first maximum along an axis stands (`int64`); the axis is dropped. */
export function argMax(x: Tensor, axis: number): Tensor {
  const attributes = { axis: int(axis), keepdims: int(0) };
  return emit('ArgMax', [x], x.shape.toSpliced(axis, 1), { type: 'int64', attributes });
}

/** Slices of `x` along an axis, at the places of an index tensor. No gradient passes. */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const shape: readonly Dimension[] = x.shape.toSpliced(axis, 1, ...indices.shape);
  return emit('Gather', [x, indices], shape, { attributes: { axis: int(axis) } });
}

/** Elements of `x` along an axis, at indices of the same rank. No gradient passes. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  return emit('GatherElements', [x, indices], indices.shape, { attributes: { axis: int(axis) } });
}

/** The larger of two values; where they are equal the second takes the gradient. */
export function maximum(a: Tensor, b: Tensor | number): Tensor {
  return extreme('Max', 'Greater', a, operand(b, a));
}

/** The smaller of two values; where they are equal the second takes the gradient. */
export function minimum(a: Tensor, b: Tensor | number): Tensor {
  return extreme('Min', 'Less', a, operand(b, a));
}

function extreme(operator: string, comparison: string, a: Tensor, b: Tensor): Tensor {
  const isFirst = () => binary(comparison, a, b, 'bool');
  return differentiable(binary(operator, a, b), [
    [a, (dy) => sumTo(multiply(dy, mask(isFirst(), dy)), a.shape)],
    [b, (dy) => sumTo(multiply(dy, mask(not(isFirst()), dy)), b.shape)],
  ]);
}

function not(condition: Tensor): Tensor {
  return emit('Not', [condition], condition.shape);
}
