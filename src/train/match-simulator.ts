import { quantileOfSorted } from '../evaluate/interval.js';
import { createDescriber } from '../kinematics/describe.js';
import { createNoiseEstimator } from '../kinematics/noise-estimate.js';
import { explainNoiseModel, type NoiseModel } from '../kinematics/noise-model.js';
import type { Dataset } from '../series/dataset.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { NUISANCE_PARAMETERS, type NuisanceParameters } from '../simulate/training-noise.js';
import { TRAINING_PARAMETERS, type TrainingParameters } from '../simulate/training-samples.js';

/** Points from which a file's noise and season are learned. */
const MOST_POINTS = 3000;
/** Median of the absolute value of a standard normal number. */
const HALF_NORMAL_MEDIAN = 0.6745;
/** Half the distance between the quartiles of a normal distribution, in standard deviations. */
const QUARTILE = 0.6745;
/** Days beyond which correlation is slow wander, which the simulator's motions hold already. */
const LONGEST_CORRELATION_DAYS = 200;

/** A training simulator whose dates, noise and season are those of a file. */
export interface MatchedSimulator {
  readonly parameters: TrainingParameters;
  /** What was found, for people. */
  readonly findings: readonly string[];
}

/**
 * Fits the training simulator to a file: size and spread of the noise, how it hangs together in time, and the season,
 * from its first points. The dates, and residuals of quiet points to be used as noise, come with the file as a source
 * (see `loadSources`); every batch is drawn on its dates.
 */
export async function matchSimulator(dataset: Dataset): Promise<MatchedSimulator> {
  const { axis } = dataset;
  const estimator = createNoiseEstimator(axis);
  const describer = createDescriber({ axis });
  const noise: number[] = [];
  const season: number[] = [];
  let points = 0;
  for await (const batch of dataset.batches({ pointsPerBatch: 1000 })) {
    estimator.add(batch);
    const described = await describer.describe(batch);
    collect(batch, described.residualNoise, noise);
    collect(batch, described.seasonAmplitude, season);
    points += batch.count;
    if (points >= MOST_POINTS) break;
  }
  const model = estimator.finish();
  const nuisance = matchNuisance(model, sorted(noise), sorted(season));
  return {
    parameters: { ...TRAINING_PARAMETERS, nuisance, realAxisShare: 1, croppedShare: 0.15 },
    findings: [
      `${points} points, ${axis.days.length} dates`,
      `noise: median ${nuisance.roughSigmaMedian.toFixed(1)} mm. ${explainNoiseModel(model)}`,
      `season: typical amplitude ${(HALF_NORMAL_MEDIAN * nuisance.seasonDeviation).toFixed(1)} mm`,
    ],
  };
}

function matchNuisance(model: NoiseModel, noise: Float64Array, season: Float64Array): NuisanceParameters {
  const matched = { ...NUISANCE_PARAMETERS };
  if (noise.length > 0) {
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(noise, share));
    matched.roughSigmaMedian = median;
    matched.roughSigmaLogDeviation = Math.min(0.8, Math.max(0.15, Math.log(high / low) / (2 * QUARTILE)));
    matched.roughSigmaLimits = [0.3 * median, Math.max(7, 3 * median)];
  }
  const short = model.exponentials.filter(({ days }) => days <= LONGEST_CORRELATION_DAYS);
  const share = short.reduce((sum, part) => sum + part.share, 0);
  if (share > 0) {
    const days = short.reduce((sum, part) => sum + part.share * part.days, 0) / share;
    matched.roughCorrelationDays = [0.5 * days, 2 * days];
    matched.greatestRoughCorrelatedShare = Math.min(0.95, 1.5 * share);
  }
  if (season.length > 0) matched.seasonDeviation = quantileOfSorted(season, 0.5) / HALF_NORMAL_MEDIAN;
  return matched;
}

function collect({ count }: SeriesBatch, values: Float32Array, into: number[]): void {
  for (let i = 0; i < count; i++) if (values[i] > 0) into.push(values[i]);
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
