import { differentiable, emit, type Tensor } from '../graph.js';
import { float } from '../onnx-format.js';
import { add, binary, mask, multiply, operand, square, subtract, unary } from './arithmetic.js';

export function tanh(x: Tensor): Tensor {
  const y = unary('Tanh', x);
  return differentiable(y, [[x, (dy) => multiply(dy, subtract(operand(1, y), square(y)))]]);
}

export function sigmoid(x: Tensor): Tensor {
  const y = unary('Sigmoid', x);
  return differentiable(y, [[x, (dy) => multiply(dy, multiply(y, subtract(operand(1, y), y)))]]);
}

export function relu(x: Tensor): Tensor {
  const y = unary('Relu', x);
  return differentiable(y, [[x, (dy) => multiply(dy, isPositive(y))]]);
}

/** x where positive, `slope` times x elsewhere. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  const y = emit('LeakyRelu', [x], x.shape, { attributes: { alpha: float(slope) } });
  return differentiable(y, [[x, (dy) => multiply(dy, add(multiply(isPositive(x), 1 - slope), slope))]]);
}

/** x times the sigmoid of x. */
export function swish(x: Tensor): Tensor {
  return multiply(x, sigmoid(x));
}

/** x times the standard normal distribution function of x, by the error function (`float32` only). */
export function gelu(x: Tensor): Tensor {
  const share = multiply(add(unary('Erf', multiply(x, Math.SQRT1_2)), 1), 0.5);
  const y = binary('Mul', x, share);
  return differentiable(y, [
    [
      x,
      (dy) => {
        const density = multiply(unary('Exp', multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return multiply(dy, add(share, multiply(x, density)));
      },
    ],
  ]);
}

function isPositive(x: Tensor): Tensor {
  return mask(binary('Greater', x, operand(0, x), 'bool'), x);
}

/** The activations that an architecture's options may name. */
export const ACTIVATIONS = {
  relu,
  leaky: (x: Tensor) => leakyRelu(x, 0.3),
  swish,
  gelu,
  tanh,
} as const;

export type ActivationName = keyof typeof ACTIVATIONS;
