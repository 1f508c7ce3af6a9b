import { differentiable, emit, type Tensor } from '../graph.js';
import { int } from '../onnx-format.js';
import { add, binary, multiply, negate, subtract, unary } from './arithmetic.js';
import { reduceSum } from './broadcast.js';
import { reshape } from './shape.js';

/** Probabilities along the last axis. No gradient passes: training goes through `softmaxCrossEntropy`. */
export function softmax(logits: Tensor): Tensor {
  return emit('Softmax', [logits], logits.shape, { attributes: { axis: int(-1) } });
}

/**
 * Weighted sum of cross entropies, a scalar: `logits` and `targets` [batch, classes], every row of the targets adding
 * up to one, `weights` [batch]. Its gradient is the weight times (probability - target). Only the logits are
 * differentiated.
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const logProbabilities = emit('LogSoftmax', [logits], logits.shape, { attributes: { axis: int(-1) } });
  const perRow = negate(reduceSum(multiply(logProbabilities, targets), [1]));
  const loss = reduceSum(multiply(perRow, weights), [0]);
  return separate(loss, logits, () => multiply(subtract(softmax(logits), targets), column(weights)));
}

/**
 * Weighted sum of binary cross entropies over rows and outputs, a scalar: `logits` and `targets` [batch, outputs],
 * targets between 0 and 1, `weights` [batch]. Only the logits are differentiated.
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  // log(1 + e^x) - x t, written so that no exponential overflows: softplus(-|x|) + max(x, 0) - x t.
  const tail = unary('Log', add(unary('Exp', negate(unary('Abs', logits))), 1));
  const perElement = subtract(add(tail, unary('Relu', logits)), multiply(logits, targets));
  const loss = reduceSum(multiply(reduceSum(perElement, [1]), weights), [0]);
  return separate(loss, logits, () => {
    return multiply(subtract(unary('Sigmoid', logits), targets), column(weights));
  });
}

/** A copy of the loss with a rule of its own, so that nothing is differentiated through its parts. */
function separate(loss: Tensor, logits: Tensor, gradient: () => Tensor): Tensor {
  const result = emit('Identity', [loss], []);
  return differentiable(result, [[logits, (dy) => binary('Mul', gradient(), dy)]]);
}

function column(weights: Tensor): Tensor {
  return reshape(weights, [weights.shape[0], 1]);
}
