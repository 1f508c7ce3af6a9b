import type { EpochAxis } from '../series/epoch-axis.js';
import { binnedKernel, type LagBins } from './lag-averages.js';
import { solveNonNegative } from './linear-algebra.js';
import { correlationAtLag, type NoiseModel, WHITE_NOISE } from './noise-model.js';
import { coefficientRow, type Projection } from './projections.js';

/** Time constants tried, in days; about a factor of two apart, since the data can hardly tell nearer ones. */
const TIME_CONSTANTS_DAYS = [8, 16, 32, 64, 128, 256, 512, 1024];
/** Shares below this are left out. */
const MIN_SHARE = 0.03;

/** Products of residuals by lag, summed over some points. */
export interface LagSums {
  readonly sums: Float64Array;
  readonly points: number;
}

/**
 * Matches a white part and exponentials to averages by lag, by non-negative least squares; each part is first passed
 * through the fit of the projection's columns, as the residuals were.
 *
 * How much of a slow wander the fit of a line hides is told by little in the residuals. So the groups are left out in
 * turn (jackknife), and what the estimates then disagree by in the error of a velocity is told beside the shares.
 */
export function fitNoiseShares(
  axis: EpochAxis,
  projection: Projection,
  bins: LagBins,
  groups: readonly LagSums[],
): NoiseModel {
  const kernels = [0, ...TIME_CONSTANTS_DAYS].map((days) => binnedKernel(axis, projection, bins, days));
  // Bins of equal relative width tell equally much of the shape; the first one alone holds the white part.
  const weights = bins.counts.map((count, bin) => (count === 0 ? 0 : bin === 0 ? 4 : 1));
  const size = kernels.length;
  const normal = Float64Array.from({ length: size * size }, (_, at) =>
    weightedProduct(weights, kernels[Math.floor(at / size)], kernels[at % size]),
  );
  const fitParts = (chosen: readonly LagSums[]): Float64Array => {
    const points = chosen.reduce((sum, group) => sum + group.points, 0);
    const averages = bins.counts.map((count, bin) => {
      return count > 0 ? chosen.reduce((sum, group) => sum + group.sums[bin], 0) / count / points : 0;
    });
    return solveNonNegative(
      normal,
      Float64Array.from(kernels, (kernel) => weightedProduct(weights, kernel, averages)),
    );
  };

  const filled = groups.filter(({ points }) => points > 0);
  const quietPoints = filled.reduce((sum, { points }) => sum + points, 0);
  const parts = fitParts(filled);
  const total = parts.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return { ...WHITE_NOISE, quietPoints };
  const slopeRow = coefficientRow(projection, 1);
  const slopeVariances = [0, ...TIME_CONSTANTS_DAYS].map((days) => slopeVariance(axis, slopeRow, days));
  const slopeErrors = filled.map((left) => {
    const others = fitParts(filled.filter((group) => group !== left));
    const residualVariance = others.reduce((sum, part, k) => sum + part * kernels[k][0], 0);
    return (
      Math.log(others.reduce((sum, part, k) => sum + part * slopeVariances[k], 0) / residualVariance) / 2
    );
  });
  return { ...keepLargeShares(parts, total), quietPoints, velocityDoubt: jackknifeDeviation(slopeErrors) };
}

function weightedProduct(weights: Float64Array, left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < weights.length; bin++) sum += weights[bin] * left[bin] * right[bin];
  return sum;
}

/** Variance of the slope (ordinary least squares) under noise of one time constant (0: white) and variance 1. */
function slopeVariance(axis: EpochAxis, row: Float64Array, days: number): number {
  const exponentials = days === 0 ? [] : [{ share: 1, days }];
  const part = { whiteShare: days === 0 ? 1 : 0, exponentials, quietPoints: 0 };
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    for (let k = 0; k < row.length; k++) {
      sum += row[i] * row[k] * correlationAtLag(part, axis.days[i] - axis.days[k]);
    }
  }
  return sum;
}

/** Standard deviation of an estimate from its values with each group left out in turn (Efron and Tibshirani 1993). */
export function jackknifeDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt((squares * (values.length - 1)) / values.length);
  return Number.isFinite(deviation) ? deviation : 0;
}

function keepLargeShares(parts: Float64Array, total: number): Omit<NoiseModel, 'quietPoints'> {
  const exponentials = TIME_CONSTANTS_DAYS.map((days, index) => ({
    share: parts[index + 1] / total,
    days,
  })).filter(({ share }) => share >= MIN_SHARE);
  const kept = exponentials.reduce((sum, { share }) => sum + share, 0);
  const whiteShare = Math.max(0.02, 1 - kept);
  const scale = (1 - whiteShare) / Math.max(1e-12, kept);
  return {
    whiteShare,
    exponentials: exponentials.map(({ share, days }) => ({ share: share * scale, days })),
  };
}
