import { choleskyFactor, solveLower, solveLowerTransposed } from '../kinematics/linear-algebra.js';
import type { Rows } from './rows.js';

/**
 * Rows that fit coefficients by ridge regression, (X'X + diag(ridge))^-1 X' of columns over dates: one row a column. Without
 * `ridge` by least squares. Throws where a column cannot be told from the others on these dates.
 */
export function ridgeRows(columns: readonly Float64Array[], ridge: readonly number[] = []): Rows {
  const size = columns.length;
  const normal = new Float64Array(size * size);
  columns.forEach((left, row) => {
    columns.forEach((right, column) => {
      normal[row * size + column] = left.reduce((sum, value, i) => sum + value * right[i], 0);
    });
    normal[row * size + row] += ridge[row] ?? 0;
  });
  const factor = choleskyFactor(normal, size);
  if (factor === undefined) throw new Error('Some of these courses cannot be told apart on these dates.');
  const length = columns[0].length;
  const rows = new Float64Array(size * length);
  const values = new Float64Array(size);
  for (let date = 0; date < length; date++) {
    for (let k = 0; k < size; k++) values[k] = columns[k][date];
    solveLower(factor, size, values);
    solveLowerTransposed(factor, size, values);
    for (let k = 0; k < size; k++) rows[k * length + date] = values[k];
  }
  return { count: size, length, values: rows };
}
