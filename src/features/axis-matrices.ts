import { orthonormalRows } from '../kinematics/orthonormal-basis.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../series/epoch-axis.js';
import type { FeatureExtent } from './feature-extent.js';
import { type LocalSteps, localSteps } from './local-steps.js';
import { type OwnCourse, ownCourse } from './own-course.js';
import { ridgeRows } from './ridge-rows.js';
import {
  asRows,
  hingeOf,
  linspace,
  multiplyRows,
  type Rows,
  rowsOf,
  transposeRows,
  unitHinges,
} from './rows.js';
import { localLinearSmoother, longSmootherOf, type Smoother, thinSmoother } from './smoother.js';
import { type StepScan, stepScan } from './step-scan.js';

/** Points of normalised time on which shapes are measured, and which the network sees. */
export const SHAPE_GRID = 64;
/** Their times, as shares of the span. */
export const SHAPE_SHARES = linspace(0, 1, SHAPE_GRID);
/** Candidate breaks on the shape grid, as shares of the span. */
export const BREAK_SHARES = linspace(0.08, 0.92, 43);
const EPOCH_BREAK_SHARES = linspace(0.08, 0.92, 22);
const PAIR_SHARES = linspace(0.1, 0.9, 11);
/** Where the slow course beside which steps are looked for may bend, beside its parabola. */
const CURVE_SHARES = linspace(0.2, 0.8, 4);

/** Everything that depends on the dates alone, computed once an axis; see `feature-graph.ts` for the use of each. */
export interface AxisMatrices {
  readonly epochs: number;
  readonly spanYears: number;
  readonly medianStepYears: number;
  readonly ownCourse: OwnCourse;
  /** Dates to dates: smoothers over about a month and over about a season. */
  readonly shortSmoother: Smoother;
  readonly longSmoother: Smoother;
  /** What is measured of the clipped series in one product; `combined` places each part. */
  readonly combined: CombinedRows;
  /** What two season coefficients share: the season's sum of squares is a quadratic form of its coefficients. */
  readonly seasonGram: Rows;
  /** Dates to the grid: smoothed as an eye does (the season taken out), and as little as the grid allows. */
  readonly toShapeGrid: Rows;
  readonly toFineGrid: Rows;
  /** Nodes of the long smoother to the fine grid. */
  readonly longNodesToFineGrid: Rows;
  readonly steps: StepScan;
  readonly localSteps: LocalSteps;
}

/** Rows over the dates, one kind after the other, and where each kind begins; the last entry is their number. */
export interface CombinedRows {
  readonly rows: Rows;
  /** Four annual and semi-annual coefficients, beside a flexible trend. */
  readonly seasonFit: readonly [number, number];
  /** The four waves themselves. */
  readonly waves: readonly [number, number];
  /** Orthonormal constant, line and parabola of the series without its season. */
  readonly polynomials: readonly [number, number];
  /** Unit hinges orthogonal to constant and line, of the series without its season. */
  readonly hinges: readonly [number, number];
  /** Orthonormal rows that span line and season, and more for a curve. */
  readonly stepBasis: readonly [number, number];
}

/** Shapes on the shape grid, the same for every axis. */
export interface ShapeBasis {
  /** Orthonormal polynomials of degree 0 to 3. */
  readonly polynomials: Rows;
  /** Unit hinges at `BREAK_SHARES`, orthogonal to constant and line. */
  readonly hinges: Rows;
  /** For every pair of breaks two orthonormal rows that span both hinges beside constant and line. */
  readonly hingePairs: Rows;
}

