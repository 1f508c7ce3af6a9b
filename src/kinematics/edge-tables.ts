import type { Direction, Projection } from './projections.js';
import { coefficientRow } from './projections.js';

/**
 * What steps and hinges at every date mean under one projection (constant, slope, season), so that scanning a series
 * for the best of them takes a few operations a date. P is the projection's residual matrix, s_k the step at date k
 * (1 from k on), a_k = t s_k; a hinge that breaks at b in (t_(k-1), t_k] is a_k - b s_k.
 *
 * Square tables are epochs x epochs, row-major.
 */
export interface EdgeTables {
  /** s_k' P s_l. */
  readonly stepStep: Float64Array;
  /** a_k' P s_l. */
  readonly rampStep: Float64Array;
  /** a_k' P s_k by itself, as `stepOnLine` is s_k' P s_k: one number a date lies closer together than the diagonals. */
  readonly rampOnStep: Float64Array;
  /** a_k' P a_k. */
  readonly rampRamp: Float64Array;
  /** s_k' P_c t, where P_c leaves the slope in: turns the scan on lines into one on constants. */
  readonly stepSlope: Float64Array;
  /** s_k' P t^2: turns the scan on lines into one on parabolas. */
  readonly stepQuadratic: Float64Array;
  /** Information of a step on constants, lines and parabolas, by date. */
  readonly stepOnConstant: Float64Array;
  readonly stepOnLine: Float64Array;
  readonly stepOnParabola: Float64Array;
  /** One over h_k' P h_k of the hinge h_k that breaks at date k. */
  readonly inverseHinge: Float64Array;
  /** h_k' P s_l, row l. */
  readonly stepHinge: Float64Array;
  /** What a unit step (a unit ramp) at k adds to the fitted slope. */
  readonly slopeOfStep: Float64Array;
  readonly slopeOfRamp: Float64Array;
}

export function buildEdgeTables(
  projection: Projection,
  residual: Float64Array,
  years: Float64Array,
  slope: Direction,
  quadratic: Direction | undefined,
): EdgeTables {
  const { epochs } = projection;
  const stepStep = new Float64Array(epochs * epochs);
  const rampStep = new Float64Array(epochs * epochs);
  // Sums over the lower right corner of P, by inclusion and exclusion.
  for (let row = epochs - 1; row >= 0; row--) {
    let plain = 0;
    let weighted = 0;
    const below = (row + 1) * epochs;
    for (let column = epochs - 1; column >= 0; column--) {
      const value = residual[row * epochs + column];
      plain += value;
      weighted += years[row] * value;
      const at = row * epochs + column;
      stepStep[at] = plain + (row + 1 < epochs ? stepStep[below + column] : 0);
      rampStep[at] = weighted + (row + 1 < epochs ? rampStep[below + column] : 0);
    }
  }
  const rampRamp = new Float64Array(epochs);
  for (let k = epochs - 1; k >= 0; k--) {
    let cross = 0;
    for (let column = k + 1; column < epochs; column++)
      cross += residual[k * epochs + column] * years[column];
    const before = k + 1 < epochs ? rampRamp[k + 1] : 0;
    rampRamp[k] = before + 2 * years[k] * cross + years[k] ** 2 * residual[k * epochs + k];
  }
  const stepHinge = new Float64Array(epochs * epochs);
  for (let row = 0; row < epochs; row++) {
    for (let k = 0; k < epochs; k++) {
      stepHinge[row * epochs + k] = rampStep[k * epochs + row] - years[k] * stepStep[k * epochs + row];
    }
  }
  const stepSlope = suffixSums(slope.row);
  const stepQuadratic = quadratic ? suffixSums(quadratic.row) : new Float64Array(epochs);
  const stepOnLine = new Float64Array(epochs);
  const rampOnStep = new Float64Array(epochs);
  const inverseHinge = new Float64Array(epochs);
  for (let k = 0; k < epochs; k++) {
    const at = k * epochs + k;
    stepOnLine[k] = stepStep[at];
    rampOnStep[k] = rampStep[at];
    inverseHinge[k] = 1 / (rampRamp[k] - 2 * years[k] * rampStep[at] + years[k] * years[k] * stepStep[at]);
  }
  const velocityRow = coefficientRow(projection, 1);
  return {
    stepStep,
    rampStep,
    rampOnStep,
    rampRamp,
    stepSlope,
    stepQuadratic,
    stepOnConstant: stepOnLine.map((value, k) => value + stepSlope[k] ** 2 / slope.information),
    stepOnLine,
    stepOnParabola: stepOnLine.map((value, k) => {
      return quadratic ? value - stepQuadratic[k] ** 2 / quadratic.information : value;
    }),
    inverseHinge,
    stepHinge,
    slopeOfStep: suffixSums(velocityRow),
    slopeOfRamp: suffixSums(velocityRow.map((value, index) => value * years[index])),
  };
}

function suffixSums(values: Float64Array): Float64Array {
  const sums = Float64Array.from(values);
  for (let k = sums.length - 2; k >= 0; k--) sums[k] += sums[k + 1];
  return sums;
}
