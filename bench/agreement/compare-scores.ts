import { pickClasses } from '../../src/classify/analysis.js';

/** What is asked: the network of a model alone, its sieve alone, or both as `classify` does. */
export const PARTS = ['network', 'sieve', 'both'] as const;
export type Part = (typeof PARTS)[number];

/**
 * Of network and sieve together a series may be decided by either where the sieve is just so sure as it must be: one in so
 * many series, whose class is the same for all that.
 */
const SERIES_TO_ONE_AT_BORDER = 10_000;

/** Two ways agree where all classes are equal and no probability differs by more. */
export const MOST_DIFFERENCE = 1e-4;

export interface Agreement {
  readonly series: number;
  /** Series whose class is another. */
  readonly otherClasses: number;
  readonly largestDifference: number;
  /** Series one of whose probabilities differs by more than `MOST_DIFFERENCE`. */
  readonly seriesBeyond: number;
  readonly isAgreed: boolean;
}

/** Compares probabilities, a row a series, with those of the first series of a reference. */
export function compareScores(
  part: Part,
  reference: Float32Array,
  other: Float32Array,
  classCount: number,
): Agreement {
  const series = other.length / classCount;
  const codes = [reference.subarray(0, other.length), other].map(
    (probabilities) => pickClasses({ probabilities }, classCount, series).codes,
  );
  let otherClasses = 0;
  for (let i = 0; i < series; i++) if (codes[0][i] !== codes[1][i]) otherClasses++;
  let largestDifference = 0;
  let seriesBeyond = 0;
  for (let i = 0; i < series; i++) {
    let difference = 0;
    for (let j = i * classCount; j < (i + 1) * classCount; j++) {
      const own = Math.abs(other[j] - reference[j]);
      // What is no number agrees with nothing.
      difference = Number.isNaN(own) ? Infinity : Math.max(difference, own);
      if (difference === Infinity) break;
    }
    largestDifference = Math.max(largestDifference, difference);
    if (difference > MOST_DIFFERENCE) seriesBeyond++;
  }
  const mayBeBeyond = part === 'both' ? Math.ceil(series / SERIES_TO_ONE_AT_BORDER) : 0;
  const isAgreed =
    series > 0 && otherClasses === 0 && seriesBeyond <= mayBeBeyond && Number.isFinite(largestDifference);
  return { series, otherClasses, largestDifference, seriesBeyond, isAgreed };
}
