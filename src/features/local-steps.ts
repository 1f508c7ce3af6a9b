import type { Tensor } from '../network/graph.js';
import { absolute, add, multiply, negate } from '../network/ops/arithmetic.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { concat } from '../network/ops/shape.js';
import { knownSize } from '../network/tensor.js';
import { type FeatureColumns, SMALL } from './feature-columns.js';
import { applyRows, columns, rowMax, rowMean, rowMin, rowVector, shiftBack } from './graph-rows.js';
import { type Rows, rowsOf } from './rows.js';

/** Dates of either half of the line on each side of a step: seen near the ends too, or in stronger noise. */
const HALVES = [3, 6, 12] as const;
/** Last or first dates whose mean is held against a line through so many before or after them. */
const END_DATES = [3, 4, 6, 8] as const;
const END_HALF = 6;
const END_REACH = END_DATES[END_DATES.length - 1] + 2 * END_HALF;

/** Some dates next to each other. */
interface Stretch {
  readonly start: number;
  readonly count: number;
}

/** Steps between two lines of 2 x `half` dates each, wherever both fit. */
interface StepFilter {
  readonly half: number;
  /** Weights of the sums over the four halves, by the date at which the first begins; 0 where they do not fit. */
  readonly weights: readonly Float64Array[];
}

/** Steps beside local lines, on one axis. */
export interface LocalSteps {
  readonly between: readonly StepFilter[];
  /** Steps near the ends: rows over the first and the last `reach` dates. */
  readonly atEnds: Rows;
  readonly reach: number;
}

/** `share`: dates as shares of the span. */
export function localSteps(share: Float64Array): LocalSteps {
  const reach = endReach(share);
  return {
    between: HALVES.map((half) => stepFilter(share, half)),
    atEnds: endSteps(share, reach),
    reach,
  };
}

/** How many dates from either end steps near it take. */
function endReach(share: Float64Array): number {
  return Math.min(END_REACH, share.length >> 1);
}

function stepFilter(share: Float64Array, half: number): StepFilter {
  const weights = Array.from({ length: 4 }, () => new Float64Array(share.length));
  for (let start = 0; start + 4 * half <= share.length; start++) {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((k) => ({
      start: start + k * half,
      count: half,
    }));
    // Both lines are carried to the middle of the gap between them.
    const at = (share[third.start - 1] + share[third.start]) / 2;
    const before = carriedLine(share, first, second, at);
    const after = carriedLine(share, third, fourth, at);
    const step = inDeviations([...before.map((weight) => -weight), ...after], [half, half, half, half]);
    step.forEach((weight, k) => {
      weights[k][start] = weight / half;
    });
  }
  return { half, weights };
}

/** One row for every number of dates at the beginning, and one for as many at the end. */
function endSteps(share: Float64Array, reach: number): Rows {
  const beyond = share.length - 2 * reach;
  return rowsOf(
    END_DATES.flatMap((dates) => {
      // Where a series is too short for the line, the row stays zero.
      const rows = [new Float64Array(2 * reach), new Float64Array(2 * reach)];
      if (dates + 2 * END_HALF > reach) return rows;
      rows.forEach((row, isLast) => {
        const stretch = (from: number, count: number): Stretch => ({
          start: isLast ? share.length - from - count : from,
          count,
        });
        const end = stretch(0, dates);
        const line = [stretch(dates, END_HALF), stretch(dates + END_HALF, END_HALF)] as const;
        const carried = carriedLine(share, ...line, meanTime(share, end));
        const stretches = [end, ...line];
        const counts = stretches.map(({ count }) => count);
        inDeviations([1, -carried[0], -carried[1]], counts).forEach((weight, k) => {
          const start = stretches[k].start - (isLast ? beyond : 0);
          row.fill(weight / counts[k], start, start + counts[k]);
        });
      });
      return rows;
    }),
  );
}

/** The rows of steps near the ends over all dates. */
export function endStepsOverDates(share: Float64Array): Rows {
  const reach = endReach(share);
  const atEnds = endSteps(share, reach);
  const { length } = share;
  const rows = Array.from({ length: atEnds.count }, (_, index) => {
    const ends = atEnds.values.subarray(index * 2 * reach, (index + 1) * 2 * reach);
    const row = new Float64Array(length);
    row.set(ends.subarray(0, reach));
    row.set(ends.subarray(reach), length - reach);
    return row;
  });
  return rowsOf(rows);
}

/** Weights of the means over two stretches by which the line through these tells the value at another time. */
function carriedLine(share: Float64Array, first: Stretch, second: Stretch, at: number): [number, number] {
  const [from, to] = [first, second].map((stretch) => meanTime(share, stretch));
  const part = (at - from) / (to - from);
  return [1 - part, part];
}

/** Weights of means over so many dates, so that the sum has a standard deviation of 1 in noise of 1. */
function inDeviations(weights: readonly number[], counts: readonly number[]): number[] {
  const deviation = Math.hypot(...weights.map((weight, k) => weight / Math.sqrt(counts[k])));
  return weights.map((weight) => weight / deviation);
}

function meanTime(share: Float64Array, { start, count }: Stretch): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += share[i];
  return sum / count;
}

/**
 * Steps beside lines through the nearest dates only, whatever the motion is elsewhere, against how certain they are. A line
 * goes through the means of two halves of its dates (Wald 1940): for dates at equal steps its slope has 8/9 of the
 * certainty of least squares, for a fraction of the sums.
 */
export function measureLocalSteps(
  y: Tensor,
  { between, atEnds, reach }: LocalSteps,
  features: FeatureColumns,
): void {
  const sums = windowSums(y);
  for (const { half, weights } of between) {
    const step = weights
      .map((row, k) => multiply(shiftBack(sums(half), k * half, 0), rowVector(y, `step_${half}_${k}`, row)))
      .reduce(add);
    const [up, down] = [rowMax(step), negate(rowMin(step))];
    const largest = features.addLog(`step_${half}`, maximum(up, down), SMALL);
    features.addLog(`step_${half}_both_ways`, maximum(minimum(up, down), 0), SMALL);
    const usual = features.log(rowMean(absolute(step)), SMALL);
    features.addLogs(`step_${half}_against_usual`, [largest, 1], [usual, -1]);
  }
  const length = knownSize(y.shape, 1);
  const ends = concat([columns(y, 0, reach), columns(y, length - reach, length)], 1);
  features.addLog('step_at_end', rowMax(absolute(applyRows(ends, 'end_steps', atEnds))), SMALL);
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
