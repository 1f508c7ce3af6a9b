import type { Tensor } from './graph.js';
import { add, divide, multiply, operand, square, squareRoot, subtract } from './ops/arithmetic.js';
import { reduceSum } from './ops/broadcast.js';
import { minimum } from './ops/selection.js';

/** What one update starts from and ends with: the vector of all parameters, and vectors of the same length beside it. */
export interface OptimiserVectors {
  readonly parameters: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/**
 * How parameters follow their gradient. `init` makes the vectors that are kept between steps; `scalars` gives the
 * numbers that are fed at a step (counted from 1); `update` appends the step to a graph. `decayed` is 1 where weight
 * decay applies (weights) and 0 elsewhere (biases).
 */
export interface Optimiser {
  init(parameters: Float32Array): Record<string, Float32Array>;
  scalars(step: number, learningRate: number): Record<string, number>;
  update(
    vectors: OptimiserVectors,
    gradient: Tensor,
    scalars: Readonly<Record<string, Tensor>>,
    decayed: Tensor,
  ): OptimiserVectors;
}

/** Shares of the running averages that a step leaves: of the gradient, of its square. Those of Kingma and Ba. */
const MEAN_KEPT = 0.9;
const SQUARE_KEPT = 0.999;
/** Added to the root of the squares, against division by zero; the default of Keras. */
const EPSILON = 1e-7;

export interface AdamOptions {
  /** Share of the weights taken away in a step of learning rate 1, apart from the gradient: AdamW. 0 is plain Adam. */
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba 2015), with decoupled weight decay (Loshchilov and Hutter 2019) where asked for. */
export function createAdam(options: AdamOptions = {}): Optimiser {
  const { weightDecay = 0 } = options;
  return {
    init: ({ length }) => ({ mean: new Float32Array(length), square: new Float32Array(length) }),
    scalars: (step, learningRate) => ({
      learningRate,
      // Both averages start at zero; these undo the bias. They are fed because a float32 power would be coarse.
      meanCorrection: 1 / (1 - MEAN_KEPT ** step),
      squareCorrection: 1 / (1 - SQUARE_KEPT ** step),
    }),
    update({ parameters, slots }, gradient, scalars, decayed) {
      const mean = add(multiply(slots.mean, MEAN_KEPT), multiply(gradient, 1 - MEAN_KEPT));
      const secondMoment = add(
        multiply(slots.square, SQUARE_KEPT),
        multiply(square(gradient), 1 - SQUARE_KEPT),
      );
      const deviation = squareRoot(multiply(secondMoment, scalars.squareCorrection));
      const direction = divide(multiply(mean, scalars.meanCorrection), add(deviation, EPSILON));
      const kept =
        weightDecay === 0 ? direction : add(direction, multiply(multiply(parameters, decayed), weightDecay));
      return {
        parameters: subtract(parameters, multiply(kept, scalars.learningRate)),
        slots: { mean, square: secondMoment },
      };
    },
  };
}

/** Shortens gradients whose length over all parameters exceeds a limit. */
export function clipGradient(gradient: Tensor, longest: number): Tensor {
  const length = squareRoot(reduceSum(square(gradient), [0]));
  const scale = minimum(divide(operand(longest, length), add(length, 1e-12)), 1);
  return multiply(gradient, scale);
}

/**
 * Keeps a running average of the parameters in the slot `average`, which usually generalises better than the last
 * ones; `decay` is the share of the old average that a step leaves. The first steps leave less of it, so that where the
 * training started is soon forgotten: (step + 1) / (step + 10), while that is smaller.
 */
export function withAverage(optimiser: Optimiser, decay: number): Optimiser {
  return {
    init: (parameters) => ({ ...optimiser.init(parameters), average: parameters.slice() }),
    scalars(step, learningRate) {
      const kept = Math.min(decay, (step + 1) / (step + 10));
      return { ...optimiser.scalars(step, learningRate), averageKept: kept, averageTaken: 1 - kept };
    },
    update(vectors, gradient, scalars, decayed) {
      const next = optimiser.update(vectors, gradient, scalars, decayed);
      const average = add(
        multiply(vectors.slots.average, scalars.averageKept),
        multiply(next.parameters, scalars.averageTaken),
      );
      return { parameters: next.parameters, slots: { ...next.slots, average } };
    },
  };
}
