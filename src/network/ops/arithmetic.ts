import { differentiable, emit, scalar, type Tensor } from '../graph.js';
import { ELEMENT_TYPE_CODES, int } from '../onnx-format.js';
import { broadcastShape } from '../tensor.js';
import { sumTo } from './broadcast.js';

/** Elementwise sum with broadcasting. */
export function add(a: Tensor, other: Tensor | number): Tensor {
  const b = operand(other, a);
  return differentiable(binary('Add', a, b), [
    [a, (dy) => sumTo(dy, a.shape)],
    [b, (dy) => sumTo(dy, b.shape)],
  ]);
}

export function subtract(a: Tensor, other: Tensor | number): Tensor {
  const b = operand(other, a);
  return differentiable(binary('Sub', a, b), [
    [a, (dy) => sumTo(dy, a.shape)],
    [b, (dy) => negate(sumTo(dy, b.shape))],
  ]);
}

export function multiply(a: Tensor, other: Tensor | number): Tensor {
  const b = operand(other, a);
  return differentiable(binary('Mul', a, b), [
    [a, (dy) => sumTo(multiply(dy, b), a.shape)],
    [b, (dy) => sumTo(multiply(dy, a), b.shape)],
  ]);
}

export function divide(a: Tensor, other: Tensor | number): Tensor {
  const b = operand(other, a);
  const y = binary('Div', a, b);
  return differentiable(y, [
    [a, (dy) => sumTo(divide(dy, b), a.shape)],
    [b, (dy) => negate(sumTo(multiply(dy, divide(y, b)), b.shape))],
  ]);
}

export function negate(x: Tensor): Tensor {
  return differentiable(unary('Neg', x), [[x, (dy) => negate(dy)]]);
}

export function absolute(x: Tensor): Tensor {
  return differentiable(unary('Abs', x), [[x, (dy) => multiply(dy, unary('Sign', x))]]);
}

export function logarithm(x: Tensor): Tensor {
  return differentiable(unary('Log', x), [[x, (dy) => divide(dy, x)]]);
}

export function squareRoot(x: Tensor): Tensor {
  const y = unary('Sqrt', x);
  return differentiable(y, [[x, (dy) => divide(dy, multiply(y, 2))]]);
}

export function square(x: Tensor): Tensor {
  return differentiable(binary('Mul', x, x), [[x, (dy) => multiply(dy, multiply(x, 2))]]);
}

/** Limits values to a range; outside of it no gradient passes. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const y = emit('Clip', [x, scalar(x, low), scalar(x, high)], x.shape);
  return differentiable(y, [[x, (dy) => multiply(dy, mask(binary('Equal', x, y, 'bool'), dy))]]);
}

/** An operator of one operand, without a gradient. */
export function unary(operator: string, x: Tensor): Tensor {
  return emit(operator, [x], x.shape);
}

/** An operator of two operands with broadcasting, without a gradient. */
export function binary(operator: string, a: Tensor, b: Tensor, type = a.type): Tensor {
  return emit(operator, [a, b], broadcastShape(a.shape, b.shape), { type });
}

/** Truth as 0 and 1 in the element type of another tensor. */
export function mask(condition: Tensor, like: Tensor): Tensor {
  return cast(condition, like.type);
}

/** Another element type. No gradient passes. */
export function cast(x: Tensor, type: Tensor['type']): Tensor {
  return emit('Cast', [x], x.shape, { type, attributes: { to: int(ELEMENT_TYPE_CODES[type]) } });
}

export function operand(value: Tensor | number, like: Tensor): Tensor {
  return typeof value === 'number' ? scalar(like, value) : value;
}
