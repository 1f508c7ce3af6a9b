import type { Tensor } from '../network/graph.js';
import { add, multiply, negate, subtract } from '../network/ops/arithmetic.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { type FeatureColumns, SMALL } from './feature-columns.js';
import { rowMax, rowMeanAbsolute, rowMin, rowVector, shiftBack } from './graph-rows.js';

/** Dates of the line on one side of a place, and of the level on the other. */
const LINE_DATES = 12;
const LEVEL_DATES = 3;

/**
 * A line through some dates, carried on to the mean time of the few beyond: its value there, times their number, is a
 * sum of the values and of time times value. One weight for the window of the line that begins at each date.
 */
interface CarriedLine {
  readonly ofSum: Float64Array;
  readonly ofSumByTime: Float64Array;
  /** One over the standard deviation of level minus line for noise of 1, by the date at which the earlier of both begins. */
  readonly certainty: Float64Array;
}

/** Steps beside local lines, on one axis. */
export interface LocalSteps {
  /** Dates as shares of the span. */
  readonly share: Float64Array;
  readonly forwards: CarriedLine;
  readonly backwards: CarriedLine;
}

export function localSteps(share: Float64Array): LocalSteps {
  return { share, forwards: carryLine(share, LINE_DATES), backwards: carryLine(share, -LEVEL_DATES) };
}

/** `offset`: how many dates after the beginning of the line the dates begin to which it is carried. */
function carryLine(share: Float64Array, offset: number): CarriedLine {
  const epochs = share.length;
  const line = {
    ofSum: new Float64Array(epochs),
    ofSumByTime: new Float64Array(epochs),
    certainty: new Float64Array(epochs),
  };
  const last = epochs - Math.max(LINE_DATES, offset + LEVEL_DATES);
  for (let start = Math.max(0, -offset); start <= last; start++) {
    const times = share.subarray(start, start + LINE_DATES);
    const mean = meanOf(times);
    const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
    const distance = meanOf(share.subarray(start + offset, start + offset + LEVEL_DATES)) - mean;
    line.ofSumByTime[start] = (LEVEL_DATES * distance) / squares;
    line.ofSum[start] = LEVEL_DATES / LINE_DATES - mean * line.ofSumByTime[start];
    line.certainty[Math.min(start, start + offset)] =
      1 / Math.sqrt(1 / LINE_DATES + 1 / LEVEL_DATES + distance ** 2 / squares);
  }
  return line;
}

function meanOf(times: Float64Array): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

/**
 * Steps beside a line through the nearest dates only, whatever the motion is elsewhere: how far three dates lie off the
 * line through the twelve before them, or after, at the most; as a length, and against how certain it is.
 */
export function measureLocalSteps(
  y: Tensor,
  { share, forwards, backwards }: LocalSteps,
  features: FeatureColumns,
): void {
  const sums = windowSums(y);
  const sumsByTime = windowSums(multiply(y, rowVector(y, 'step_time', share)));
  const level = sums(LEVEL_DATES);
  const lineOf = ({ ofSum, ofSumByTime }: CarriedLine, name: string) =>
    add(
      multiply(sums(LINE_DATES), rowVector(y, `${name}_of_sum`, ofSum)),
      multiply(sumsByTime(LINE_DATES), rowVector(y, `${name}_of_sum_by_time`, ofSumByTime)),
    );
  const steps = {
    after: subtract(shiftBack(level, LINE_DATES, 0), lineOf(forwards, 'line_before')),
    before: subtract(level, shiftBack(lineOf(backwards, 'line_after'), LEVEL_DATES, 0)),
  };
  for (const [side, { certainty }] of [
    ['after', forwards],
    ['before', backwards],
  ] as const) {
    const fits = certainty.map((value) => (value > 0 ? 1 / LEVEL_DATES : 0));
    const step = multiply(steps[side], rowVector(y, `step_fits_${side}`, fits));
    const [up, down] = [rowMax(step), negate(rowMin(step))];
    const sure = multiply(step, rowVector(y, `step_certainty_${side}`, certainty));
    const most = maximum(rowMax(sure), negate(rowMin(sure)));
    const certain = features.addLog(`step_${side}_line_certain`, most, SMALL);
    features.addLog(`step_${side}_line`, maximum(up, down), SMALL);
    features.addLog(`step_${side}_line_both_ways`, maximum(minimum(up, down), 0), SMALL);
    const usual = features.log(rowMeanAbsolute(sure), SMALL);
    features.addLogs(`step_${side}_line_against_usual`, [certain, 1], [usual, -1]);
  }
}

/** Sums over so many dates from every date on, made of shorter ones; nothing counts as zero after the last date. */
function windowSums(x: Tensor): (dates: number) => Tensor {
  const known = new Map<number, Tensor>([[1, x]]);
  return function sum(dates: number): Tensor {
    let total = known.get(dates);
    if (total === undefined) {
      const half = dates >> 1;
      total = add(sum(dates - half), shiftBack(sum(half), dates - half, 0));
      known.set(dates, total);
    }
    return total;
  };
}
