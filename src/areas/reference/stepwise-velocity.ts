import type { EpochAxis } from '../../series/epoch-axis.js';

/**
 * The velocity of a series in least squares beside steps at known days: one straight line whose pieces between the steps
 * may stand at any height. (A line alone would take a step of the reference for a velocity.) The pieces' own means are
 * taken off times and values, which is the solution of that problem (Frisch and Waugh 1933).
 */
export function createStepwiseVelocity(
  { days, years }: EpochAxis,
  stepDays: readonly number[],
): (series: ArrayLike<number>) => number {
  const pieces = Array.from(days, (day) => stepDays.filter((step) => step <= day).length);
  const weights = takeOffMeans(years, pieces);
  const square = weights.reduce((sum, value) => sum + value * value, 0);
  return (series) => {
    let product = 0;
    for (let i = 0; i < weights.length; i++) product += weights[i] * series[i];
    return square === 0 ? 0 : product / square;
  };
}

function takeOffMeans(values: Float64Array, pieces: readonly number[]): Float64Array {
  const sums = new Map<number, { sum: number; count: number }>();
  values.forEach((value, i) => {
    const { sum, count } = sums.get(pieces[i]) ?? { sum: 0, count: 0 };
    sums.set(pieces[i], { sum: sum + value, count: count + 1 });
  });
  return values.map((value, i) => {
    const { sum, count } = sums.get(pieces[i])!;
    return value - sum / count;
  });
}
