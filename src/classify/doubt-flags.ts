import type { ClassScores } from './classifier.js';

/** A point whose class is less probable than this is called ambiguous. */
export const AMBIGUOUS_BELOW = 0.6;
/** A point of which it is likelier than this that no class describes it is out of family. */
export const OUT_OF_FAMILY_ABOVE = 0.5;
/** Noise about the best model, over noise from date to date, from which the model cannot be the whole story. */
const GREATEST_RESIDUAL_RATIO = 3;
/** A step is taken for whole cycles where it differs from them by no more than this share of one. */
const CYCLE_TOLERANCE = 0.35;

/** What the fits say of a point, as far as they say it. */
export interface FamilyEvidence {
  /** Standard deviation about the best of the competing models, mm. */
  readonly residualMm?: number;
  /** Robust standard deviation of one date from differences between neighbours, mm. */
  readonly epochNoiseMm?: number;
  /** Size of the largest clear step in cycles; absent where there is no clear step. */
  readonly stepCycles?: number;
  /** Clear breaks of velocity. */
  readonly breaks?: number;
}

/** 1 where the winning class has less than the stated probability, one value a point. */
export function flagAmbiguous(
  confidence: ArrayLike<number>,
  count: number,
  below = AMBIGUOUS_BELOW,
): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (confidence[i] < below ? 1 : 0));
}

/**
 * 1 where no class explains the series: the model says so, or (where `evidence` is given) the fits do.
 * `evidence` is asked only for points that the model does not flag by itself.
 */
export function flagOutOfFamily(
  scores: ClassScores,
  count: number,
  evidence?: (index: number) => FamilyEvidence,
  above = OUT_OF_FAMILY_ABOVE,
): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    if (scores.outOfFamily !== undefined && scores.outOfFamily[i] > above) return 1;
    return evidence !== undefined && isOutOfFamily(evidence(i)) ? 1 : 0;
  });
}

/**
 * Whether fits rule every class out: what the best model leaves is far more than the noise from date to date, a clear
 * step is no multiple of half a wavelength, or there are two breaks and more.
 */
export function isOutOfFamily({ residualMm, epochNoiseMm, stepCycles, breaks }: FamilyEvidence): boolean {
  if (residualMm !== undefined && epochNoiseMm !== undefined && epochNoiseMm > 0) {
    if (residualMm / epochNoiseMm > GREATEST_RESIDUAL_RATIO) return true;
  }
  if (stepCycles !== undefined && !isWholeCycles(stepCycles)) return true;
  return breaks !== undefined && breaks >= 2;
}

/** Whether a step is, to about a third of a cycle, one or more whole cycles. */
export function isWholeCycles(cycles: number): boolean {
  const nearest = Math.round(Math.abs(cycles));
  return nearest >= 1 && Math.abs(Math.abs(cycles) - nearest) <= CYCLE_TOLERANCE;
}
