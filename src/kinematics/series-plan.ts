import type { EpochAxis } from '../series/epoch-axis.js';
import { annualColumns, constantColumn, isSeasonEstimable, powerColumn } from './bases.js';
import { studentQuantile95 } from './distributions.js';
import type { EdgeTables } from './edge-tables.js';
import { buildEdgeTables } from './edge-tables.js';
import { dotProduct, invertSymmetric } from './linear-algebra.js';
import type { NoiseModel } from './noise-model.js';
import { correlationMatrix } from './noise-model.js';
import type { ApplyPrecision, Direction, Projection } from './projections.js';
import {
  applyMask,
  applyMatrix,
  coefficientRow,
  directionOf,
  directionWithin,
  dropEpochs,
  projectColumns,
  residualMatrix,
} from './projections.js';

/** Why a point has no numbers; the order is that of the codes. */
export const MISSING_REASONS = [
  '',
  'fewer than 20 dates',
  'less than a year of dates',
  'a gap of a year or more',
  'fewer than three distinct values',
] as const;
export const NO_REASON = 0;
export const REASON_FEW_DATES = 1;
export const REASON_SHORT_SPAN = 2;
export const REASON_LONG_GAP = 3;
export const REASON_FEW_VALUES = 4;

const MIN_DATES = 20;
const MIN_SPAN_DAYS = 365;
const LONG_GAP_DAYS = 365;
/** Both sides of a break keep this many dates and this share of the span. */
const MIN_SIDE_DATES = 8;
const MIN_SIDE_SHARE = 0.08;
/** Marks a date that is not there in the plan's table of dates. */
export const ABSENT = -1;
/** Dates at which a quick scan looks for steps and hinges, before it looks around the best of them. */
const SCANNED_DATES = 64;
/** A jump lasts three dates at least; what is shorter is an outlier. */
export const MIN_JUMP_DATES = 3;

/** Columns that follow the residual matrix in the plan's `matrix`. */
export const COEFFICIENTS = {
  glsConstant: 0,
  glsVelocity: 1,
  glsQuadratic: 2,
  glsCubic: 3,
  glsSine: 4,
  glsCosine: 5,
  olsConstant: 6,
  olsVelocity: 7,
  olsSine: 8,
  olsCosine: 9,
  olsQuadratic: 10,
  olsCubic: 11,
  olsCubicSine: 12,
  olsCubicCosine: 13,
} as const;
const COEFFICIENT_COUNT = 14;

/** One projection (ordinary or generalised) and the directions beyond the line and the season. */
export interface FitGeometry {
  readonly projection: Projection;
  /** t beside constant and season. */
  readonly slope: Direction;
  /** t^2 beside the line, t^3 beside that. */
  readonly quadratic: Direction | undefined;
  readonly cubic: Direction | undefined;
  /** Variance of sine, their covariance, variance of cosine in the cubic fit; times the residual variance. */
  readonly seasonCovariance: readonly [number, number, number];
}

/**
 * All that a set of dates, with some of them missing, says about every series on it.
 *
 * `matrix` (axis epochs x `columns`) turns a centred series (missing values zero) into u = P y (one value an epoch)
 * followed by `COEFFICIENTS`; everything else of a description follows from these in a few operations a date.
 */
export interface SeriesPlan {
  readonly axis: EpochAxis;
  /** The dates that are there, as indices into the axis. */
  readonly epochs: Int32Array;
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
  /**
   * For the scans over `stepEpochs` on constants, lines and parabolas, two numbers a date: what the base's own coefficient
   * adds to the score of a step there, and the step's information. Beside each other since one table is read faster.
   */
  readonly stepTables: readonly [Float64Array, Float64Array, Float64Array];
  /** The distance of the dates at which a quick scan looks first. */
  readonly stride: number;
  /** For the scan over `hingeEpochs`, two a date: its time and one over the information of a hinge there. */
  readonly hingeTable: Float64Array;
  /**
   * Four a date of the axis: time in years, sine, cosine, and `ABSENT`, 1 where the date before is a nominal revisit
   * away, 0 where it is farther.
   */
  readonly dateTable: Float64Array;
  /** The date before and after each date among those that are there; -1 and the axis's length at the ends. */
  readonly previousEpoch: Int32Array;
  readonly nextEpoch: Int32Array;
  /** Slope of t^2 (t^2's coefficient 1) in the linear fit. */
  readonly slopeOfQuadratic: number;
  /** 95 % point of Student's t by number of parameters beyond the season's. */
  readonly quantiles: Float64Array;
  readonly noise: NoiseModel;
  /** Inverse of the correlation matrix, zero at missing dates. */
  readonly precision: Float64Array;
}

