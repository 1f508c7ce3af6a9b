import { type CommonStep, createCommonStepCounter } from '../kinematics/common-steps.js';
import { createNoiseEstimator } from '../kinematics/noise-estimate.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import type { Dataset } from '../series/dataset.js';

/** Points looked at: the noise of a file is known well enough from the quiet ones among its first. */
const MOST_POINTS = 20_000;
const MOST_POINTS_FOR_STEPS = 5000;
/** Small, so that no more is read than is looked at. */
const POINTS_PER_LOOK = 1024;

/** What the points of a file share, found in a first look at its beginning. */
export interface FileSurvey {
  readonly noise: NoiseModel;
  /** Steps that most points make on one date: the acquisition's or the reference's, not the ground's. */
  readonly commonSteps: readonly CommonStep[];
}

/** Reads the beginning of a dataset; the next pass starts anew. */
export async function surveyFile(dataset: Dataset, signal?: AbortSignal): Promise<FileSurvey> {
  const noise = createNoiseEstimator(dataset.axis);
  const steps = createCommonStepCounter(dataset.axis);
  let points = 0;
  let isNoiseKnown = false;
  for await (const batch of dataset.batches({ signal, pointsPerBatch: POINTS_PER_LOOK })) {
    if (points < MOST_POINTS_FOR_STEPS) steps.add(batch);
    if (!isNoiseKnown) isNoiseKnown = !noise.add(batch);
    points += batch.count;
    if (points >= MOST_POINTS || (isNoiseKnown && points >= MOST_POINTS_FOR_STEPS)) break;
  }
  return { noise: noise.finish(), commonSteps: steps.finish() };
}
