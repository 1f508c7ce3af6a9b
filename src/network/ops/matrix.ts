import { differentiable, emit, type Tensor } from '../graph.js';
import { int } from '../onnx-format.js';
import { broadcastShape } from '../tensor.js';
import { reduceSum, sumTo } from './broadcast.js';
import { reshape, toRows, transpose } from './shape.js';

/** Matrix product over the last two axes, the others broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const leading = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const y = emit('MatMul', [a, b], [...leading, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]]);
  return differentiable(y, [
    [a, (dy) => sumTo(matmul(dy, swapLast(b)), a.shape)],
    [
      b,
      (dy) => {
        if (b.shape.length > 2) return sumTo(matmul(swapLast(a), dy), b.shape);
        return product(toRows(a), toRows(dy), { transposeA: true });
      },
    ],
  ]);
}

/** Rows times a matrix plus a bias for each column: `x` [..., inputs], `weights` [inputs, outputs], `bias` [outputs]. */
export function affine(x: Tensor, weights: Tensor, bias: Tensor): Tensor {
  const rows = toRows(x);
  const y = emit('Gemm', [rows, weights, bias], [rows.shape[0], weights.shape[1]]);
  differentiable(y, [
    [rows, (dy) => product(dy, weights, { transposeB: true })],
    [weights, (dy) => product(rows, dy, { transposeA: true })],
    [bias, (dy) => reduceSum(dy, [0])],
  ]);
  return reshape(y, [...x.shape.slice(0, -1), weights.shape[1]]);
}

/** Product of two matrices, either turned on the way. No gradient passes. */
export function product(
  a: Tensor,
  b: Tensor,
  turn: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Tensor {
  const shape = [a.shape[turn.transposeA ? 1 : 0], b.shape[turn.transposeB ? 0 : 1]];
  const attributes = { transA: int(turn.transposeA ? 1 : 0), transB: int(turn.transposeB ? 1 : 0) };
  return emit('Gemm', [a, b], shape, { attributes });
}

function swapLast(x: Tensor): Tensor {
  const order = x.shape.map((_, axis) => axis);
  order.push(...order.splice(-2).reverse());
  return transpose(x, order);
}
