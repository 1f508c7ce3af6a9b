/** Counts of points by true class (row) and predicted class (column), row-major. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  readonly counts: Float64Array;
}

export function createConfusionMatrix(classes: readonly string[]): ConfusionMatrix {
  return { classes, counts: new Float64Array(classes.length ** 2) };
}

export function countPair(matrix: ConfusionMatrix, truth: number, predicted: number): void {
  matrix.counts[truth * matrix.classes.length + predicted] += 1;
}

export function confusionOf(
  classes: readonly string[],
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): ConfusionMatrix {
  const matrix = createConfusionMatrix(classes);
  for (let i = 0; i < truth.length; i++) countPair(matrix, truth[i], predicted[i]);
  return matrix;
}

/** How many points a matrix counts: all, rightly classified, by true class, by predicted class. */
export interface ConfusionTotals {
  readonly all: number;
  readonly right: number;
  readonly byTruth: Float64Array;
  readonly byPrediction: Float64Array;
}

export function confusionTotals({ classes, counts }: ConfusionMatrix): ConfusionTotals {
  const size = classes.length;
  const byTruth = new Float64Array(size);
  const byPrediction = new Float64Array(size);
  let all = 0;
  let right = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = counts[row * size + column];
      byTruth[row] += count;
      byPrediction[column] += count;
      all += count;
      if (row === column) right += count;
    }
  }
  return { all, right, byTruth, byPrediction };
}
