import { dotProduct } from './linear-algebra.js';

/**
 * Rows that span the same space as the given ones, orthonormal: row-major, `rows.length` x length.
 *
 * Modified Gram-Schmidt, done twice for each row, which is as orthogonal as Householder's method for well-scaled
 * columns (Giraud and others 2005, "twice is enough"). A row that lies in the span of those before it becomes zero.
 */
export function orthonormalRows(rows: readonly ArrayLike<number>[]): Float64Array {
  const length = rows[0].length;
  const basis = new Float64Array(rows.length * length);
  for (let row = 0; row < rows.length; row++) {
    const target = basis.subarray(row * length, (row + 1) * length);
    target.set(rows[row] as ArrayLike<number>);
    const before = Math.sqrt(dotProduct(target, target));
    for (let pass = 0; pass < 2; pass++) removeProjection(target, basis.subarray(0, row * length), target);
    const norm = Math.sqrt(dotProduct(target, target));
    const scale = norm > 1e-10 * before ? 1 / norm : 0;
    for (let i = 0; i < length; i++) target[i] *= scale;
  }
  return basis;
}

/** What is left of `values` beside an orthonormal basis (rows); `residual` may be `values` itself. */
export function removeProjection(
  values: ArrayLike<number>,
  basis: Float64Array,
  residual: Float64Array,
): Float64Array {
  const length = values.length;
  for (let i = 0; i < length; i++) residual[i] = values[i];
  for (let start = 0; start < basis.length; start += length) {
    let score = 0;
    for (let i = 0; i < length; i++) score += basis[start + i] * residual[i];
    for (let i = 0; i < length; i++) residual[i] -= score * basis[start + i];
  }
  return residual;
}

/** Largest minus smallest value. */
export function rangeOf(values: ArrayLike<number>): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return high - low;
}
