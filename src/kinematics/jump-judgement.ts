import { solveWeightedLeastSquares } from './linear-algebra.js';
import { selectMedian } from './noise.js';
import { MIN_JUMP_DATES } from './plan-dates.js';
import type { SeriesFitter } from './smooth-fit.js';

/** Dates (and days) on either side that say how large a jump is. */
const LEVEL_DATES = 8;
const LEVEL_DAYS = 150;
/** A jump may differ from whole cycles by this share of one. */
const MAX_MISFIT_CYCLES = 0.35;
/**
 * Once repaired, a series keeps this close to its smooth motion, in shares of a cycle: on either side of every jump and
 * all along. A ramp of months that ends in a jump does not, whichever way it is repaired.
 */
const MAX_LEVEL_CYCLES = 0.25;
/**
 * A lasting jump is compared with the series from this many days to that many days before and after it: a ramp that
 * ends in a flip and comes back leaves no lasting change there.
 */
const FAR_DAYS = [75, 720] as const;
const MIN_FAR_DATES = 6;
/**
 * Share of the dates that a lasting jump leaves on either side at the least: by fewer, a level cannot be told from the
 * ramp or the settling that series often begin or end with.
 */
const MIN_LASTING_SHARE = 0.05;
/** Jumps nearer to each other than this are an excursion, which need not leave anything behind. */
const LONE_DAYS = 300;
/** Dates of a stretch that may stay half a cycle off. */
const MAX_WRONG_SHARE = 0.2;

/** A change of cycle, starting at an epoch of the axis. */
export interface Jump {
  readonly epoch: number;
  readonly cycles: number;
  /** Size measured from the dates around it, mm. */
  readonly sizeMm: number;
  /** How far the dates around it stay from the smooth motion once repaired, mm. */
  readonly misfitMm: number;
}

/** Sizes of a path's jumps, from medians of the dates on either side about the smooth motion. */
export function measureJumps(
  fitter: SeriesFitter,
  series: Float64Array,
  corrected: Float64Array,
  path: Int8Array,
): Jump[] {
  const { epochs, axis } = fitter.plan;
  const smooth = fitter.smooth(corrected).values;
  const jumps: Jump[] = [];
  for (let i = 1; i < path.length; i++) {
    if (path[i] === path[i - 1]) continue;
    const levelOf = (values: Float64Array, start: number, direction: number): number => {
      const residuals: number[] = [];
      for (let j = start; j >= 0 && j < path.length && residuals.length < LEVEL_DATES; j += direction) {
        if (path[j] !== path[start]) break;
        if (Math.abs(axis.days[epochs[j]] - axis.days[epochs[start]]) > LEVEL_DAYS) break;
        residuals.push(values[epochs[j]] - smooth[j]);
      }
      return selectMedian(Float64Array.from(residuals), residuals.length);
    };
    jumps.push({
      epoch: epochs[i],
      cycles: path[i] - path[i - 1],
      sizeMm: levelOf(series, i, 1) - levelOf(series, i - 1, -1),
      misfitMm: Math.max(Math.abs(levelOf(corrected, i, 1)), Math.abs(levelOf(corrected, i - 1, -1))),
    });
  }
  return jumps;
}

/** Largest median of neighbouring dates about the smooth motion, mm. */
function largestWander(fitter: SeriesFitter, corrected: Float64Array): number {
  const { epochs } = fitter.plan;
  const smooth = fitter.smooth(corrected).values;
  const residuals = Float64Array.from(epochs, (epoch, i) => corrected[epoch] - smooth[i]);
  let largest = 0;
  for (let start = 0; start + LEVEL_DATES <= residuals.length; start += LEVEL_DATES >> 1) {
    const level = selectMedian(residuals.slice(start, start + LEVEL_DATES), LEVEL_DATES);
    largest = Math.max(largest, Math.abs(level));
  }
  return largest;
}

/**
 * Whether a smooth motion through the months well before and well after a jump steps by it rather than by nothing.
 * Jumps near each other count together, and an excursion that returns is let pass; towards an end of the series the
 * dates there have to do, and are too few where they are not a twentieth of all.
 */
