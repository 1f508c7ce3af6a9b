import type { EpochAxis } from '../series/epoch-axis.js';
import { annualColumns, isSeasonEstimable, powerColumn } from './bases.js';
import { studentQuantile95 } from './distributions.js';
import type { EdgeTables } from './edge-tables.js';
import { buildEdgeTables } from './edge-tables.js';
import type { FitGeometry } from './fit-geometry.js';
import { COEFFICIENT_COUNT, coefficientRows, fitGeometry } from './fit-geometry.js';
import { dotProduct, invertSymmetric } from './linear-algebra.js';
import type { NoiseModel } from './noise-model.js';
import { correlationMatrix } from './noise-model.js';
import {
  checkEpochs,
  hingeEpochs,
  hingeNodes,
  NO_REASON,
  neighbouringEpochs,
  revisitFlags,
  stepEpochs,
} from './plan-dates.js';
import { applyMask, applyMatrix, coefficientRow, dropEpochs, residualMatrix } from './projections.js';

export const STEP_TABLE_WIDTH = 5;

/**
 * All that a set of dates, with some of them missing, says about every series on it.
 *
 * `matrix` (axis epochs x `columns`) turns a centred series (missing values zero) into u = P y (one value an epoch)
 * followed by `COEFFICIENTS`; everything else of a description follows from these in a few operations a date.
 */
export interface SeriesPlan {
  readonly axis: EpochAxis;
  /** The dates that are there, as indices into the axis, and the logarithm of their number. */
  readonly epochs: Int32Array;
  readonly logOfDates: number;
  readonly reason: number;
  readonly seasonal: boolean;
  readonly sine: Float64Array;
  readonly cosine: Float64Array;
  readonly matrix: Float32Array;
  readonly columns: number;
  /** P in double precision. */
  readonly residual: Float64Array;
  readonly generalised: FitGeometry;
  readonly ordinary: FitGeometry;
  readonly edges: EdgeTables;
  /** Dates at which a step may start; dates at which a hinge may break (both among `epochs`). */
  readonly stepEpochs: Int32Array;
  readonly hingeEpochs: Int32Array;
  /** Those of the latter that are tried first, with the dates next to them all, as places in `epochs`: see `hingeNodes`. */
  readonly hingeNodes: Int32Array;
  /**
   * For the scan over `stepEpochs`, `STEP_TABLE_WIDTH` numbers a date: what the constant's own coefficient adds to the
   * score of a step there, and the information of the step beside a constant, a line; what the parabola's coefficient
   * adds, and the information beside a parabola. Beside each other since one table is read faster.
   */
  readonly stepTable: Float64Array;
  /** The information of a step beside a line at each of `stepEpochs`, by itself. */
  readonly stepInformation: Float64Array;
  /** For the scan over `hingeEpochs`, two a date: its time and one over the information of a hinge there. */
  readonly hingeTable: Float64Array;
  /** By place in `epochs`: whether the next date comes a nominal revisit later (1 or 0), and how many do. */
  readonly revisits: Float32Array;
  readonly revisitCount: number;
  /** The date before and after each date among those that are there; -1 and the axis's length at the ends. */
  readonly previousEpoch: Int32Array;
  readonly nextEpoch: Int32Array;
  /** Slope of t^2 (t^2's coefficient 1) in the linear fit. */
  readonly slopeOfQuadratic: number;
  /** 95 % point of Student's t by number of parameters beyond the season's. */
  readonly quantiles: Float64Array;
  readonly noise: NoiseModel;
}

/** A plan that has no numbers to give, and the reason. */
export interface EmptyPlan {
  readonly reason: number;
}

export function isUsablePlan(plan: SeriesPlan | EmptyPlan): plan is SeriesPlan {
  return plan.reason === NO_REASON;
}

