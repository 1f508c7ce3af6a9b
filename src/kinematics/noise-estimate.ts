import type { EpochAxis } from '../series/epoch-axis.js';
import { spanYears } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { seriesOf } from '../series/series-batch.js';
import { annualColumns, constantColumn, isSeasonEstimable, powerColumn } from './bases.js';
import { accumulateByLag, lagBins } from './lag-averages.js';
import type { NoiseModel } from './noise-model.js';
import { WHITE_NOISE } from './noise-model.js';
import { fitNoiseShares } from './noise-shares.js';
import { checkEpochs, NO_REASON } from './plan-dates.js';
import type { Projection } from './projections.js';
import { applyMask, directionOf, projectColumns } from './projections.js';

/** Points taken at the most: more would not change the estimate. */
const MAX_QUIET_POINTS = 1500;
/** Fewer points than this give no estimate worth having. */
const MIN_QUIET_POINTS = 20;
/** A quiet point's parabola sags by less than this over the whole series, and none of its steps is half a cycle. */
const MAX_SAG_MM = 5;
const MAX_STEP_MM = 13;
/** Dates that a quiet point may lack. */
const MAX_MISSING_SHARE = 0.1;
/** Groups of points that are left out in turn, to see how far the estimate depends on whom it was made from. */
const GROUPS = 10;

/** Gathers residuals of quiet points until there are enough. */
export interface NoiseEstimator {
  /** Takes the quiet points of a batch; false once further batches would be left unread. */
  add(batch: SeriesBatch): boolean;
  /** The noise model of all points so far; white noise where they are too few. */
  finish(): NoiseModel;
}

/**
 * Estimates how a file's noise hangs together in time, from its quiet points: series without a jump or a material bend,
 * and nearly complete. Each is divided by the size of its own changes from date to date, so that noisy points do not
 * outweigh the rest (its whole variance would not do: it would play down the points that wander); residuals about line
 * and season are averaged by lag in days. What the fit of line and season takes out of the noise is accounted for: the
 * white and exponential parts are passed through the same fit before they are matched to the averages (non-negative
 * least squares).
 */
export function createNoiseEstimator(axis: EpochAxis): NoiseEstimator {
  const epochs = axis.days.length;
  const all = Int32Array.from({ length: epochs }, (_, index) => index);
  const usable = checkEpochs(axis, all) === NO_REASON;
  const { sine, cosine } = annualColumns(axis);
  const season = usable && isSeasonEstimable(axis, all) ? [sine, cosine] : [];
  const projection = usable
    ? projectColumns(applyMask(new Float64Array(epochs).fill(1)), [
        constantColumn(axis),
        axis.years,
        ...season,
      ])
    : undefined;
  const bend = projection && directionOf(projection, powerColumn(axis, 2));
  const bins = lagBins(axis);
  const groups = Array.from({ length: GROUPS }, () => ({ sums: new Float64Array(bins.count), points: 0 }));
  let points = 0;
  // Four series share each look at where a pair of dates belongs, which costs more than their products.
  const waiting = Array.from({ length: 4 }, () => new Float64Array(epochs));
  const variances = new Float64Array(4).fill(1);

  function flush(): void {
    const group = groups[Math.floor((points - 1) / 4) % GROUPS];
    accumulateByLag(waiting, variances, bins.pairs, group.sums);
    group.points += ((points - 1) % 4) + 1;
    for (const residuals of waiting) residuals.fill(0);
  }

  return {
    add(batch) {
      if (projection === undefined) return false;
      for (let point = 0; point < batch.count && points < MAX_QUIET_POINTS; point++) {
        const observed = seriesOf(batch, point);
        if (!hasFewMissing(observed)) continue;
        const series = fillGaps(axis, observed, 1);
        if (!isWithoutJump(series)) continue;
        if (bend !== undefined && Math.abs(sagOf(series, bend, axis)) > MAX_SAG_MM) continue;
        const residuals = waiting[points % 4];
        takeResiduals(series, projection, residuals);
        const variance = varianceOfChanges(residuals);
        if (variance < 1e-6) {
          residuals.fill(0);
          continue;
        }
        variances[points % 4] = variance;
        points++;
        if (points % 4 === 0) flush();
      }
      return points < MAX_QUIET_POINTS;
    },
    finish() {
      if (projection === undefined || points < MIN_QUIET_POINTS) return WHITE_NOISE;
      if (points % 4 !== 0) flush();
      return fitNoiseShares(axis, projection, bins, groups);
    },
  };
}

function hasFewMissing(series: Float32Array): boolean {
  let missing = 0;
  for (const value of series) if (Number.isNaN(value)) missing++;
  return missing <= MAX_MISSING_SHARE * series.length;
}

function isWithoutJump(series: Float32Array): boolean {
  for (let i = 1; i < series.length; i++) {
    if (Math.abs(series[i] - series[i - 1]) > MAX_STEP_MM) return false;
  }
  return true;
}

/** Sag of the best parabola at the middle of the series against its ends, mm. */
function sagOf(
  series: Float32Array,
  bend: { row: Float64Array; information: number },
  axis: EpochAxis,
): number {
  let coefficient = 0;
  for (let i = 0; i < series.length; i++) coefficient += bend.row[i] * series[i];
  return ((coefficient / bend.information) * spanYears(axis) ** 2) / 4;
}

/** Fills the residuals about the projection's columns. */
function takeResiduals(series: Float32Array, projection: Projection, residuals: Float64Array): void {
  const { columns, coefficients, epochs } = projection;
  const origin = series[0];
  for (let i = 0; i < epochs; i++) residuals[i] = series[i] - origin;
  const fitted = columns.map((_, index) => {
    let sum = 0;
    for (let i = 0; i < epochs; i++) sum += coefficients[index * epochs + i] * residuals[i];
    return sum;
  });
  for (let i = 0; i < epochs; i++) {
    for (let index = 0; index < columns.length; index++) residuals[i] -= fitted[index] * columns[index][i];
  }
}

/** Half the mean square of the changes from date to date: the size of a point's noise, whatever its slow wander. */
function varianceOfChanges(residuals: Float64Array): number {
  let squares = 0;
  for (let i = 1; i < residuals.length; i++) squares += (residuals[i] - residuals[i - 1]) ** 2;
  return squares / (2 * (residuals.length - 1));
}
