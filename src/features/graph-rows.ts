import { constant, declareConstant, emit, integers, type Tensor } from '../network/graph.js';
import { absolute, add, divide, negate, square, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { matmul } from '../network/ops/matrix.js';
import { reduceMax, reduceMean, reduceMin } from '../network/ops/reduction.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { slice } from '../network/ops/shape.js';
import { float32Tensor, knownSize } from '../network/tensor.js';
import { type Rows, transposeRows } from './rows.js';
import type { Smoother } from './smoother.js';

// The few operations that the features are made of, on tensors of one row a series [batch, length].

/** Every row of `x` times every row of the matrix: [batch, length] to [batch, matrix rows]. */
export function applyRows(x: Tensor, name: string, rows: Rows): Tensor {
  const turned = transposeRows(rows);
  const data = float32Tensor(Float32Array.from(turned.values), [turned.count, turned.length]);
  return matmul(x, declareConstant(x.graph, name, data));
}

export function applySmoother(x: Tensor, name: string, { gather, spread }: Smoother): Tensor {
  return applyRows(applyRows(x, `${name}_gather`, gather), `${name}_spread`, spread);
}

/** What is left of `x` beside orthonormal rows, given its coefficients on them. */
export function withoutBasis(x: Tensor, coefficients: Tensor, name: string, rows: Rows): Tensor {
  return subtract(x, combineRows(coefficients, name, rows));
}

/** Sum of the rows weighted by coefficients: [batch, rows] to [batch, length]. */
export function combineRows(coefficients: Tensor, name: string, rows: Rows): Tensor {
  const data = float32Tensor(Float32Array.from(rows.values), [rows.count, rows.length]);
  return matmul(coefficients, declareConstant(coefficients.graph, name, data));
}

/** A row vector [1, length] of the model. */
export function rowVector(like: Tensor, name: string, values: ArrayLike<number>): Tensor {
  return declareConstant(like.graph, name, float32Tensor(Float32Array.from(values), [1, values.length]));
}

export const rowMean = (x: Tensor): Tensor => reduceMean(x, [1], true);
export const rowSum = (x: Tensor): Tensor => reduceSum(x, [1], true);
export const rowMax = (x: Tensor): Tensor => reduceMax(x, [1], true);
export const rowMin = (x: Tensor): Tensor => reduceMin(x, [1], true);
export const rowRange = (x: Tensor): Tensor => subtract(rowMax(x), rowMin(x));
export const rowMeanAbsolute = (x: Tensor): Tensor => rowMean(absolute(x));
export const rowRootMeanSquare = (x: Tensor): Tensor => squareRoot(rowMean(square(x)));
export const rowSumOfSquares = (x: Tensor): Tensor => rowSum(square(x));

/** x / (y + offset). */
export const ratioPlus = (x: Tensor, y: Tensor, offset: number): Tensor => divide(x, add(y, offset));

/** x clipped to +-limit, the limit a tensor. */
export function clipTo(x: Tensor, limit: Tensor): Tensor {
  return maximum(minimum(x, limit), negate(limit));
}

export function columns(x: Tensor, start: number, end: number): Tensor {
  return slice(x, 1, start, end);
}

/** x[i + lag] - x[i]. */
export function lagDifference(x: Tensor, lag: number): Tensor {
  const length = knownSize(x.shape, 1);
  return subtract(columns(x, lag, length), columns(x, 0, length - lag));
}

/** x[i + lag], and `beyond` where the row ends before: one copy, where a slice of either side would make two. */
export function shiftBack(x: Tensor, lag: number, beyond: number): Tensor {
  const pads = integers(x.graph, [0, -lag, 0, lag]);
  return emit('Pad', [x, pads, constant(x.graph, 'float32', [beyond], [])], x.shape);
}

export function firstRows({ length, values }: Rows, count: number): Rows {
  return { count, length, values: values.subarray(0, count * length) };
}

export function oneRow({ length, values }: Rows, index: number): Rows {
  return { count: 1, length, values: values.subarray(index * length, (index + 1) * length) };
}
