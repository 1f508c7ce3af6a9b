import { dropShortOuterStretches, dropShortStretches, findCyclePath } from './cycle-path.js';
import { solveWeightedLeastSquares } from './linear-algebra.js';
import { informationCriterion } from './model-fits.js';
import { selectMedian } from './noise.js';
import { correlationAtLag } from './noise-model.js';
import { MIN_JUMP_DATES } from './series-plan.js';
import type { SeriesFitter } from './smooth-fit.js';

/** Turns of path and smooth motion about each other. */
const MAX_TURNS = 5;
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
/** The first and the last stretch show their level by this many dates. */
const MIN_OUTER_DATES = 5;
/**
 * A lasting jump is compared with the series from this many days to that many days before and after it: a ramp that
 * ends in a flip and comes back leaves no lasting change there.
 */
const FAR_DAYS = [75, 720] as const;
const MIN_FAR_DATES = 6;
/** Jumps nearer to each other than this are an excursion, which need not leave anything behind. */
const LONE_DAYS = 300;
/** Dates of a stretch that may stay half a cycle off. */
const MAX_WRONG_SHARE = 0.2;

/** Parts of a cycle that are called a sub-cycle step. */
const SUB_CYCLE = [0.3, 0.65] as const;

/** A change of cycle, starting at an epoch of the axis. */
export interface Jump {
  readonly epoch: number;
  readonly cycles: number;
  /** Size measured from the dates around it, mm. */
  readonly sizeMm: number;
  /** How far the dates around it stay from the smooth motion once repaired, mm. */
  readonly misfitMm: number;
}

/** What the search found in one series. */
export interface JumpPath {
  /** Whole cycles that each date of the axis is off by; missing dates take the level before them. */
  readonly cycles: Int8Array;
  readonly jumps: readonly Jump[];
  /**
   * By how much the information criterion of the best smooth motion improves once the jumps are taken out, every
   * jump counted as two parameters (its date and its size). Natural logarithm, twice: 10 is odds of 150 to 1.
   */
  readonly gain: number;
  /** Whether every jump has the size of whole cycles. */
  readonly wholeCycles: boolean;
  /** Whether the series is smooth once repaired. */
  readonly smoothAfter: boolean;
  /** Whether every lasting jump still shows between the months well before and well after it. */
  readonly lasting: boolean;
}

/** A lasting step of part of a cycle. */
export interface SubCycleStep {
  readonly epoch: number;
  readonly sizeMm: number;
}

/**
 * Finds the path of whole cycles that explains a series best, together with a smooth motion: path (Viterbi) and robust
 * refit of the motion take turns, from several beginnings, and the end with the best information criterion under the
 * file's correlated noise is kept. `undefined` where that is no jump at all.
 *
 * @param series displacements, one an epoch of the axis, about zero; missing dates hold 0
 */
export function findJumps(fitter: SeriesFitter, series: Float64Array, cycle: number): JumpPath | undefined {
  const { plan } = fitter;
  const { epochs } = plan;
  const penalty = 2 * Math.log(epochs.length);
  fitter.fit(series);
  const unrepaired = fitter.fits.criterion[fitter.bestSmooth()];
  const beginnings = [
    new Int8Array(epochs.length),
    pathFromChanges(fitter, series, cycle),
    pathFromSingleStep(fitter),
    pathFromExcursion(fitter, cycle),
  ];
  let best: Int8Array | undefined;
  let bestCriterion = unrepaired;
  const seen = new Set<string>();
  for (const beginning of beginnings) {
    let path = trimPath(beginning);
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const key = path.join(',');
      if (seen.has(key)) break;
      seen.add(key);
      const corrected = correct(fitter, series, path, cycle);
      fitter.fit(corrected);
      const criterion = fitter.fits.criterion[fitter.bestSmooth()] + penalty * countChanges(path);
      if (criterion < bestCriterion && countChanges(path) > 0) {
        bestCriterion = criterion;
        best = path;
      }
      path = refinePath(fitter, series, corrected, cycle, penalty);
    }
  }
  if (best === undefined) return undefined;
  const corrected = correct(fitter, series, best, cycle);
  fitter.fit(corrected);
  const jumps = measureJumps(fitter, series, corrected, best);
  return {
    cycles: spreadPath(fitter, best),
    jumps,
    gain: unrepaired - bestCriterion,
    wholeCycles: jumps.every(
      (jump) => Math.abs(jump.sizeMm - jump.cycles * cycle) <= MAX_MISFIT_CYCLES * cycle,
    ),
    lasting: lastsFar(fitter, series, best, cycle),
    smoothAfter:
      fitsThroughout(fitter, corrected, best, cycle) &&
      jumps.every((jump) => jump.misfitMm <= MAX_LEVEL_CYCLES * cycle) &&
      largestWander(fitter, corrected) <= MAX_LEVEL_CYCLES * cycle,
  };
}

/**
 * A lasting step of 0.3 to 0.65 cycles that the series shows clearly (it improves the criterion by `leastGain`): too
 * small to be repaired, large enough to be told.
 */
