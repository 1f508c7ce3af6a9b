import { createCommonExcursionCounter, createCommonStepCounter } from '../kinematics/common-motion.js';
import { createNoiseEstimator } from '../kinematics/noise-estimate.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import type { Dataset } from '../series/dataset.js';
import { type EpochAxis, formatDay } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';

/** Points looked at: the noise of a file is known well enough from the quiet ones among its first. */
const MOST_POINTS = 20_000;
const MOST_POINTS_FOR_COMMON = 5000;
/** Small, so that no more is read than is looked at. */
const POINTS_PER_LOOK = 1024;

/** What the points of a file share, found in a first look at its beginning. */
export interface FileSurvey {
  readonly noise: NoiseModel;
  /** What is to be said of motions that most points make on one date, which are not the ground's. */
  readonly warnings: readonly string[];
}

/** Looks, batch by batch, for motions that most points make on one date. */
export interface CommonMotionWatch {
  /** False once enough points have been seen. */
  add(batch: SeriesBatch): boolean;
  /** A sentence a motion. */
  warnings(): string[];
}

export function watchCommonMotion(axis: EpochAxis): CommonMotionWatch {
  const steps = createCommonStepCounter(axis);
  const excursions = createCommonExcursionCounter(axis);
  let points = 0;
  return {
    add(batch) {
      steps.add(batch);
      excursions.add(batch);
      points += batch.count;
      return points < MOST_POINTS_FOR_COMMON;
    },
    warnings: () => [
      ...steps
        .finish()
        .map(({ day, share, meanMm }) =>
          explain(
            share,
            `step by ${meanMm.toFixed(1)} mm on ${formatDay(day)}`,
            'that acquisition or of the reference',
          ),
        ),
      ...excursions
        .finish()
        .map(({ day, share, meanMm }) =>
          explain(share, `stand ${meanMm.toFixed(1)} mm off on ${formatDay(day)} alone`, 'that acquisition'),
        ),
    ],
  };
}

function explain(share: number, motion: string, cause: string): string {
  return `${Math.round(100 * share)} % of the points looked at ${motion}: a matter of ${cause}, not of the ground; --common-mode takes it off.`;
}

/** Reads the beginning of a dataset; the next pass starts anew. */
export async function surveyFile(dataset: Dataset, signal?: AbortSignal): Promise<FileSurvey> {
  const noise = createNoiseEstimator(dataset.axis);
  const common = watchCommonMotion(dataset.axis);
  let points = 0;
  let isNoiseKnown = false;
  let isCommonKnown = false;
  for await (const batch of dataset.batches({ signal, pointsPerBatch: POINTS_PER_LOOK })) {
    if (!isCommonKnown) isCommonKnown = !common.add(batch);
    if (!isNoiseKnown) isNoiseKnown = !noise.add(batch);
    points += batch.count;
    if (points >= MOST_POINTS || (isNoiseKnown && isCommonKnown)) break;
  }
  return { noise: noise.finish(), warnings: common.warnings() };
}
