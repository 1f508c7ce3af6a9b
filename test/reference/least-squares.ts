/**
 * Generalised least squares the long way, for judging the shortcuts of the library: whiten with a Cholesky factor of the
 * covariance, form the normal equations, eliminate. Shares no code with what it judges.
 */
export interface ReferenceFit {
  readonly coefficients: number[];
  /** Inverse of the normal matrix. */
  readonly covariance: number[][];
  readonly sumOfSquares: number;
}

export function fitReference(columns: number[][], values: number[], correlation: number[][]): ReferenceFit {
  const factor = factorise(correlation);
  const whiteColumns = columns.map((column) => whiten(factor, column));
  const whiteValues = whiten(factor, values);
  const normal = whiteColumns.map((left) => whiteColumns.map((right) => dot(left, right)));
  const covariance = invert(normal);
  const right = whiteColumns.map((column) => dot(column, whiteValues));
  const coefficients = covariance.map((row) => dot(row, right));
  const residuals = whiteValues.map(
    (value, i) => value - whiteColumns.reduce((sum, column, j) => sum + coefficients[j] * column[i], 0),
  );
  return { coefficients, covariance, sumOfSquares: dot(residuals, residuals) };
}

function dot(left: number[], right: number[]): number {
  return left.reduce((sum, value, i) => sum + value * right[i], 0);
}

function factorise(matrix: number[][]): number[][] {
  const factor = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i][j];
      for (let k = 0; k < j; k++) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j];
    }
  }
  return factor;
}

function whiten(factor: number[][], values: number[]): number[] {
  const white: number[] = [];
  for (let i = 0; i < values.length; i++) {
    let rest = values[i];
    for (let k = 0; k < i; k++) rest -= factor[i][k] * white[k];
    white.push(rest / factor[i][i]);
  }
  return white;
}

function invert(matrix: number[][]): number[][] {
  const size = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(work[row][column]) > Math.abs(work[pivot][column])) pivot = row;
    }
    [work[column], work[pivot]] = [work[pivot], work[column]];
    const scale = work[column][column];
    work[column] = work[column].map((value) => value / scale);
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const share = work[row][column];
      work[row] = work[row].map((value, k) => value - share * work[column][k]);
    }
  }
  return work.map((row) => row.slice(size));
}
