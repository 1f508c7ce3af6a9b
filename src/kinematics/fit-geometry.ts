import type { EpochAxis } from '../series/epoch-axis.js';
import { constantColumn, powerColumn } from './bases.js';
import { dotProduct } from './linear-algebra.js';
import type { ApplyPrecision, Direction, Projection } from './projections.js';
import { coefficientRow, directionOf, directionWithin, projectColumns } from './projections.js';

/** Coefficients of a series, linear in it, by their place. */
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
export const COEFFICIENT_COUNT = 14;

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

/** Constant, slope and season under one precision; `undefined` where the dates do not carry them. */
export function fitGeometry(
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
export function coefficientRows(
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
