import { seasonBasis } from '../features/axis-matrices.js';
import { localLinearSmoother } from '../features/smoother.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { MOTION_GRID } from './material-label.js';

/** Noise of real series on their own axis: row-major, `count` x dates, mm. */
export interface ResidualBank {
  readonly residuals: Float32Array;
  readonly count: number;
}

/** Real series taken apart, so that simulated ones can borrow any part: row by row the same series. */
export interface SeriesBank extends ResidualBank {
  /** Annual and semi-annual waves at the dates: row-major, `count` x dates, mm. */
  readonly seasons: Float32Array;
  /** The slow course without season, as a clean motion is drawn: row-major, `count` x 65, mm. */
  readonly courses: Float32Array;
}

const SMOOTHING_YEARS = 0.7;
const CLIP_DEVIATIONS = 2.5;
/** The mean absolute value of a normal number, times this, is its standard deviation. */
const DEVIATION_OF_MEAN_ABSOLUTE = 1.2533;
/** Series that stay so far on one side for three dates hold a signal and are left out, mm. */
const GREATEST_EXCURSION_MM = 8.5;

/**
 * Takes real series apart into season, slow course and residual. The season is fitted beside a flexible trend; the
 * course is a local line over about a year and a half (Gaussian, 0.7 years): a shorter one would take noise for motion,
 * large errors clipped in the second pass; the residual is the rest, so that the three sum to the series but for its
 * mean. Left out are series with missing dates, and those with lasting excursions. `displacements` is row-major, points
 * x dates, mm.
 */
export function createSeriesBank(axis: EpochAxis, displacements: Float32Array): SeriesBank {
  const dates = axis.days.length;
  const rows = displacements.length / dates;
  const decompose = createDecomposer(axis);
  const residuals = new Float32Array(displacements.length);
  const seasons = new Float32Array(displacements.length);
  const courses = new Float32Array(rows * MOTION_GRID);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const series = displacements.subarray(row * dates, (row + 1) * dates);
    if (series.some(Number.isNaN)) continue;
    const { season, course, residual } = decompose(series);
    if (greatestLastingExcursion(residual) >= GREATEST_EXCURSION_MM) continue;
    residuals.set(residual, count * dates);
    seasons.set(season, count * dates);
    courses.set(course, count * MOTION_GRID);
    count++;
  }
  return {
    residuals: residuals.slice(0, count * dates),
    seasons: seasons.slice(0, count * dates),
    courses: courses.slice(0, count * MOTION_GRID),
    count,
  };
}

function createDecomposer(axis: EpochAxis) {
  const { years } = axis;
  const span = years[years.length - 1];
  const { fit, waves } = seasonBasis(axis);
  const grid = Float64Array.from({ length: MOTION_GRID }, (_, i) => (span * i) / (MOTION_GRID - 1));
  const atDates = localLinearSmoother(years, years, SMOOTHING_YEARS).values;
  const onGrid = localLinearSmoother(grid, years, SMOOTHING_YEARS).values;
  return (series: Float32Array) => {
    const coefficients = multiply(fit.values, series);
    const season = new Float64Array(series.length);
    coefficients.forEach((coefficient, wave) => {
      for (let i = 0; i < season.length; i++)
        season[i] += coefficient * waves.values[wave * season.length + i];
    });
    const plain = season.map((value, i) => series[i] - value);
    const tamed = clip(plain, multiply(atDates, plain));
    const smooth = multiply(atDates, tamed);
    return {
      season,
      course: multiply(onGrid, tamed),
      residual: smooth.map((value, i) => plain[i] - value),
    };
  };
}

/** Brings back what stands out of a smooth course by more than 2.5 deviations. */
function clip(values: Float64Array, smooth: Float64Array): Float64Array {
  const absolute = values.reduce((sum, value, i) => sum + Math.abs(value - smooth[i]), 0);
  const limit = (CLIP_DEVIATIONS * DEVIATION_OF_MEAN_ABSOLUTE * absolute) / values.length;
  return smooth.map((mean, i) => mean + Math.min(limit, Math.max(-limit, values[i] - mean)));
}

/** A row-major matrix times a vector of its row length. */
function multiply(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const { length } = vector;
  const product = new Float64Array(matrix.length / length);
  for (let row = 0; row < product.length; row++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += matrix[row * length + i] * vector[i];
    product[row] = sum;
  }
  return product;
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
