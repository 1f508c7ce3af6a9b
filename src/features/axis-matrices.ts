import { choleskyFactor, solveLower, solveLowerTransposed } from '../kinematics/linear-algebra.js';
import { orthonormalRows } from '../kinematics/orthonormal-basis.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { localLinearSmoother, type Smoother, thinSmoother } from './smoother.js';

/** Points of normalised time on which shapes are measured, and which the network sees. */
export const SHAPE_GRID = 64;
/** Candidate breaks on the shape grid, as shares of the span. */
export const BREAK_SHARES = linspace(0.08, 0.92, 43);
const EPOCH_BREAK_SHARES = linspace(0.08, 0.92, 22);
const PAIR_SHARES = linspace(0.1, 0.9, 11);
/** A step is looked for at so many places at the most. */
const STEP_PLACES = 72;
/** Dates kept clear at either end when looking for a step. */
const STEP_MARGIN = 3;

/** Rows over dates (or over a grid), row-major: a linear map that depends on the dates alone. */
export interface Rows {
  readonly count: number;
  readonly length: number;
  readonly values: Float64Array;
}

/** Everything that depends on the dates alone, computed once an axis; see `feature-graph.ts` for the use of each. */
export interface AxisMatrices {
  readonly epochs: number;
  readonly spanYears: number;
  readonly medianStepYears: number;
  /** Dates to dates: smoothers over about a month and over about a season. */
  readonly shortSmoother: Smoother;
  readonly longSmoother: Smoother;
  /** Dates to four annual and semi-annual coefficients, beside a flexible trend; and back to dates. */
  readonly seasonFit: Rows;
  readonly seasonBack: Rows;
  /** Dates to the grid: smoothed as an eye does, and as little as the grid allows. */
  readonly toShapeGrid: Rows;
  readonly toFineGrid: Rows;
  /** Orthonormal constant, line and parabola on the dates, and unit hinges orthogonal to constant and line. */
  readonly parabolaBasis: Rows;
  readonly hinges: Rows;
  /** Steps orthogonal to a line (or parabola) and season, and the squared norm of each. */
  readonly stepsBesideLine: StepScan;
  readonly stepsBesideParabola: StepScan;
}

export interface StepScan {
  /** Orthonormal rows over the dates: what the step stands beside. */
  readonly basis: Rows;
  /** The first date after each step. */
  readonly places: Int32Array;
  /** Coefficients of every step on the basis (steps x basis rows), and its squared norm beside the basis. */
  readonly coefficients: Rows;
  readonly squaredNorms: Float64Array;
}

/** Shapes on the shape grid, the same for every axis. */
export interface ShapeBasis {
  /** Orthonormal polynomials of degree 0 to 4. */
  readonly polynomials: Rows;
  /** Unit hinges at `BREAK_SHARES`, orthogonal to constant and line, and their norms before scaling. */
  readonly hinges: Rows;
  readonly hingeNorms: Float64Array;
  /** For every pair of breaks two orthonormal rows that span both hinges beside constant and line. */
  readonly hingePairs: Rows;
}

export function buildAxisMatrices(axis: EpochAxis): AxisMatrices {
  const years = axis.years;
  const epochs = years.length;
  const span = spanYears(axis);
  const share = years.map((year) => year / span);
  const medianStepYears = medianStep(axis.days) / DAYS_PER_YEAR;
  const season = seasonRows(years);
  const one = new Float64Array(epochs).fill(1);
  const square = share.map((u) => u * u);
  const shapeWidth = Math.min(Math.max(0.2, 3.5 * medianStepYears), 0.12 * span);
  const fineWidth = Math.max((0.5 * span) / SHAPE_GRID, 0.62 * medianStepYears);
  return {
    epochs,
    spanYears: span,
    medianStepYears,
    shortSmoother: thinSmoother(years, Math.max(0.07, 2.2 * medianStepYears)),
    longSmoother: thinSmoother(years, Math.max(0.2, 4 * medianStepYears)),
    seasonFit: seasonFit(share, season, span),
    seasonBack: transposeRows(rowsOf(season)),
    toShapeGrid: localLinearSmoother(linspace(0, span, SHAPE_GRID), years, shapeWidth),
    toFineGrid: localLinearSmoother(linspace(0, span, SHAPE_GRID), years, fineWidth),
    parabolaBasis: asRows(orthonormalRows([one, share, square]), epochs),
    hinges: unitHinges(share, EPOCH_BREAK_SHARES, orthonormalRows([one, share])).rows,
    stepsBesideLine: stepScan([one, share, ...season]),
    stepsBesideParabola: stepScan([one, share, square, ...season]),
  };
}

export function buildShapeBasis(): ShapeBasis {
  const share = linspace(0, 1, SHAPE_GRID);
  const powers = [0, 1, 2, 3, 4].map((power) => share.map((u) => u ** power));
  const line = orthonormalRows(powers.slice(0, 2));
  const hinges = unitHinges(share, BREAK_SHARES, line);
  const pairs: Float64Array[] = [];
  PAIR_SHARES.forEach((first, index) => {
    for (const second of PAIR_SHARES.slice(index + 2)) {
      const rows = orthonormalRows([powers[0], powers[1], hingeOf(share, first), hingeOf(share, second)]);
      pairs.push(rows.subarray(2 * SHAPE_GRID, 3 * SHAPE_GRID), rows.subarray(3 * SHAPE_GRID));
    }
  });
  return {
    polynomials: asRows(orthonormalRows(powers), SHAPE_GRID),
    hinges: hinges.rows,
    hingeNorms: hinges.norms,
    hingePairs: rowsOf(pairs),
  };
}