export function lastsFar(
  fitter: SeriesFitter,
  series: Float64Array,
  path: Int8Array,
  cycle: number,
): boolean {
  const { epochs, axis } = fitter.plan;
  const days = Float64Array.from(epochs, (epoch) => axis.days[epoch]);
  const values = Float64Array.from(epochs, (epoch) => series[epoch]);
  const edges: number[] = [];
  for (let i = 1; i < path.length; i++) if (path[i] !== path[i - 1]) edges.push(i);
  for (let first = 0; first < edges.length; ) {
    let last = first;
    while (last + 1 < edges.length && days[edges[last + 1]] - days[edges[last]] <= LONE_DAYS) last++;
    const start = edges[first];
    const end = edges[last];
    const net = path[end] - path[start - 1];
    const from = first === 0 ? 0 : edges[first - 1];
    const to = edges[last + 1] ?? path.length;
    first = last + 1;
    if (net === 0) continue;
    if (Math.min(start, path.length - end) < MIN_LASTING_SHARE * path.length) return false;
    const weights = days.map((day, i) => {
      const distance = i < start ? days[start] - day : day - days[end];
      return i >= from && i < to && distance >= FAR_DAYS[0] && distance <= FAR_DAYS[1] ? 1 : 0;
    });
    const short =
      countOnes(weights, 0, start) < MIN_FAR_DATES || countOnes(weights, end, path.length) < MIN_FAR_DATES;
    if (countOnes(weights, 0, start) < MIN_FAR_DATES) weights.fill(1, from, start);
    if (countOnes(weights, end, path.length) < MIN_FAR_DATES) weights.fill(1, end, to);
    const step = days.map((_, i) => (i >= end ? 1 : 0));
    const time = days.map((day) => (day - days[start]) / FAR_DAYS[1]);
    const columns = [days.map(() => 1), time, step];
    if (!short) columns.push(time.map((value) => value * value));
    const fit = solveWeightedLeastSquares(columns, values, weights);
    if (fit !== undefined && fit[2] * Math.sign(net) <= (cycle * Math.abs(net)) / 2) return false;
  }
  return true;
}

/** Whether nearly all dates of every stretch off level come to lie on the motion once repaired. */
function fitsThroughout(
  fitter: SeriesFitter,
  corrected: Float64Array,
  path: Int8Array,
  cycle: number,
): boolean {
  const { epochs } = fitter.plan;
  const smooth = fitter.smooth(corrected).values;
  for (let start = 0; start < path.length; ) {
    let end = start;
    let wrong = 0;
    for (; end < path.length && path[end] === path[start]; end++) {
      if (Math.abs(corrected[epochs[end]] - smooth[end]) > cycle / 2) wrong++;
    }
    if (
      path[start] !== 0 &&
      (end - start - wrong < MIN_JUMP_DATES || wrong > MAX_WRONG_SHARE * (end - start))
    ) {
      return false;
    }
    start = end;
  }
  return true;
}

function countOnes(weights: Float64Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) count += weights[i];
  return count;
}

/** Whether every jump measures whole cycles, within 0.35 of one. */
export function areWholeCycles(jumps: readonly Jump[], cycle: number): boolean {
  return jumps.every((jump) => Math.abs(jump.sizeMm - jump.cycles * cycle) <= MAX_MISFIT_CYCLES * cycle);
}

/** Whether the series, once repaired, keeps to its smooth motion: beside every jump, on every stretch and all along. */
export function isSmoothAfter(
  fitter: SeriesFitter,
  corrected: Float64Array,
  path: Int8Array,
  jumps: readonly Jump[],
  cycle: number,
): boolean {
  const limit = MAX_LEVEL_CYCLES * cycle;
  return (
    jumps.every(({ misfitMm }) => misfitMm <= limit) &&
    fitsThroughout(fitter, corrected, path, cycle) &&
    largestWander(fitter, corrected) <= limit
  );
}
