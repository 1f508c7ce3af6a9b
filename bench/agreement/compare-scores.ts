import { pickClasses } from '../../src/classify/analysis.js';

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
export function compareScores(reference: Float32Array, other: Float32Array, classCount: number): Agreement {
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
  const isAgreed = series > 0 && otherClasses === 0 && largestDifference <= MOST_DIFFERENCE;
  return { series, otherClasses, largestDifference, seriesBeyond, isAgreed };
}
