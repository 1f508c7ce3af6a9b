import { createRandom, type Random } from '../random.js';
import { type ConfusionMatrix, confusionTotals } from './confusion-matrix.js';
import { type Estimate, quantileOfSorted, shareEstimate } from './interval.js';

export interface ClassMetrics {
  readonly className: string;
  /** Points that truly are of this class. */
  readonly support: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

export interface Metrics {
  readonly points: number;
  readonly overallAccuracy: Estimate;
  readonly macroF1: Estimate;
  readonly classes: readonly ClassMetrics[];
}

const BOOTSTRAP_DRAWS = 1000;

/**
 * Precision Tp / (Tp + Fp), recall Tp / (Tp + Fn), F1 their harmonic mean, each with a 95 % interval. (The paper's
 * equation 1 prints the precision with a misprint; its text defines it as here.)
 *
 * Accuracy, precision and recall are shares and have Wilson's interval; F1 and its mean have a bootstrap interval:
 * percentiles over seeded draws of the matrix with each true class's size kept.
 */
export function computeMetrics(matrix: ConfusionMatrix, seed: number | string = 'metrics'): Metrics {
  const { all, right, byTruth, byPrediction } = confusionTotals(matrix);
  const size = matrix.classes.length;
  const diagonal = matrix.classes.map((_, k) => matrix.counts[k * size + k]);
  const scores = f1Scores(matrix);
  const draws = drawScores(matrix, createRandom(seed));
  // A class that occurs nowhere has no F1; it must not pull the mean down.
  const meanOfPresent = (values: readonly number[]) =>
    mean(values.filter((_, k) => byTruth[k] + byPrediction[k] > 0));
  return {
    points: all,
    overallAccuracy: shareEstimate(right, all),
    macroF1: bootstrapEstimate(meanOfPresent(scores), draws.map(meanOfPresent)),
    classes: matrix.classes.map((className, k) => ({
      className,
      support: byTruth[k],
      precision: shareEstimate(diagonal[k], byPrediction[k]),
      recall: shareEstimate(diagonal[k], byTruth[k]),
      f1: bootstrapEstimate(
        scores[k],
        draws.map((draw) => draw[k]),
      ),
    })),
  };
}

/** F1 of every class: 2 Tp / (2 Tp + Fp + Fn), 0 for a class that is neither true nor predicted anywhere. */
function f1Scores(matrix: ConfusionMatrix): number[] {
  const { byTruth, byPrediction } = confusionTotals(matrix);
  const size = matrix.classes.length;
  return matrix.classes.map((_, k) => {
    const both = byTruth[k] + byPrediction[k];
    return both === 0 ? 0 : (2 * matrix.counts[k * size + k]) / both;
  });
}

function drawScores(matrix: ConfusionMatrix, random: Random): number[][] {
  const { byTruth } = confusionTotals(matrix);
  const size = matrix.classes.length;
  return Array.from({ length: BOOTSTRAP_DRAWS }, () => {
    const counts = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      let left = byTruth[row];
      let weightLeft = byTruth[row];
      // A multinomial draw as a chain of binomials, each by its normal approximation where that is good.
      for (let column = 0; column < size && left > 0; column++) {
        const weight = matrix.counts[row * size + column];
        const drawn = drawBinomial(left, weightLeft === 0 ? 0 : weight / weightLeft, random);
        counts[row * size + column] = drawn;
        left -= drawn;
        weightLeft -= weight;
      }
    }
    return f1Scores({ classes: matrix.classes, counts });
  });
}

function drawBinomial(trials: number, probability: number, random: Random): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return trials;
  const variance = trials * probability * (1 - probability);
  if (variance > 100) {
    const drawn = Math.round(trials * probability + Math.sqrt(variance) * random.normal());
    return Math.min(trials, Math.max(0, drawn));
  }
  // Waiting times between successes (Devroye 1986, X.4): a few logarithms instead of one draw a trial.
  const rare = Math.min(probability, 1 - probability);
  let successes = -1;
  let position = 0;
  do {
    successes += 1;
    position += Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-rare)) + 1;
  } while (position <= trials);
  return rare === probability ? successes : trials - successes;
}

function bootstrapEstimate(value: number, draws: readonly number[]): Estimate {
  const sorted = Float64Array.from(draws).sort();
  return { value, low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
