import { orthonormalRows } from '../kinematics/orthonormal-basis.js';
import type { Tensor } from '../network/graph.js';
import { absolute, add, multiply, negate, square, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { afterSeason, medianStep, seasonBasis, shapeWidth } from './axis-matrices.js';
import { createFeatureColumns, type FeatureColumns, SMALL } from './feature-columns.js';
import type { FeatureSettings } from './feature-graph.js';
import {
  applyRows,
  columns,
  combineRows,
  firstRows,
  lagDifference,
  ratioPlus,
  rowMax,
  rowMean,
  rowMin,
  rowRange,
  rowRootMeanSquare,
  rowSum,
  rowSumOfSquares,
  rowVector,
  shiftBack,
} from './graph-rows.js';
import { endStepsOverDates } from './local-steps.js';
import { asRows, joinRows, linspace, type Rows, scaleRows } from './rows.js';
import { localLinearSmoother, longSmootherOf } from './smoother.js';
import { stepScan } from './step-scan.js';

/** Points of normalised time on which the slow motion is seen: half of those of the full features. */
const GRID = 32;
const GRID_SHARES = linspace(0, 1, GRID);
const STEP_PLACES = 61;
/** Constant, line and four waves of the season: steps are looked for beside these. */
const LINE_AND_SEASON = 6;

/**
 * The features of a sieve: what tells an ordinary series, that stands still or moves steadily, from one that needs a closer
 * look. Nearly all of it comes from one product with the series; nothing is
 * clipped, since a series that would have to be is none that the sieve may decide.
 *
 * @param displacement [batch, epochs] in mm, gaps filled
 */
export function appendSieveFeatures(
  displacement: Tensor,
  axis: EpochAxis,
  { materialMm, cycleMm }: FeatureSettings,
): { readonly features: Tensor; readonly names: readonly string[] } {
  const span = spanYears(axis);
  const share = axis.years.map((year) => year / span);
  const step = medianStep(axis.days) / DAYS_PER_YEAR;
  const cycle = cycleMm / materialMm;
  const { fit, waves } = seasonBasis(axis);
  const scan = stepScan(lineAndSeason(share, waves), LINE_AND_SEASON, axis.days, STEP_PLACES);
  const toGrid = localLinearSmoother(linspace(0, span, GRID), axis.years, shapeWidth(span, step));
  const kinds = [
    afterSeason(toGrid, fit, waves),
    fit,
    firstRows(scan.rows, scan.besideLine.length),
    endStepsOverDates(share),
  ];
  const measured = applyRows(displacement, 'sieve', scaleRows(kinds.reduce(joinRows), 1 / materialMm));
  const ends = kinds.map((_, kind) => kinds.slice(0, kind + 1).reduce((sum, { count }) => sum + count, 0));
  const [grid, season, steps, endSteps] = kinds.map(({ count }, kind) =>
    columns(measured, ends[kind] - count, ends[kind]),
  );
  const features = createFeatureColumns();
  features.addLog('annual', rowSumOfSquares(season), SMALL);
  measureSlowMotion(grid, features);
  measureRest(displacement, axis.years, step, materialMm, features);
  measureSteps(steps, scan.besideLine, cycle, features);
  features.addLog('step_at_end', rowMax(absolute(endSteps)), SMALL);
  features.addFixed('span', Math.log(span / 4));
  features.addFixed('dates', Math.log(axis.days.length / 200));
  features.addFixed('step', Math.log(step * 30));
  features.addFixed('cycle', Math.log(cycle / 5.5));
  return features.finish();
}

function lineAndSeason(share: Float64Array, waves: Rows): Float64Array {
  const { count, length, values } = waves;
  const season = Array.from({ length: count }, (_, k) => values.subarray(k * length, (k + 1) * length));
  return orthonormalRows([new Float64Array(length).fill(1), share, ...season]);
}

/** Range, drift and sag of the motion on the grid, and what polynomials leave of it. */
function measureSlowMotion(grid: Tensor, features: FeatureColumns): void {
  const powers = [0, 1, 2, 3].map((power) => GRID_SHARES.map((u) => u ** power));
  const basis = asRows(orthonormalRows(powers), GRID);
  const motion = subtract(grid, rowMean(grid));
  const coefficients = applyRows(motion, 'sieve_polynomials', basis);
  const range = rowRange(motion);
  const lineEnds = basis.values[2 * GRID - 1] - basis.values[GRID];
  const drift = multiply(absolute(columns(coefficients, 1, 2)), lineEnds);
  features.addLog('log_range', range, SMALL);
  features.addLog('log_drift', drift, SMALL);
  features.addLog('log_sag', absolute(columns(coefficients, 2, 3)), SMALL);
  features.add('drift_share', ratioPlus(drift, range, 0.1));
  for (const [degree, name] of ['line', 'parabola', 'cubic'].entries()) {
    const terms = degree + 2;
    const fitted = combineRows(columns(coefficients, 0, terms), `sieve_${name}`, firstRows(basis, terms));
    const rest = subtract(motion, fitted);
    const restRange = rowRange(rest);
    features.addLog(`log_rest_${name}`, rowRootMeanSquare(rest), SMALL);
    features.addLog(`log_rest_range_${name}`, restRange, SMALL);
    features.add(`rest_share_${name}`, ratioPlus(restRange, range, 0.3));
  }
  features.add('monotony', ratioPlus(drift, rowSum(absolute(lagDifference(motion, 1))), 0.2));
  const bend = absolute(lagDifference(lagDifference(motion, 2), 2));
  features.addLog('log_bend_peak', rowMax(bend), SMALL);
}

/** What stands out of the slow motion for a date or for three, and the noise from date to date. */
function measureRest(
  displacement: Tensor,
  years: Float64Array,
  step: number,
  materialMm: number,
  features: FeatureColumns,
): void {
  const epochs = years.length;
  const inMaterial = (x: Tensor) => multiply(x, 1 / materialMm);
  const { gather, spread } = longSmootherOf(years, step);
  const nodes = applyRows(displacement, 'sieve_gather', gather);
  // The runtime does such a sum within the product.
  const rest = add(applyRows(nodes, 'sieve_spread', scaleRows(spread, -1)), displacement);
  const size = absolute(rest);
  features.addLog('log_largest_rest', inMaterial(rowMax(size)), 1);
  features.addLog('log_mean_rest', inMaterial(rowMean(size)), 0.03);
  features.addLog('log_root_mean_square_rest', inMaterial(squareRoot(rowMean(square(rest)))), 0.03);
  const three = add(add(rest, shiftBack(rest, 1, 0)), shiftBack(rest, 2, 0));
  const up = inMaterial(rowMax(three));
  const down = inMaterial(negate(rowMin(three)));
  features.addLog('excursion', maximum(up, down), 0.2);
  features.addLog('excursion_both_ways', maximum(minimum(up, down), 0), 0.2);
  // The last difference is that to the nothing after the last date, and is taken off again.
  const last = absolute(columns(displacement, epochs - 1, epochs));
  const changes = rowSum(absolute(subtract(shiftBack(displacement, 1, 0), displacement)));
  const noise = multiply(maximum(subtract(changes, last), 0), 1 / (epochs - 1));
  features.addLog('log_difference_noise', inMaterial(noise), 0.03);
}

/** The step that explains most, and how much one of exactly a cycle explains at best. */
function measureSteps(
  steps: Tensor,
  squaredNorms: Float64Array,
  cycle: number,
  features: FeatureColumns,
): void {
  const sizes = absolute(steps);
  const perNorm = squaredNorms.map((norm) => 1 / Math.sqrt(norm));
  features.addLog('log_step', rowMax(multiply(sizes, rowVector(steps, 'step_norms', perNorm))), 1);
  const costs = squaredNorms.map((norm) => cycle * cycle * norm);
  const gain = rowMax(subtract(multiply(sizes, 2 * cycle), rowVector(steps, 'step_costs', costs)));
  features.addLog('cycle_step', maximum(gain, 0), 1);
}
