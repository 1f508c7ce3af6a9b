import type { EpochAxis } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { DEVIATION_OF_MEDIAN, selectMedian } from './noise.js';

/** Dates on either side whose means are compared. */
const SIDE_DATES = 4;
/** A step counts from this size on, in mm, and where it exceeds this many deviations of the change of such means. */
const LEAST_STEP_MM = 5;
const LEAST_DEVIATIONS = 3;
/** Share of the points that must step alike. */
const COMMON_SHARE = 0.5;
const MIN_POINTS = 50;

/** A step that most of a file makes at one date: a matter of the acquisition or the reference, not of the ground. */
export interface CommonStep {
  /** Whole days since 1970-01-01 of the first date after it. */
  readonly day: number;
  /** Share of the points that make it, and their mean step, mm. */
  readonly share: number;
  readonly meanMm: number;
}

/** Counts, over all batches of a file, how many points step up or down at each date. */
export interface CommonStepCounter {
  add(batch: SeriesBatch): void;
  finish(): CommonStep[];
}

export function createCommonStepCounter(axis: EpochAxis): CommonStepCounter {
  const epochs = axis.days.length;
  const counts = { up: new Float64Array(epochs), down: new Float64Array(epochs) };
  const sums = { up: new Float64Array(epochs), down: new Float64Array(epochs) };
  const steps = new Float64Array(epochs);
  const sizes = new Float64Array(epochs);
  let points = 0;
  return {
    add(batch) {
      for (let point = 0; point < batch.count; point++) {
        if (!fillSteps(batch.displacements, point * epochs, steps)) continue;
        points++;
        const limit = Math.max(LEAST_STEP_MM, LEAST_DEVIATIONS * deviationOf(steps, sizes));
        for (let k = SIDE_DATES; k + SIDE_DATES <= epochs; k++) {
          if (Math.abs(steps[k]) < limit) continue;
          const side = steps[k] > 0 ? 'up' : 'down';
          counts[side][k]++;
          sums[side][k] += steps[k];
        }
      }
    },
    finish() {
      if (points < MIN_POINTS) return [];
      const found: CommonStep[] = [];
      for (const side of ['up', 'down'] as const) {
        for (let k = SIDE_DATES; k + SIDE_DATES <= epochs; k++) {
          const share = counts[side][k] / points;
          if (share < COMMON_SHARE || !isPeak(sums[side], k)) continue;
          found.push({ day: axis.days[k], share, meanMm: sums[side][k] / counts[side][k] });
        }
      }
      return found.sort((left, right) => left.day - right.day);
    },
  };
}

/** Mean of the dates from k on less the mean of those before, in a series without missing dates near k. */
function fillSteps(values: Float32Array, offset: number, steps: Float64Array): boolean {
  let known = false;
  for (let k = 0; k < steps.length; k++) {
    steps[k] = 0;
    if (k < SIDE_DATES || k + SIDE_DATES > steps.length) continue;
    let difference = 0;
    for (let i = 0; i < SIDE_DATES; i++) difference += values[offset + k + i] - values[offset + k - 1 - i];
    if (!Number.isFinite(difference)) continue;
    steps[k] = difference / SIDE_DATES;
    known = true;
  }
  return known;
}

/** Robust spread of the steps of one series: most dates have none. */
function deviationOf(steps: Float64Array, sizes: Float64Array): number {
  for (let k = 0; k < steps.length; k++) sizes[k] = Math.abs(steps[k]);
  return DEVIATION_OF_MEDIAN * selectMedian(sizes, sizes.length);
}

/**
 * Neighbouring dates see the same step less clearly: by a quarter less of its size, though a large one still passes the
 * limit there for every point. So the date of the largest sum stands for all.
 */
function isPeak(sums: Float64Array, k: number): boolean {
  for (let other = Math.max(0, k - SIDE_DATES); other <= k + SIDE_DATES && other < sums.length; other++) {
    const difference = Math.abs(sums[other]) - Math.abs(sums[k]);
    if (difference > 0 || (difference === 0 && other < k)) return false;
  }
  return true;
}
