import { dotProduct, invertSymmetric, multiplyVector } from './linear-algebra.js';

/** Multiplies a column by a precision matrix K: the inverse of the noise's correlation, zero at missing dates. */
export type ApplyPrecision = (column: Float64Array) => Float64Array;

/**
 * Everything that generalised least squares on some columns X needs from the dates:
 *
 * - `covariance` V = (X'KX)^-1 (parameters x parameters), times the residual variance the covariance of the fit;
 * - `coefficients` M = V X'K (parameters x epochs): M y are the fitted coefficients;
 * - P = K - K X M, by `residualMatrix` or applied to a column by `directionOf`: y'Py is the residual sum of squares of
 *   the whitened series, and for any further column x, (x'Py)^2 / (x'Px) is what adding it takes off that sum (Frisch,
 *   Waugh and Lovell).
 */
export interface Projection {
  readonly epochs: number;
  readonly columns: readonly Float64Array[];
  /** K X, a column each. */
  readonly weighted: readonly Float64Array[];
  readonly covariance: Float64Array;
  readonly coefficients: Float64Array;
  readonly apply: ApplyPrecision;
}

/** A further column x beside a projection's: its row P x and its information x'Px. */
export interface Direction {
  readonly row: Float64Array;
  readonly information: number;
}

export function applyMatrix(precision: Float64Array): ApplyPrecision {
  return (column) => multiplyVector(precision, column.length, column.length, column);
}

/** Independent dates, of which some are missing. */
export function applyMask(present: Float64Array): ApplyPrecision {
  return (column) => column.map((value, index) => value * present[index]);
}

/** Builds the projection, or `undefined` where the columns are not independent on these dates. */
export function projectColumns(
  apply: ApplyPrecision,
  columns: readonly Float64Array[],
): Projection | undefined {
  const epochs = columns[0].length;
  const size = columns.length;
  const weighted = columns.map(apply);
  const information = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      information[row * size + column] = dotProduct(columns[row], weighted[column]);
    }
  }
  const covariance = invertSymmetric(information, size, 1e-11);
  if (covariance === undefined) return undefined;
  const coefficients = new Float64Array(size * epochs);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const weight = covariance[row * size + column];
      for (let i = 0; i < epochs; i++) coefficients[row * epochs + i] += weight * weighted[column][i];
    }
  }
  return { epochs, columns, weighted, covariance, coefficients, apply };
}

/** P (epochs x epochs) of a projection under a precision matrix. */
export function residualMatrix(projection: Projection, precision: Float64Array): Float64Array {
  const { epochs, weighted, coefficients } = projection;
  const residual = Float64Array.from(precision);
  for (let row = 0; row < epochs; row++) {
    for (let k = 0; k < weighted.length; k++) {
      const weight = weighted[k][row];
      if (weight === 0) continue;
      const line = k * epochs;
      for (let column = 0; column < epochs; column++) {
        residual[row * epochs + column] -= weight * coefficients[line + column];
      }
    }
  }
  return residual;
}

/**
 * The direction of a further column, beside `earlier` directions too; `undefined` where the others explain all but a
 * millionth of it.
 */
export function directionOf(
  projection: Projection,
  column: Float64Array,
  earlier: readonly Direction[] = [],
): Direction | undefined {
  const { epochs, weighted } = projection;
  const row = projection.apply(column);
  weighted.forEach((line, k) => {
    const fitted = dotProduct(coefficientRow(projection, k), column);
    for (let i = 0; i < epochs; i++) row[i] -= fitted * line[i];
  });
  for (const direction of earlier) {
    const share = dotProduct(direction.row, column) / direction.information;
    for (let i = 0; i < epochs; i++) row[i] -= share * direction.row[i];
  }
  const information = dotProduct(row, column);
  const raw = dotProduct(column, column) / epochs;
  return information > 1e-6 * raw ? { row, information } : undefined;
}

/** The direction of a column of the projection itself, beside the others. */
export function directionWithin(projection: Projection, index: number): Direction {
  const information = 1 / projection.covariance[index * projection.columns.length + index];
  return { row: coefficientRow(projection, index).map((value) => value * information), information };
}

/** Row of the coefficient matrix that belongs to a column. */
export function coefficientRow(projection: Projection, index: number): Float64Array {
  const { epochs, coefficients } = projection;
  return coefficients.subarray(index * epochs, (index + 1) * epochs);
}

/**
 * The precision matrix of the dates that are left once `missing` ones are taken out, by downdating that of all dates
 * (K_oo - K_om K_mm^-1 K_mo); missing rows and columns are zero.
 */
export function dropEpochs(
  precision: Float64Array,
  epochs: number,
  missing: readonly number[],
): Float64Array {
  const size = missing.length;
  const inner = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      inner[row * size + column] = precision[missing[row] * epochs + missing[column]];
    }
  }
  const inverse = invertSymmetric(inner, size);
  if (inverse === undefined) throw new RangeError('The precision matrix is not positive definite.');
  // scaled = K_mm^-1 K_mo, one row a missing date.
  const scaled = new Float64Array(size * epochs);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const weight = inverse[row * size + k];
      const line = missing[k] * epochs;
      for (let column = 0; column < epochs; column++)
        scaled[row * epochs + column] += weight * precision[line + column];
    }
  }
  const reduced = Float64Array.from(precision);
  for (let k = 0; k < size; k++) {
    for (let row = 0; row < epochs; row++) {
      const weight = precision[row * epochs + missing[k]];
      if (weight === 0) continue;
      for (let column = 0; column < epochs; column++) {
        reduced[row * epochs + column] -= weight * scaled[k * epochs + column];
      }
    }
  }
  for (const epoch of missing) {
    for (let other = 0; other < epochs; other++) {
      reduced[epoch * epochs + other] = 0;
      reduced[other * epochs + epoch] = 0;
    }
  }
  return reduced;
}