/** A plan that has no numbers to give, and the reason. */
export interface EmptyPlan {
  readonly reason: number;
  readonly epochs: Int32Array;
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

/** Why these dates cannot carry a description, or `NO_REASON`. */
export function checkEpochs(axis: EpochAxis, epochs: Int32Array): number {
  if (epochs.length < MIN_DATES) return REASON_FEW_DATES;
  const { days } = axis;
  if (days[epochs[epochs.length - 1]] - days[epochs[0]] < MIN_SPAN_DAYS) return REASON_SHORT_SPAN;
  for (let i = 1; i < epochs.length; i++) {
    if (days[epochs[i]] - days[epochs[i - 1]] >= LONG_GAP_DAYS) return REASON_LONG_GAP;
  }
  return NO_REASON;
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
  if (reason !== NO_REASON) return { reason, epochs };

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
  const stepEpochs = epochs.slice(MIN_JUMP_DATES, epochs.length - MIN_JUMP_DATES + 1);
  const hinges = hingeEpochs(axis, epochs);
  return {
    axis,
    epochs,
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
    stepEpochs,
    hingeEpochs: hinges,
    stepTables: [
      interleave(stepEpochs, [edges.stepSlope, edges.stepOnConstant]),
      interleave(stepEpochs, [new Float64Array(total), edges.stepOnLine]),
      interleave(stepEpochs, [edges.stepQuadratic, edges.stepOnParabola]),
    ],
    stride: Math.max(1, Math.floor(epochs.length / SCANNED_DATES)),
    hingeTable: interleave(hinges, [axis.years, edges.inverseHinge]),
    dateTable: interleave(axis.years.keys(), [axis.years, sine, cosine, nominalSteps(axis, epochs)]),
    ...neighbouringEpochs(epochs, total),
    slopeOfQuadratic: dotProduct(coefficientRow(generalised.projection, 1), powerColumn(axis, 2)),
    quantiles: Float64Array.from({ length: 8 }, (_, count) => studentQuantile95(freedom - count)),
    noise,
    precision: kept,
  };
}

function fitGeometry(
  axis: EpochAxis,
  apply: ApplyPrecision,
  season: readonly Float64Array[],
): FitGeometry | undefined {
  const projection = projectColumns(apply, [constantColumn(axis), axis.years, ...season]);
  if (projection === undefined) return undefined;
  const quadratic = directionOf(projection, powerColumn(axis, 2));
  const cubic = quadratic && directionOf(projection, powerColumn(axis, 3), [quadratic]);
  return {
    projection,
    slope: directionWithin(projection, 1),
    quadratic,
    cubic,
    seasonCovariance: seasonCovariance(projection, axis, quadratic, cubic),
  };
}

/** Covariance of the season in the cubic fit: each further column x adds (M x)(M x)' / x'Px to the linear fit's. */
function seasonCovariance(
  projection: Projection,
  axis: EpochAxis,
  quadratic: Direction | undefined,
  cubic: Direction | undefined,
): readonly [number, number, number] {
  const size = projection.columns.length;
  if (size < 4 || quadratic === undefined) return [Number.NaN, Number.NaN, Number.NaN];
  const square = powerColumn(axis, 2);
  const cube = powerColumn(axis, 3);
  const onSquare = [2, 3].map((index) => dotProduct(coefficientRow(projection, index), square));
  const share = dotProduct(quadratic.row, cube) / quadratic.information;
  const onCube = [2, 3].map((index, k) => {
    return cubic ? dotProduct(coefficientRow(projection, index), cube) - share * onSquare[k] : 0;
  });
  const entry = (row: number, column: number): number =>
    projection.covariance[(row + 2) * size + column + 2] +
    (onSquare[row] * onSquare[column]) / quadratic.information +
    (onCube[row] * onCube[column]) / (cubic?.information ?? 1);
  return [entry(0, 0), entry(0, 1), entry(1, 1)];
}

/** The rows behind `COEFFICIENTS`; what cannot be estimated is left out and stays zero. */
function coefficientRows(
  generalised: FitGeometry,
  ordinary: FitGeometry,
  axis: EpochAxis,
  seasonal: boolean,
): [number, Float64Array][] {
  const rows: [number, Float64Array][] = [
    [COEFFICIENTS.glsConstant, coefficientRow(generalised.projection, 0)],
    [COEFFICIENTS.glsVelocity, coefficientRow(generalised.projection, 1)],
    [COEFFICIENTS.olsConstant, coefficientRow(ordinary.projection, 0)],
    [COEFFICIENTS.olsVelocity, coefficientRow(ordinary.projection, 1)],
  ];
  const scaled = (direction: Direction): Float64Array => {
    const scale = 1 / Math.sqrt(direction.information);
    return direction.row.map((value) => value * scale);
  };
  if (generalised.quadratic) rows.push([COEFFICIENTS.glsQuadratic, scaled(generalised.quadratic)]);
  if (generalised.cubic) rows.push([COEFFICIENTS.glsCubic, scaled(generalised.cubic)]);
  if (ordinary.quadratic) rows.push([COEFFICIENTS.olsQuadratic, scaled(ordinary.quadratic)]);
  if (ordinary.cubic) rows.push([COEFFICIENTS.olsCubic, scaled(ordinary.cubic)]);
  if (seasonal) {
    rows.push([COEFFICIENTS.olsSine, coefficientRow(ordinary.projection, 2)]);
    rows.push([COEFFICIENTS.olsCosine, coefficientRow(ordinary.projection, 3)]);
    rows.push([COEFFICIENTS.glsSine, cubicSeasonRow(generalised, 2, axis)]);
    rows.push([COEFFICIENTS.glsCosine, cubicSeasonRow(generalised, 3, axis)]);
    rows.push([COEFFICIENTS.olsCubicSine, cubicSeasonRow(ordinary, 2, axis)]);
    rows.push([COEFFICIENTS.olsCubicCosine, cubicSeasonRow(ordinary, 3, axis)]);
  }
  return rows;
}

/** Row of a season coefficient in the fit of cubic and season, from the linear fit's by taking out t^2 and t^3. */
function cubicSeasonRow(geometry: FitGeometry, index: number, axis: EpochAxis): Float64Array {
  const row = Float64Array.from(coefficientRow(geometry.projection, index));
  const { quadratic, cubic } = geometry;
  if (quadratic === undefined) return row;
  const square = powerColumn(axis, 2);
  const cube = powerColumn(axis, 3);
  const shareOfSquare = dotProduct(row, square);
  const shareOfCube = dotProduct(row, cube);
  const cubeOnSquare = dotProduct(quadratic.row, cube);
  for (let i = 0; i < row.length; i++) {
    const cubeCoefficient = cubic ? cubic.row[i] / cubic.information : 0;
    const squareCoefficient = (quadratic.row[i] - cubeOnSquare * cubeCoefficient) / quadratic.information;
    row[i] -= shareOfSquare * squareCoefficient + (cubic ? shareOfCube * cubeCoefficient : 0);
  }
  return row;
}

function hingeEpochs(axis: EpochAxis, epochs: Int32Array): Int32Array {
  const first = axis.years[epochs[0]];
  const last = axis.years[epochs[epochs.length - 1]];
  const margin = MIN_SIDE_SHARE * (last - first);
  return epochs.filter((epoch, index) => {
    const year = axis.years[epoch];
    return (
      index >= MIN_SIDE_DATES &&
      epochs.length - index > MIN_SIDE_DATES &&
      year - first >= margin &&
      last - year >= margin
    );
  });
}

function neighbouringEpochs(
  epochs: Int32Array,
  total: number,
): { readonly previousEpoch: Int32Array; readonly nextEpoch: Int32Array } {
  const previousEpoch = new Int32Array(total).fill(-1);
  const nextEpoch = new Int32Array(total).fill(total);
  for (let i = 1; i < epochs.length; i++) {
    previousEpoch[epochs[i]] = epochs[i - 1];
    nextEpoch[epochs[i - 1]] = epochs[i];
  }
  return { previousEpoch, nextEpoch };
}

/**
 * By epoch of the axis: 1 where a date comes at most 12 days, or half as much again as the usual step, after the one
 * before it, 0 where it comes later, `ABSENT` where there is none.
 */
function nominalSteps(axis: EpochAxis, epochs: Int32Array): Float64Array {
  const steps = Int32Array.from(epochs.subarray(1), (epoch, i) => axis.days[epoch] - axis.days[epochs[i]]);
  const usual = Int32Array.from(steps).sort()[steps.length >> 1];
  const limit = Math.max(12, 1.5 * usual);
  const flags = new Float64Array(axis.days.length).fill(ABSENT);
  flags[epochs[0]] = 0;
  for (let i = 1; i < epochs.length; i++) flags[epochs[i]] = steps[i - 1] <= limit ? 1 : 0;
  return flags;
}

/** The values of several columns at the given epochs, all of one epoch beside each other. */
function interleave(epochs: Iterable<number>, columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from([...epochs].flatMap((epoch) => columns.map((column) => column[epoch])));
}
