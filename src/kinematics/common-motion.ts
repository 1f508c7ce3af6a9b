import type { EpochAxis } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { DEVIATION_OF_MEDIAN, selectMedian } from './noise.js';

/** Dates on either side of a step whose means are compared. */
const STEP_SIDE_DATES = 4;
/** Dates on either side of a single one that it is compared with. */
const EXCURSION_SIDE_DATES = 2;
/** A motion counts from this size on, in mm, and where it exceeds this many deviations of such differences of means. */
const LEAST_MM = 5;
const LEAST_DEVIATIONS = 3;
/** Share of the points that must move alike. */
const COMMON_SHARE = 0.5;
const MIN_POINTS = 50;

/** What most of a file does at one date: a matter of the acquisition or the reference, not of the ground. */
export interface CommonMotion {
  /** Whole days since 1970-01-01: of a step the first date after it, of an excursion its only one. */
  readonly day: number;
  /** Share of the points that make it, and their mean motion, mm. */
  readonly share: number;
  readonly meanMm: number;
}

/** Counts, over all batches of a file, how many points move up or down at each date. */
export interface CommonMotionCounter {
  add(batch: SeriesBatch): void;
  finish(): CommonMotion[];
}

/** Steps: the dates from one on stand higher or lower than those before. */
export function createCommonStepCounter(axis: EpochAxis): CommonMotionCounter {
  return createCounter(axis, STEP_SIDE_DATES, fillSteps);
}

/** Excursions: one date stands higher or lower than those before it and those after it. */
export function createCommonExcursionCounter(axis: EpochAxis): CommonMotionCounter {
  return createCounter(axis, 0, fillExcursions);
}

/**
 * Finds the motion of one series at every date, 0 where it has none or lacks dates nearby, and the differences of means
 * whose spread says how large a motion may be by chance. False where no date can be judged.
 */
type FillMotions = (
  values: Float32Array,
  offset: number,
  motions: Float64Array,
  differences: Float64Array,
) => boolean;

/** `reach`: dates on either side that see the same motion less clearly. */
function createCounter(axis: EpochAxis, reach: number, fill: FillMotions): CommonMotionCounter {
  const epochs = axis.days.length;
  const counts = { up: new Float64Array(epochs), down: new Float64Array(epochs) };
  const sums = { up: new Float64Array(epochs), down: new Float64Array(epochs) };
  const motions = new Float64Array(epochs);
  const differences = new Float64Array(epochs);
  let points = 0;
  return {
    add(batch) {
      for (let point = 0; point < batch.count; point++) {
        if (!fill(batch.displacements, point * epochs, motions, differences)) continue;
        points++;
        const limit = Math.max(LEAST_MM, LEAST_DEVIATIONS * deviationOf(differences));
        for (let k = 0; k < epochs; k++) {
          if (Math.abs(motions[k]) < limit) continue;
          const side = motions[k] > 0 ? 'up' : 'down';
          counts[side][k]++;
          sums[side][k] += motions[k];
        }
      }
    },
    finish() {
      if (points < MIN_POINTS) return [];
      const found: CommonMotion[] = [];
      for (const side of ['up', 'down'] as const) {
        for (let k = 0; k < epochs; k++) {
          const share = counts[side][k] / points;
          if (share < COMMON_SHARE || !isPeak(sums[side], k, reach)) continue;
          found.push({ day: axis.days[k], share, meanMm: sums[side][k] / counts[side][k] });
        }
      }
      return found.sort((left, right) => left.day - right.day);
    },
  };
}

/** Mean of the dates from k on less the mean of those before. */
function fillSteps(
  values: Float32Array,
  offset: number,
  steps: Float64Array,
  differences: Float64Array,
): boolean {
  let known = false;
  steps.fill(0);
  for (let k = STEP_SIDE_DATES; k + STEP_SIDE_DATES <= steps.length; k++) {
    let difference = 0;
    for (let i = 0; i < STEP_SIDE_DATES; i++) {
      difference += values[offset + k + i] - values[offset + k - 1 - i];
    }
    if (!Number.isFinite(difference)) continue;
    steps[k] = difference / STEP_SIDE_DATES;
    known = true;
  }
  differences.set(steps);
  return known;
}

/** A date less the mean of those before it or of those after it, whichever is nearer; 0 where it lies between them. */
function fillExcursions(
  values: Float32Array,
  offset: number,
  excursions: Float64Array,
  differences: Float64Array,
): boolean {
  let known = false;
  excursions.fill(0);
  differences.fill(0);
  for (let k = EXCURSION_SIDE_DATES; k + EXCURSION_SIDE_DATES < excursions.length; k++) {
    let before = 0;
    let after = 0;
    for (let i = 1; i <= EXCURSION_SIDE_DATES; i++) {
      before += values[offset + k - i];
      after += values[offset + k + i];
    }
    const value = values[offset + k];
    const fromBefore = value - before / EXCURSION_SIDE_DATES;
    const fromAfter = value - after / EXCURSION_SIDE_DATES;
    if (!Number.isFinite(fromBefore + fromAfter)) continue;
    known = true;
    differences[k] = fromBefore;
    if (fromBefore * fromAfter > 0) {
      excursions[k] = Math.abs(fromBefore) < Math.abs(fromAfter) ? fromBefore : fromAfter;
    }
  }
  return known;
}

/** Robust spread of the differences of one series: most dates have no motion. Changes their order and sign. */
function deviationOf(differences: Float64Array): number {
  for (let k = 0; k < differences.length; k++) differences[k] = Math.abs(differences[k]);
  return DEVIATION_OF_MEDIAN * selectMedian(differences, differences.length);
}

/**
 * Neighbouring dates see the same step less clearly: by a quarter less of its size, though a large one still passes the
 * limit there for every point. So the date of the largest sum stands for all.
 */
function isPeak(sums: Float64Array, k: number, sideDates: number): boolean {
  for (let other = Math.max(0, k - sideDates); other <= k + sideDates && other < sums.length; other++) {
    const difference = Math.abs(sums[other]) - Math.abs(sums[k]);
    if (difference > 0 || (difference === 0 && other < k)) return false;
  }
  return true;
}