/**
 * Annual and semi-annual coefficients, fitted beside a cubic with a knot a year and held towards zero by a ridge: more
 * of one where the span is too short to tell season from bend.
 */
function seasonFit(share: Float64Array, season: readonly Float64Array[], span: number): Rows {
  const epochs = share.length;
  const knots = linspace(0, 1, Math.max(3, Math.round(span) + 1)).slice(1, -1);
  const trend = [
    new Float64Array(epochs).fill(1),
    share,
    share.map((u) => u * u),
    ...Array.from(knots, (knot) => share.map((u) => Math.max(0, u - knot) ** 3)),
    share.map((u) => u ** 3),
  ];
  const columns = [...trend, ...season];
  const ridge = columns.map((_, index) => {
    if (index < 3) return 0;
    if (index < trend.length) return 1e-4 * epochs;
    return 0.04 * epochs * (span > 1.8 ? 1 : 6);
  });
  const solution = solveRidge(columns, ridge);
  return asRows(solution.subarray(trend.length * epochs), epochs);
}

/** (X'X + diag(ridge))^-1 X' of columns over dates: one row a column. */
function solveRidge(columns: readonly Float64Array[], ridge: readonly number[]): Float64Array {
  const size = columns.length;
  const normal = new Float64Array(size * size);
  columns.forEach((left, row) => {
    columns.forEach((right, column) => {
      normal[row * size + column] = left.reduce((sum, value, i) => sum + value * right[i], 0);
    });
    normal[row * size + row] += ridge[row];
  });
  const factor = choleskyFactor(normal, size);
  if (factor === undefined) throw new Error('The season cannot be told from the trend on these dates.');
  const epochs = columns[0].length;
  const solution = new Float64Array(size * epochs);
  const values = new Float64Array(size);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let k = 0; k < size; k++) values[k] = columns[k][epoch];
    solveLower(factor, size, values);
    solveLowerTransposed(factor, size, values);
    for (let k = 0; k < size; k++) solution[k * epochs + epoch] = values[k];
  }
  return solution;
}

function stepScan(base: readonly Float64Array[]): StepScan {
  const epochs = base[0].length;
  const basis = orthonormalRows(base);
  const count = Math.min(epochs - 2 * STEP_MARGIN + 1, STEP_PLACES);
  const spread = linspace(STEP_MARGIN, epochs - STEP_MARGIN, count);
  const places = Int32Array.from(new Set(Array.from(spread, Math.floor)));
  const coefficients = Array.from(places, (place) =>
    Float64Array.from(base, (_, k) => {
      let sum = 0;
      for (let i = place; i < epochs; i++) sum += basis[k * epochs + i];
      return sum;
    }),
  );
  const squaredNorms = Float64Array.from(coefficients, (row, index) =>
    row.reduce((norm, value) => norm - value * value, epochs - places[index]),
  );
  return { basis: asRows(basis, epochs), places, coefficients: rowsOf(coefficients), squaredNorms };
}

function unitHinges(share: Float64Array, breaks: Float64Array, line: Float64Array) {
  const norms = new Float64Array(breaks.length);
  const rows = Array.from(breaks, (at, index) => {
    const hinge = removeBasis(hingeOf(share, at), line);
    norms[index] = Math.hypot(...hinge);
    return hinge.map((value) => value / norms[index]);
  });
  return { rows: rowsOf(rows), norms };
}

function hingeOf(share: Float64Array, at: number): Float64Array {
  return share.map((u) => Math.max(0, u - at));
}

function removeBasis(values: Float64Array, basis: Float64Array): Float64Array {
  const rest = values.slice();
  for (let start = 0; start < basis.length; start += values.length) {
    let score = 0;
    for (let i = 0; i < values.length; i++) score += basis[start + i] * values[i];
    for (let i = 0; i < values.length; i++) rest[i] -= score * basis[start + i];
  }
  return rest;
}

function seasonRows(years: Float64Array): Float64Array[] {
  return [1, 2].flatMap((harmonic) => [
    years.map((year) => Math.cos(2 * Math.PI * harmonic * year)),
    years.map((year) => Math.sin(2 * Math.PI * harmonic * year)),
  ]);
}

function medianStep(days: Int32Array): number {
  const steps = Int32Array.from(days.subarray(1), (day, i) => day - days[i]).sort();
  return (steps[(steps.length - 1) >> 1] + steps[steps.length >> 1]) / 2;
}

export function linspace(first: number, last: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => first + ((last - first) * i) / (count - 1));
}

function asRows(values: Float64Array, length: number): Rows {
  return { count: values.length / length, length, values };
}

function rowsOf(rows: readonly Float64Array[]): Rows {
  const length = rows[0].length;
  const values = new Float64Array(rows.length * length);
  rows.forEach((row, index) => {
    values.set(row, index * length);
  });
  return { count: rows.length, length, values };
}

export function transposeRows({ count, length, values }: Rows): Rows {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < length; column++)
      turned[column * count + row] = values[row * length + column];
  }
  return { count: length, length: count, values: turned };
}
