import { pickClasses } from '../../src/classify/analysis.js';

/** Two ways agree where all classes are equal and no probability differs by more. */
export const MOST_DIFFERENCE = 1e-4;

export interface Agreement {
  readonly series: number;
  /** Series whose class is another. */
  readonly otherClasses: number;
  readonly largestDifference: number;
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
  for (let i = 0; i < other.length; i++) {
    const difference = Math.abs(other[i] - reference[i]);
    // What is no number agrees with nothing.
    largestDifference = Number.isNaN(difference) ? Infinity : Math.max(largestDifference, difference);
    if (largestDifference === Infinity) break;
  }
  const isAgreed = series > 0 && otherClasses === 0 && largestDifference <= MOST_DIFFERENCE;
  return { series, otherClasses, largestDifference, isAgreed };
}
