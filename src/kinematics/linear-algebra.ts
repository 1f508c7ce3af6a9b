/**
 * Small dense linear algebra in double precision. Matrices are row-major `Float64Array`s; sizes are passed along.
 * Meant for what happens once a date axis, not once a point.
 */

/**
 * Lower Cholesky factor of a symmetric positive definite matrix (`size` x `size`), or `undefined` where it is not
 * (a pivot at or below `tolerance` times its diagonal element).
 */
export function choleskyFactor(
  matrix: Float64Array,
  size: number,
  tolerance = 1e-12,
): Float64Array | undefined {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column];
      for (let k = 0; k < column; k++) sum -= factor[row * size + k] * factor[column * size + k];
      if (column < row) {
        factor[row * size + column] = sum / factor[column * size + column];
      } else {
        if (!(sum > tolerance * Math.abs(matrix[row * size + row]))) return undefined;
        factor[row * size + row] = Math.sqrt(sum);
      }
    }
  }
  return factor;
}

/** Solves L x = b in place for a lower triangular factor. */
export function solveLower(factor: Float64Array, size: number, values: Float64Array): void {
  for (let row = 0; row < size; row++) {
    let sum = values[row];
    for (let k = 0; k < row; k++) sum -= factor[row * size + k] * values[k];
    values[row] = sum / factor[row * size + row];
  }
}

/** Solves L' x = b in place for a lower triangular factor. */
export function solveLowerTransposed(factor: Float64Array, size: number, values: Float64Array): void {
  for (let row = size - 1; row >= 0; row--) {
    let sum = values[row];
    for (let k = row + 1; k < size; k++) sum -= factor[k * size + row] * values[k];
    values[row] = sum / factor[row * size + row];
  }
}

/** Inverse of a lower triangular factor, lower triangular itself: the whitening matrix of a covariance L L'. */
export function invertLower(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const diagonal = 1 / factor[row * size + row];
    for (let k = 0; k < row; k++) {
      const weight = factor[row * size + k];
      if (weight === 0) continue;
      for (let column = 0; column <= k; column++) {
        inverse[row * size + column] -= weight * inverse[k * size + column];
      }
    }
    for (let column = 0; column < row; column++) inverse[row * size + column] *= diagonal;
    inverse[row * size + row] = diagonal;
  }
  return inverse;
}

/** Inverse of a symmetric positive definite matrix, or `undefined` where it is not. */
export function invertSymmetric(
  matrix: Float64Array,
  size: number,
  tolerance?: number,
): Float64Array | undefined {
  const factor = choleskyFactor(matrix, size, tolerance);
  if (factor === undefined) return undefined;
  const lower = invertLower(factor, size);
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let row = 0; row <= k; row++) {
      const weight = lower[k * size + row];
      if (weight === 0) continue;
      for (let column = 0; column <= row; column++) {
        inverse[row * size + column] += weight * lower[k * size + column];
      }
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      inverse[column * size + row] = inverse[row * size + column];
    }
  }
  return inverse;
}

/** Matrix (`rows` x `columns`) times vector. */
export function multiplyVector(
  matrix: Float64Array,
  rows: number,
  columns: number,
  vector: ArrayLike<number>,
): Float64Array {
  const product = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += matrix[row * columns + column] * vector[column];
    product[row] = sum;
  }
  return product;
}

export function dotProduct(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i] * right[i];
  return sum;
}

/**
 * Least squares by normal equations with weights: minimises sum w (y - sum_j b_j x_j)^2.
 * Returns the coefficients, or `undefined` where the columns are not independent.
 */
export function solveWeightedLeastSquares(
  columns: readonly ArrayLike<number>[],
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
): Float64Array | undefined {
  const size = columns.length;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i];
    if (weight === 0) continue;
    for (let row = 0; row < size; row++) {
      const weighted = weight * columns[row][i];
      right[row] += weighted * values[i];
      for (let column = 0; column <= row; column++) {
        normal[row * size + column] += weighted * columns[column][i];
      }
    }
  }
  const factor = choleskyFactor(normal, size, 1e-11);
  if (factor === undefined) return undefined;
  solveLower(factor, size, right);
  solveLowerTransposed(factor, size, right);
  return right;
}

/** An unknown enters where its gradient is more than rounding: this share of its right-hand side. */
const LEAST_GRADIENT = 1e-10;

/**
 * Non-negative least squares from normal equations: minimises w'Gw - 2 w'b over w >= 0, for a handful of unknowns.
 * Exact also where columns hardly differ: unknowns are let in one after the other, the steepest first, and those that
 * would turn negative are put out again (Lawson and Hanson 1974; on normal equations: Bro and de Jong 1997).
 */
export function solveNonNegative(normal: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const scale = Float64Array.from(right, (_, row) => Math.sqrt(normal[row * size + row]) || 1);
  let weights: Float64Array = new Float64Array(size);
  const free = new Set<number>();
  // Every round lets one in; a cycle by rounding ends here.
  for (let round = 0; round < 10 * size; round++) {
    const gradient = right.map((value, row) => {
      for (let column = 0; column < size; column++) value -= normal[row * size + column] * weights[column];
      return value / scale[row];
    });
    let entering = -1;
    for (let row = 0; row < size; row++) {
      if (free.has(row) || gradient[row] <= LEAST_GRADIENT * Math.abs(right[row] / scale[row])) continue;
      if (entering < 0 || gradient[row] > gradient[entering]) entering = row;
    }
    if (entering < 0) break;
    free.add(entering);
    for (;;) {
      const solved = solveFree(normal, right, [...free]);
      const leaving = solved && [...free].filter((row) => solved[row] <= 0);
      if (solved === undefined || leaving === undefined) {
        free.delete(entering);
        return weights;
      }
      if (leaving.length === 0) {
        weights = solved;
        break;
      }
      // As far towards the free solution as none turns negative.
      const share = Math.min(...leaving.map((row) => weights[row] / (weights[row] - solved[row])));
      weights = weights.map((value, row) => value + share * (solved[row] - value));
      for (const row of leaving) {
        if (weights[row] > 1e-12 * weights.reduce((sum, value) => Math.max(sum, value), 0)) continue;
        weights[row] = 0;
        free.delete(row);
      }
    }
  }
  return weights;
}

/** The unrestricted solution over some of the unknowns, the others zero; `undefined` where they do not differ. */
function solveFree(
  normal: Float64Array,
  right: Float64Array,
  rows: readonly number[],
): Float64Array | undefined {
  const size = right.length;
  const inner = Float64Array.from({ length: rows.length * rows.length }, (_, at) => {
    return normal[rows[Math.floor(at / rows.length)] * size + rows[at % rows.length]];
  });
  const factor = choleskyFactor(inner, rows.length, 1e-13);
  if (factor === undefined) return undefined;
  const solution = Float64Array.from(rows, (row) => right[row]);
  solveLower(factor, rows.length, solution);
  solveLowerTransposed(factor, rows.length, solution);
  const all = new Float64Array(size);
  rows.forEach((row, index) => {
    all[row] = solution[index];
  });
  return all;
}
