import { dropShortOuterStretches, dropShortStretches, findCyclePath, MOST_CYCLES } from './cycle-path.js';
import type { Jump } from './jump-judgement.js';
import { areWholeCycles, isSmoothAfter, lastsFar, measureJumps } from './jump-judgement.js';
import { informationCriterion, MODEL_COUNT, SMOOTH_MODELS } from './model-fits.js';
import { correlationAtLag } from './noise-model.js';
import { MIN_JUMP_DATES } from './plan-dates.js';
import type { SeriesFitter } from './smooth-fit.js';

export type { Jump } from './jump-judgement.js';

/** Turns of path and smooth motion about each other. */
const MAX_TURNS = 5;
/** The first and the last stretch show their level by this many dates. */
const MIN_OUTER_DATES = 5;
/** Parts of a cycle that are called a sub-cycle step. */
const SUB_CYCLE = [0.3, 0.65] as const;

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
    wholeCycles: areWholeCycles(jumps, cycle),
    lasting: lastsFar(fitter, series, best, cycle),
    smoothAfter: isSmoothAfter(fitter, corrected, best, jumps, cycle),
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
  const shift = path[path.length - 1] * amplitude * cycle;
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
    path[i] = Math.max(-MOST_CYCLES, Math.min(MOST_CYCLES, path[i - 1] + change));
  }
  return path;
}

/** The best lasting step that the fits found. */
function pathFromSingleStep(fitter: SeriesFitter): Int8Array {
  const { fits, plan } = fitter;
  let best = SMOOTH_MODELS;
  for (let model = best + 1; model < MODEL_COUNT; model++) {
    if (fits.criterion[model] < fits.criterion[best]) best = model;
  }
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

function spreadPath(fitter: SeriesFitter, path: Int8Array): Int8Array {
  const { epochs, axis } = fitter.plan;
  const spread = new Int8Array(axis.days.length);
  for (let i = 0; i < epochs.length; i++) {
    spread.fill(path[i], epochs[i], i + 1 < epochs.length ? epochs[i + 1] : spread.length);
  }
  return spread;
}
