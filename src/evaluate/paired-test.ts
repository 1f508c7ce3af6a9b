/** Two models on the same series. */
export interface PairedComparison {
  readonly series: number;
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Chance that models equally good differ at least so much: McNemar's test, exact and two-sided. */
  readonly pValue: number;
}

/**
 * McNemar's test (1947) in its exact form: of the series on which just one of the two is right, each is as likely to be
 * that one if they are equally good, so that the count is binomial with a half.
 */
export function comparePaired(
  firstRight: ArrayLike<boolean>,
  secondRight: ArrayLike<boolean>,
): PairedComparison {
  let bothRight = 0;
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < firstRight.length; i++) {
    if (firstRight[i] && secondRight[i]) bothRight += 1;
    else if (firstRight[i]) onlyFirst += 1;
    else if (secondRight[i]) onlySecond += 1;
  }
  const pValue = binomialTwoSided(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond);
  return { series: firstRight.length, bothRight, onlyFirst, onlySecond, pValue };
}

/** Twice the chance of at most `successes` in `trials` fair draws, 1 at the most; summed in logarithms. */
function binomialTwoSided(successes: number, trials: number): number {
  let logTerm = -trials * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= successes; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}
