import type { EpochAxis } from '../series/epoch-axis.js';

/** Noise of real series on their own axis: row-major, `count` x dates, mm. */
export interface ResidualBank {
  readonly residuals: Float32Array;
  readonly count: number;
}

const SMOOTHING_YEARS = 0.22;
const CLIP_DEVIATIONS = 2.5;
/** The mean absolute value of a normal number, times this, is its standard deviation. */
const DEVIATION_OF_MEAN_ABSOLUTE = 1.2533;

/**
 * What is left of real series beside their local mean of about half a year (Gaussian, 0.22 years), large errors
 * clipped in the second pass. Left out are series with missing dates, and those that stay 8.5 mm or more on one side
 * for three dates: they hold a signal. `displacements` is row-major, points x dates, mm.
 */
export function createResidualBank(
  axis: EpochAxis,
  displacements: Float32Array,
  greatestExcursionMm = 8.5,
): ResidualBank {
  const dates = axis.days.length;
  const kernel = createLocalMean(axis);
  const rows = displacements.length / dates;
  const kept = new Float32Array(displacements.length);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const series = displacements.subarray(row * dates, (row + 1) * dates);
    if (series.some(Number.isNaN)) continue;
    const residual = residualOf(series, kernel);
    if (greatestLastingExcursion(residual) >= greatestExcursionMm) continue;
    kept.set(residual, count * dates);
    count++;
  }
  return { residuals: kept.slice(0, count * dates), count };
}

function createLocalMean(axis: EpochAxis): Float64Array {
  const { years } = axis;
  const dates = years.length;
  const kernel = new Float64Array(dates * dates);
  for (let i = 0; i < dates; i++) {
    let sum = 0;
    for (let j = 0; j < dates; j++) {
      kernel[i * dates + j] = Math.exp(-0.5 * ((years[i] - years[j]) / SMOOTHING_YEARS) ** 2);
      sum += kernel[i * dates + j];
    }
    for (let j = 0; j < dates; j++) kernel[i * dates + j] /= sum;
  }
  return kernel;
}

function residualOf(series: Float32Array, kernel: Float64Array): Float64Array {
  const dates = series.length;
  const smooth = applyLocalMean(series, kernel);
  let absolute = 0;
  for (let i = 0; i < dates; i++) absolute += Math.abs(series[i] - smooth[i]);
  const limit = (CLIP_DEVIATIONS * DEVIATION_OF_MEAN_ABSOLUTE * absolute) / dates;
  const clipped = smooth.map((mean, i) => mean + Math.min(limit, Math.max(-limit, series[i] - mean)));
  const again = applyLocalMean(clipped, kernel);
  return again.map((mean, i) => series[i] - mean);
}

function applyLocalMean(series: ArrayLike<number>, kernel: Float64Array): Float64Array {
  const dates = series.length;
  const smooth = new Float64Array(dates);
  for (let i = 0; i < dates; i++) {
    let sum = 0;
    for (let j = 0; j < dates; j++) sum += kernel[i * dates + j] * series[j];
    smooth[i] = sum;
  }
  return smooth;
}

/** The largest displacement that three dates in a row exceed on the same side, mm. */
function greatestLastingExcursion(residual: Float64Array): number {
  let greatest = 0;
  for (let i = 2; i < residual.length; i++) {
    const [first, second, third] = [residual[i - 2], residual[i - 1], residual[i]];
    greatest = Math.max(greatest, Math.min(first, second, third), -Math.max(first, second, third));
  }
  return greatest;
}