export function findSubCycleStep(
  fitter: SeriesFitter,
  series: Float64Array,
  cycle: number,
  leastGain: number,
): SubCycleStep | undefined {
  const { plan, buffers, fits } = fitter;
  fitter.fit(series);
  let bestGain = 0;
  let bestEpoch = -1;
  for (const epoch of plan.stepEpochs) {
    const gain = buffers.steps[epoch] ** 2 / plan.edges.stepOnLine[epoch];
    if (gain > bestGain) {
      bestGain = gain;
      bestEpoch = epoch;
    }
  }
  if (bestEpoch < 0) return undefined;
  const amplitude = Math.abs(buffers.steps[bestEpoch] / plan.edges.stepOnLine[bestEpoch]) / cycle;
  if (amplitude < SUB_CYCLE[0] || amplitude > SUB_CYCLE[1]) return undefined;
  const withStep = informationCriterion(plan, fits.sumOfSquares[1] - bestGain, 4);
  if (fits.criterion[fitter.bestSmooth()] - withStep < leastGain) return undefined;
  const path = new Int8Array(plan.epochs.length);
  path.fill(Math.sign(buffers.steps[bestEpoch]), plan.epochs.indexOf(bestEpoch));
  const shift = (path[path.length - 1] * amplitude * cycle) as number;
  const stepped = series.map((value, epoch) => (epoch >= bestEpoch ? value - shift : value));
  fitter.fit(stepped);
  const sizeMm = measureJumps(fitter, series, stepped, path)[0].sizeMm;
  const size = Math.abs(sizeMm) / cycle;
  return size >= SUB_CYCLE[0] && size <= SUB_CYCLE[1] ? { epoch: bestEpoch, sizeMm } : undefined;
}

/** The series less its path's cycles. */
function correct(fitter: SeriesFitter, series: Float64Array, path: Int8Array, cycle: number): Float64Array {
  const corrected = Float64Array.from(series);
  const { epochs } = fitter.plan;
  for (let i = 0; i < epochs.length; i++) corrected[epochs[i]] -= path[i] * cycle;
  return corrected;
}

function countChanges(path: Int8Array): number {
  let changes = 0;
  for (let i = 1; i < path.length; i++) if (path[i] !== path[i - 1]) changes++;
  return changes;
}

/** The next path, given the smooth motion of the series as corrected by the last one. */
function refinePath(
  fitter: SeriesFitter,
  series: Float64Array,
  corrected: Float64Array,
  cycle: number,
  penalty: number,
): Int8Array {
  const { plan } = fitter;
  const { days } = plan.axis;
  const smooth = fitter.smooth(corrected);
  const dates = Int32Array.from(plan.epochs, (epoch) => days[epoch]);
  const path = findCyclePath({
    days: dates,
    residuals: Float64Array.from(plan.epochs, (epoch, i) => series[epoch] - smooth.values[i]),
    correlations: Float64Array.from(dates, (day, i) =>
      i === 0 ? 0 : correlationAtLag(plan.noise, day - dates[i - 1]),
    ),
    variance: smooth.variance,
    cycle,
    penalty,
  });
  return trimPath(path);
}

/** Takes out stretches too short to be told from outliers. */
function trimPath(path: Int8Array): Int8Array {
  return dropShortOuterStretches(dropShortStretches(path, MIN_JUMP_DATES), MIN_OUTER_DATES);
}

/** Rounds every change from date to date to whole cycles. */
function pathFromChanges(fitter: SeriesFitter, series: Float64Array, cycle: number): Int8Array {
  const { epochs } = fitter.plan;
  const path = new Int8Array(epochs.length);
  for (let i = 1; i < epochs.length; i++) {
    const change = Math.round((series[epochs[i]] - series[epochs[i - 1]]) / cycle);
    path[i] = Math.max(-2, Math.min(2, path[i - 1] + change));
  }
  return path;
}

/** The best lasting step that the fits found. */
function pathFromSingleStep(fitter: SeriesFitter): Int8Array {
  const { fits, plan } = fitter;
  let best = 4;
  for (let model = 5; model < 8; model++) if (fits.criterion[model] < fits.criterion[best]) best = model;
  const path = new Int8Array(plan.epochs.length);
  const start = plan.epochs.indexOf(fits.stepEpoch[best]);
  if (start > 0) path.fill(fits.stepSign[best], start);
  return path;
}

/** The best excursion by one cycle that returns, on a line: all pairs of dates are tried. */
function pathFromExcursion(fitter: SeriesFitter, cycle: number): Int8Array {
  const { plan, buffers } = fitter;
  const total = plan.axis.days.length;
  const { stepStep, stepOnLine } = plan.edges;
  const { stepEpochs } = plan;
  let best = Number.NEGATIVE_INFINITY;
  let from = 0;
  let to = 0;
  for (let i = 0; i < stepEpochs.length; i++) {
    const first = stepEpochs[i];
    for (let j = i + MIN_JUMP_DATES; j < stepEpochs.length; j++) {
      const second = stepEpochs[j];
      const score = Math.abs(buffers.steps[first] - buffers.steps[second]);
      const information = stepOnLine[first] - 2 * stepStep[first * total + second] + stepOnLine[second];
      const gain = 2 * score - cycle * information;
      if (gain > best) {
        best = gain;
        from = first;
        to = second;
      }
    }
  }
  const path = new Int8Array(plan.epochs.length);
  if (to > from) {
    const sign = Math.sign(buffers.steps[from] - buffers.steps[to]);
    path.fill(sign, plan.epochs.indexOf(from), plan.epochs.indexOf(to));
  }
  return path;
}

/** Sizes of a path's jumps, from medians of the dates on either side about the smooth motion. */
function measureJumps(
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
 * Whether a smooth motion through the months well before and well after a jump steps by it rather than by nothing. Jumps near each
 * other count together, and an excursion that returns is let pass; near an end of the series the few dates there have to
 * do.
 */
function lastsFar(fitter: SeriesFitter, series: Float64Array, path: Int8Array, cycle: number): boolean {
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

function spreadPath(fitter: SeriesFitter, path: Int8Array): Int8Array {
  const { epochs, axis } = fitter.plan;
  const spread = new Int8Array(axis.days.length);
  for (let i = 0; i < epochs.length; i++) {
    spread.fill(path[i], epochs[i], i + 1 < epochs.length ? epochs[i + 1] : spread.length);
  }
  return spread;
}
