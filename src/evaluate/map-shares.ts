import { type ConfusionMatrix, confusionTotals } from './confusion-matrix.js';

/** What a confusion matrix measured on balanced samples means on a map whose classes have other shares. */
export interface MapForecast {
  readonly shares: readonly number[];
  /** Share of all points that would be classified rightly. */
  readonly accuracy: number;
  /** Of the points mapped to a class, the share that truly is of it; `NaN` for a class that is never mapped. */
  readonly precision: readonly number[];
  /** Of the points mapped as moving (any class but Stable), the share that truly is Stable. */
  readonly falseAlarms: number;
  /** Of the Stable points, the share mapped as moving. */
  readonly stableLost: number;
}

/**
 * Re-weights the rows of a matrix to class shares of a map. Three quarters of a map are Stable: a few percent of them
 * mapped as moving are many of the moving ones.
 */
export function forecastMap(matrix: ConfusionMatrix, shares: readonly number[]): MapForecast {
  const size = matrix.classes.length;
  const { byTruth } = confusionTotals(matrix);
  const mapped = new Float64Array(size);
  const right = new Float64Array(size);
  let stableMoving = 0;
  for (let truth = 0; truth < size; truth++) {
    if (byTruth[truth] === 0) continue;
    for (let predicted = 0; predicted < size; predicted++) {
      const share = (shares[truth] * matrix.counts[truth * size + predicted]) / byTruth[truth];
      mapped[predicted] += share;
      if (truth === predicted) right[truth] = share;
      if (truth === 0 && predicted !== 0) stableMoving += share;
    }
  }
  const moving = mapped.subarray(1).reduce((sum, share) => sum + share, 0);
  return {
    shares,
    accuracy: right.reduce((sum, share) => sum + share, 0),
    precision: Array.from(right, (share, k) => share / mapped[k]),
    falseAlarms: stableMoving / moving,
    stableLost: stableMoving / shares[0],
  };
}
