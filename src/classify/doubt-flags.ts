import type { ClassScores } from './classifier.js';

/** A point whose class is less probable than this is called ambiguous. */
const AMBIGUOUS_BELOW = 0.6;

/** 1 where the winning class has less than the stated probability, one value a point. */
export function flagAmbiguous(confidence: Float32Array, below = AMBIGUOUS_BELOW): Int32Array {
  const flags = new Int32Array(confidence.length);
  for (let i = 0; i < flags.length; i++) flags[i] = confidence[i] < below ? 1 : 0;
  return flags;
}

/**
 * 1 where "no class describes this series honestly" is likelier than any one class: several breaks, steps of part of a
 * cycle, motion that is mostly season. `confidence` is the probability of the winning class given that one of them
 * describes the series. All 0 for a model that does not tell.
 */
export function flagOutOfFamily({ outOfFamily }: ClassScores, confidence: Float32Array): Int32Array {
  const flags = new Int32Array(confidence.length);
  if (outOfFamily === undefined) return flags;
  for (let i = 0; i < flags.length; i++) {
    const other = outOfFamily[i];
    flags[i] = other > (1 - other) * confidence[i] ? 1 : 0;
  }
  return flags;
}
