import type { Tensor } from '../network/graph.js';
import { sigmoid } from '../network/ops/activation.js';
import { add, multiply, negate, square, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { type FeatureColumns, SMALL } from './feature-columns.js';
import type { FeatureExtent } from './feature-extent.js';
import { columns, ratioPlus, rowMax, rowMean, rowMin, shiftBack } from './graph-rows.js';

/** Excursions from the slow motion that last: the best minimum over some dates, either way. */
export function measureExcursions(
  rest: Tensor,
  size: Tensor,
  cycle: number,
  { lastingDates }: FeatureExtent,
  features: FeatureColumns,
): void {
  features.addLog('log_largest_rest', rowMax(size), 1);
  const up = lastingMinima(rest, lastingDates);
  const down = lastingMinima(negate(rest), lastingDates);
  for (const dates of lastingDates) {
    const upwards = rowMax(up[dates]);
    const downwards = rowMax(down[dates]);
    const either = maximum(upwards, downwards);
    const both = minimum(upwards, downwards);
    features.addLog(`excursion_${dates}`, maximum(either, 0), 0.2);
    features.addLog(`excursion_${dates}_both_ways`, maximum(both, 0), 0.2);
  }
  for (const share of [0.4, 0.25]) {
    const beyond = sigmoid(multiply(subtract(size, share * cycle), 1 / 0.3));
    features.addLog(`share_beyond_${share}_cycle`, rowMean(beyond), 0.003);
  }
  const lasting = maximum(subtract(maximum(up[3], down[3]), 0.35 * cycle), 0);
  features.addLog('lasting_excursions', rowMean(lasting), 0.003);
}

/** Stands for what is missing after the last date, so that no window that ends there counts. */
const FAR_BELOW = -1e9;

type LastingDates = FeatureExtent['lastingDates'][number];

/**
 * Minimum of every date and those after it, by how many dates are taken (one of those wanted, or 3); far below zero
 * where the row ends before.
 */
function lastingMinima(x: Tensor, wanted: readonly LastingDates[]): Record<LastingDates, Tensor> {
  const two = minimum(x, shiftBack(x, 1, FAR_BELOW));
  const three = minimum(two, shiftBack(two, 1, FAR_BELOW));
  const five = wanted.some((dates) => dates >= 5) ? minimum(three, shiftBack(three, 2, FAR_BELOW)) : three;
  const eight = wanted.includes(8) ? minimum(five, shiftBack(five, 3, FAR_BELOW)) : five;
  return { 2: two, 3: three, 5: five, 8: eight };
}

/** Differences of means over some dates before and after every date; `next` is the series one date on. */
export function measureShifts(y: Tensor, next: Tensor, features: FeatureColumns): void {
  const two = add(y, next);
  const four = add(two, shiftBack(two, 2, 0));
  const fourLater = shiftBack(four, 4, 0);
  const ten = add(add(four, fourLater), shiftBack(two, 8, 0));
  measureShift(subtract(fourLater, four), 4, features);
  measureShift(subtract(shiftBack(ten, 10, 0), ten), 10, features);
}

/** `differences`: sums over so many dates less those over as many before; sums cut short at the end do not count. */
function measureShift(differences: Tensor, dates: number, features: FeatureColumns): void {
  const whole = columns(differences, 0, (differences.shape[1] as number) - 2 * dates + 1);
  const mean = rowMean(whole);
  const up = multiply(subtract(rowMax(whole), mean), 1 / dates);
  const down = multiply(subtract(mean, rowMin(whole)), 1 / dates);
  const variance = maximum(subtract(rowMean(square(whole)), square(mean)), 0);
  const spread = multiply(squareRoot(variance), 1 / dates);
  const largest = maximum(up, down);
  features.addLog(`log_shift_${dates}`, largest, SMALL);
  features.add(`shift_${dates}_to_spread`, ratioPlus(largest, spread, 0.1));
  features.addLog(`log_shift_${dates}_both_ways`, maximum(minimum(up, down), 0), SMALL);
}
