import type { EpochAxis } from '../../series/epoch-axis.js';

/** How the dates of one axis are made from those of another. */
export interface TimeInterpolation {
  /** Position of the date before, for every new date. */
  readonly before: Int32Array;
  /** Weight of the date after, 0 to 1. */
  readonly weight: Float64Array;
  /** Variance of an interpolated value where every date has variance 1 and errors of their own. */
  readonly variance: Float64Array;
}

/** Straight lines in time; every new date must lie within the old ones. */
export function planInterpolation(from: EpochAxis, to: EpochAxis): TimeInterpolation {
  const count = to.days.length;
  const plan = {
    before: new Int32Array(count),
    weight: new Float64Array(count),
    variance: new Float64Array(count),
  };
  let position = 0;
  for (let i = 0; i < count; i++) {
    while (position < from.days.length - 2 && from.days[position + 1] <= to.days[i]) position++;
    const weight = (to.days[i] - from.days[position]) / (from.days[position + 1] - from.days[position]);
    if (weight < 0 || weight > 1) throw new RangeError('A date lies outside the dates to interpolate from.');
    plan.before[i] = position;
    plan.weight[i] = weight;
    plan.variance[i] = weight ** 2 + (1 - weight) ** 2;
  }
  return plan;
}

/** Writes the interpolated series, mm, into `target`. */
export function interpolateSeries(plan: TimeInterpolation, series: Float32Array, target: Float64Array): void {
  const { before, weight } = plan;
  for (let i = 0; i < before.length; i++) {
    const value = series[before[i]];
    target[i] = value + weight[i] * (series[before[i] + 1] - value);
  }
}

/**
 * Noise of one date, mm: how far dates lie from the straight line between their neighbours (median), less what the
 * neighbours' own noise adds. What a straight line in time misses of the motion counts as noise too, so that the error
 * of an interpolated value is not understated. 0 for fewer than three dates.
 */
export function measureInterpolationNoise({ days }: EpochAxis, series: Float32Array): number {
  const misfits = new Float64Array(Math.max(0, days.length - 2));
  for (let i = 1; i < days.length - 1; i++) {
    const weight = (days[i] - days[i - 1]) / (days[i + 1] - days[i - 1]);
    const misfit = series[i] - series[i - 1] - weight * (series[i + 1] - series[i - 1]);
    misfits[i - 1] = Math.abs(misfit) / Math.sqrt(1 + weight ** 2 + (1 - weight) ** 2);
  }
  if (misfits.length === 0) return 0;
  misfits.sort();
  // The median of the absolute value of a normal variable is 0.6745 of its deviation.
  return misfits[misfits.length >> 1] / 0.6745;
}