/** Inverse of the noise's correlation on an axis: what every plan of the axis starts from. */
export function precisionOf(noise: NoiseModel, axis: EpochAxis): Float64Array {
  const inverse = invertSymmetric(correlationMatrix(noise, axis), axis.days.length);
  if (inverse === undefined) throw new RangeError('The noise model is not positive definite on this axis.');
  return inverse;
}

/**
 * Builds the plan of an axis under a noise model.
 *
 * @param precision `precisionOf(noise, axis)`
 * @param missing indices of the dates that are not there
 */
export function planSeries(
  axis: EpochAxis,
  noise: NoiseModel,
  precision: Float64Array,
  missing: readonly number[] = [],
): SeriesPlan | EmptyPlan {
  const total = axis.days.length;
  const absent = new Set(missing);
  const epochs = Int32Array.from({ length: total }, (_, index) => index).filter(
    (index) => !absent.has(index),
  );
  const reason = checkEpochs(axis, epochs);
  if (reason !== NO_REASON) return { reason };

  const seasonal = isSeasonEstimable(axis, epochs);
  const { sine, cosine } = annualColumns(axis);
  const season = seasonal ? [sine, cosine] : [];
  const kept = missing.length === 0 ? precision : dropEpochs(precision, total, missing);
  const present = new Float64Array(total);
  for (const epoch of epochs) present[epoch] = 1;
  const generalised = fitGeometry(axis, applyMatrix(kept), season);
  const ordinary = fitGeometry(axis, applyMask(present), season);
  // A year of twenty dates always separates a constant from a slope, and `isSeasonEstimable` answers for the rest.
  if (generalised === undefined || ordinary === undefined)
    throw new RangeError('The dates do not carry a line.');

  const residual = residualMatrix(generalised.projection, kept);
  const matrix = new Float32Array(total * (total + COEFFICIENT_COUNT));
  const columns = total + COEFFICIENT_COUNT;
  for (let row = 0; row < total; row++) {
    for (let column = 0; column < total; column++) {
      matrix[row * columns + column] = residual[row * total + column];
    }
  }
  const rows = coefficientRows(generalised, ordinary, axis, seasonal);
  for (const [index, values] of rows) {
    for (let row = 0; row < total; row++) matrix[row * columns + total + index] = values[row];
  }

  const freedom = epochs.length - (seasonal ? 2 : 0);
  const edges = buildEdgeTables(
    generalised.projection,
    residual,
    axis.years,
    generalised.slope,
    generalised.quadratic,
  );
  const steps = stepEpochs(epochs);
  const hinges = hingeEpochs(axis, epochs);
  const revisits = revisitFlags(axis, epochs);
  return {
    axis,
    epochs,
    logOfDates: Math.log(epochs.length),
    reason,
    seasonal,
    sine,
    cosine,
    matrix,
    columns,
    residual,
    generalised,
    ordinary,
    edges,
    stepEpochs: steps,
    hingeEpochs: hinges,
    hingeNodes: hingeNodes(epochs, hinges),
    stepTable: interleave(steps, [
      edges.stepSlope,
      edges.stepOnConstant,
      edges.stepOnLine,
      edges.stepQuadratic,
      edges.stepOnParabola,
    ]),
    stepInformation: Float64Array.from(steps, (epoch) => edges.stepOnLine[epoch]),
    hingeTable: interleave(hinges, [axis.years, edges.inverseHinge]),
    revisits,
    revisitCount: revisits.reduce((sum, flag) => sum + flag, 0),
    ...neighbouringEpochs(epochs, total),
    slopeOfQuadratic: dotProduct(coefficientRow(generalised.projection, 1), powerColumn(axis, 2)),
    quantiles: Float64Array.from({ length: 8 }, (_, count) => studentQuantile95(freedom - count)),
    noise,
  };
}

/** The values of several columns at the given epochs, all of one epoch beside each other. */
function interleave(epochs: Iterable<number>, columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from([...epochs].flatMap((epoch) => columns.map((column) => column[epoch])));
}
