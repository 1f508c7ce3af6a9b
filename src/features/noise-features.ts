import type { Tensor } from '../network/graph.js';
import { absolute, add, multiply, square, subtract } from '../network/ops/arithmetic.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { knownSize } from '../network/tensor.js';
import type { FeatureColumns } from './feature-columns.js';
import type { FeatureExtent } from './feature-extent.js';
import {
  applySmoother,
  clipTo,
  columns,
  ratioPlus,
  rowMean,
  rowMeanAbsolute,
  rowRootMeanSquare,
  rowSum,
  shiftBack,
} from './graph-rows.js';
import type { Smoother } from './smoother.js';

/** sqrt(pi / 2): turns the mean absolute value of normal noise into its standard deviation. */
const NORMAL_PER_ABSOLUTE = 1.2533;
/** What stands out by more than so many sigma is brought back to them. */
const CLIP_SIGMAS = 2.5;

export interface RobustSeries {
  /** The series with what stands out by more than 2.5 sigma brought back. */
  readonly clipped: Tensor;
  /** The series beside its smooth course, and its absolute values. */
  readonly rest: Tensor;
  readonly restSize: Tensor;
  readonly sigma: Tensor;
  /** Sigma of what the clipped series leaves of the smooth course. */
  readonly clippedNoise: Tensor;
}

/** Smooths and clips what stands out; in the full extent both once more. */
export function smoothRobustly(y: Tensor, smoother: Smoother, { smoothings }: FeatureExtent): RobustSeries {
  const first = applySmoother(y, 'short_smoother_0', smoother);
  const firstRest = subtract(y, first);
  const firstSigma = multiply(rowMeanAbsolute(firstRest), NORMAL_PER_ABSOLUTE);
  if (smoothings === 1) return clipRest(first, firstRest, firstSigma);
  const tamed = add(first, clipTo(firstRest, multiply(firstSigma, CLIP_SIGMAS)));
  const smooth = applySmoother(tamed, 'short_smoother_1', smoother);
  return clipRest(smooth, subtract(y, smooth), firstSigma);
}

function clipRest(smooth: Tensor, rest: Tensor, firstSigma: Tensor): RobustSeries {
  const restSize = absolute(rest);
  const sigma = multiply(rowMean(minimum(restSize, multiply(firstSigma, 3))), NORMAL_PER_ABSOLUTE);
  const limit = multiply(sigma, CLIP_SIGMAS);
  return {
    clipped: add(smooth, clipTo(rest, limit)),
    rest,
    restSize,
    sigma: maximum(sigma, 0.02),
    clippedNoise: multiply(rowMean(minimum(restSize, limit)), NORMAL_PER_ABSOLUTE),
  };
}

export function measureNoise(
  y: Tensor,
  next: Tensor,
  robust: RobustSeries,
  slow: { readonly rest: Tensor; readonly size: Tensor },
  lineRest: Tensor,
  features: FeatureColumns,
): void {
  const epochs = knownSize(y.shape, 1);
  // The last difference is that to the nothing after the last date, and is taken off again.
  const last = absolute(columns(y, epochs - 1, epochs));
  const differences = maximum(subtract(rowSum(absolute(subtract(next, y))), last), 0);
  const noise = multiply(differences, NORMAL_PER_ABSOLUTE / Math.SQRT2 / (epochs - 1));
  features.addLog('log_noise', robust.sigma);
  const logDifferences = features.addLog('log_difference_noise', noise, 0.03);
  const logRest = features.log(rowRootMeanSquare(lineRest), 0.05);
  features.addLogs('colour', [logRest, 1], [logDifferences, -1]);
  const limit = multiply(robust.sigma, 3);
  const clipped = clipTo(robust.rest, limit);
  const lagged = multiply(rowSum(multiply(clipped, shiftBack(clipped, 1, 0))), 1 / (epochs - 1));
  features.add('autocorrelation', ratioPlus(lagged, rowMean(square(clipped)), 1e-6));
  const half = Math.floor(epochs / 2);
  const sizes = minimum(robust.restSize, limit);
  const early = features.log(rowMean(columns(sizes, 0, half)), 0.02);
  const late = features.log(rowMean(columns(sizes, half, epochs)), 0.02);
  features.addLogs('noise_growth', [late, 1], [early, -1]);
  const ofSquares = features.log(rowMean(square(slow.rest)), 0.01);
  features.addLogs('peakedness', [ofSquares, 1], [features.log(rowMean(slow.size), 0.05), -2]);
}