export function buildAxisMatrices(axis: EpochAxis, extent: FeatureExtent): AxisMatrices {
  const years = axis.years;
  const epochs = years.length;
  const span = spanYears(axis);
  const share = years.map((year) => year / span);
  const medianStepYears = medianStep(axis.days) / DAYS_PER_YEAR;
  const season = seasonRows(years);
  const one = new Float64Array(epochs).fill(1);
  const square = share.map((u) => u * u);
  const fineWidth = Math.max((0.5 * span) / SHAPE_GRID, 0.62 * medianStepYears);
  const { fit, waves } = seasonBasis(axis);
  const toFineGrid = localLinearSmoother(linspace(0, span, SHAPE_GRID), years, fineWidth);
  const longSmoother = longSmootherOf(years, medianStepYears);
  const hinges = unitHinges(share, EPOCH_BREAK_SHARES, orthonormalRows([one, share]));
  const bends = Array.from(CURVE_SHARES, (at) => hingeOf(share, at));
  const stepBasis = orthonormalRows([one, share, ...season, square, ...bends]);
  return {
    epochs,
    spanYears: span,
    medianStepYears,
    ownCourse: ownCourse(share),
    shortSmoother: thinSmoother(years, Math.max(0.07, 2.2 * medianStepYears)),
    longSmoother,
    combined: combineKinds({
      seasonFit: fit,
      waves,
      polynomials: afterSeason(asRows(orthonormalRows([one, share, square]), epochs), fit, waves),
      hinges: afterSeason(hinges, fit, waves),
      stepBasis: asRows(stepBasis, epochs),
    }),
    seasonGram: multiplyRows(waves, transposeRows(waves)),
    toShapeGrid: afterSeason(
      localLinearSmoother(linspace(0, span, SHAPE_GRID), years, shapeWidth(span, medianStepYears)),
      fit,
      waves,
    ),
    toFineGrid,
    longNodesToFineGrid: multiplyRows(toFineGrid, longSmoother.spread),
    steps: stepScan(stepBasis, 2 + season.length, axis.days, extent.stepPlaces),
    localSteps: localSteps(share),
  };
}

/** Over how many years slow motion is smoothed, as an eye does. */
export function shapeWidth(span: number, medianStepYears: number): number {
  return Math.min(Math.max(0.2, 3.5 * medianStepYears), 0.12 * span);
}

/** Rows that see a series only after its season has been taken out. */
export function afterSeason(rows: Rows, fit: Rows, waves: Rows): Rows {
  const seasons = multiplyRows(multiplyRows(rows, transposeRows(waves)), fit);
  return { ...rows, values: rows.values.map((value, i) => value - seasons.values[i]) };
}

function combineKinds(
  kinds: Readonly<Record<'seasonFit' | 'waves' | 'polynomials' | 'hinges' | 'stepBasis', Rows>>,
): CombinedRows {
  const { length } = kinds.seasonFit;
  let count = 0;
  const place = (rows: Rows): readonly [number, number] => {
    const start = count;
    count += rows.count;
    return [start, count];
  };
  const places = {
    seasonFit: place(kinds.seasonFit),
    waves: place(kinds.waves),
    polynomials: place(kinds.polynomials),
    hinges: place(kinds.hinges),
    stepBasis: place(kinds.stepBasis),
  };
  const values = new Float64Array(count * length);
  for (const kind of Object.keys(places) as (keyof typeof places)[]) {
    values.set(kinds[kind].values, places[kind][0] * length);
  }
  return { rows: { count, length, values }, ...places };
}

export function buildShapeBasis(): ShapeBasis {
  const powers = [0, 1, 2, 3].map((power) => SHAPE_SHARES.map((u) => u ** power));
  const line = orthonormalRows(powers.slice(0, 2));
  const hinges = unitHinges(SHAPE_SHARES, BREAK_SHARES, line);
  const pairs: Float64Array[] = [];
  PAIR_SHARES.forEach((first, index) => {
    for (const second of PAIR_SHARES.slice(index + 2)) {
      const rows = orthonormalRows([
        powers[0],
        powers[1],
        hingeOf(SHAPE_SHARES, first),
        hingeOf(SHAPE_SHARES, second),
      ]);
      pairs.push(rows.subarray(2 * SHAPE_GRID, 3 * SHAPE_GRID), rows.subarray(3 * SHAPE_GRID));
    }
  });
  return {
    polynomials: asRows(orthonormalRows(powers), SHAPE_GRID),
    hinges,
    hingePairs: rowsOf(pairs),
  };
}

/** Rows that fit the four annual and semi-annual coefficients of a series, and the four waves over the dates. */
export function seasonBasis(axis: EpochAxis): { readonly fit: Rows; readonly waves: Rows } {
  const season = seasonRows(axis.years);
  const span = spanYears(axis);
  const share = axis.years.map((year) => year / span);
  return { fit: seasonFit(share, season, span), waves: rowsOf(season) };
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
  const { values } = ridgeRows(columns, ridge);
  return asRows(values.subarray(trend.length * epochs), epochs);
}

function seasonRows(years: Float64Array): Float64Array[] {
  return [1, 2].flatMap((harmonic) => [
    years.map((year) => Math.cos(2 * Math.PI * harmonic * year)),
    years.map((year) => Math.sin(2 * Math.PI * harmonic * year)),
  ]);
}

/** Days from date to date. */
export function medianStep(days: Int32Array): number {
  const steps = Int32Array.from(days.subarray(1), (day, i) => day - days[i]).sort();
  return (steps[(steps.length - 1) >> 1] + steps[steps.length >> 1]) / 2;
}
