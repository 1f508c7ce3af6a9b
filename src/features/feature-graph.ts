import { declareConstant, type Tensor } from '../network/graph.js';
import { sigmoid, tanh } from '../network/ops/activation.js';
import {
  absolute,
  add,
  divide,
  logarithm,
  multiply,
  negate,
  square,
  squareRoot,
  subtract,
  unary,
} from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { argMax, gather, gatherElements, maximum, minimum } from '../network/ops/selection.js';
import { concat, reshape } from '../network/ops/shape.js';
import { float32Tensor } from '../network/tensor.js';
import {
  type AxisMatrices,
  BREAK_SHARES,
  buildShapeBasis,
  type Rows,
  SHAPE_GRID,
  type StepScan,
} from './axis-matrices.js';
import {
  applyRows,
  applySmoother,
  clipTo,
  columns,
  combineRows,
  joinWindows,
  lagDifference,
  logPlus,
  placesOf,
  ratioPlus,
  rowMax,
  rowMean,
  rowMeanAbsolute,
  rowMin,
  rowRange,
  rowRootMeanSquare,
  rowSum,
  rowSumOfSquares,
  rowVector,
  shiftBack,
  suffixSum,
  withoutBasis,
} from './graph-rows.js';
import type { Smoother } from './smoother.js';

/** sqrt(pi / 2): turns the mean absolute value of normal noise into its standard deviation. */
const NORMAL_PER_ABSOLUTE = 1.2533;
/** Keeps logarithms of vanishing sizes finite; in units of the material size, about 0.3 mm. */
const SMALL = 0.06;

export interface FeatureSettings {
  /** What counts as material, mm: every length is measured in it. */
  readonly materialMm: number;
  /** Half a wavelength, mm. */
  readonly cycleMm: number;
}

/** The front end of the networks: numbers that describe a series whatever its dates. */
export interface FeatureTensors {
  /** [batch, names.length] */
  readonly features: Tensor;
  readonly names: readonly string[];
  /** [batch, SHAPE_GRID, GRID_CHANNELS]: the series as seen on a regular grid of normalised time. */
  readonly grid: Tensor;
}

export const GRID_CHANNELS = 7;

/** Named [batch, 1] columns in the order they were measured. */
type Features = Map<string, Tensor>;

/**
 * Appends the front end to a graph: from displacements [batch, epochs] in mm, gaps filled, to features and grid.
 *
 * Only matrix products, elementwise functions and reductions along a row; see docs/model.md for what each is for.
 */
export function appendFeatures(
  displacement: Tensor,
  matrices: AxisMatrices,
  settings: FeatureSettings,
): FeatureTensors {
  const cycle = settings.cycleMm / settings.materialMm;
  const scaled = multiply(displacement, 1 / settings.materialMm);
  const y = subtract(scaled, rowMean(scaled));
  const features: Features = new Map();

  const robust = smoothRobustly(y, matrices.shortSmoother);
  const season = applyRows(robust.clipped, 'season_fit', matrices.seasonFit);
  features.set('annual', squareRoot(rowSumOfSquares(columns(season, 0, 2))));
  features.set('semiannual', squareRoot(rowSumOfSquares(columns(season, 2, 4))));
  const seasonFree = subtract(robust.clipped, applyRows(season, 'season_back', matrices.seasonBack));

  const shape = measureShape(seasonFree, matrices, features);
  measureEvidence(seasonFree, subtract(robust.clipped, robust.smooth), matrices, features);
  const rest = subtract(y, applySmoother(robust.clipped, 'long_smoother', matrices.longSmoother));
  measureExcursions(rest, cycle, features);
  measureShifts(y, features);
  measureSteps(y, robust.clipped, matrices.stepsBesideLine, cycle, 'line', features);
  measureSteps(y, robust.clipped, matrices.stepsBesideParabola, cycle, 'parabola', features);
  measureNoise(y, robust, rest, shape.lineRest, features);
  const zero = multiply(rowMean(y), 0);
  features.set('span', add(zero, Math.log(matrices.spanYears / 4)));
  features.set('dates', add(zero, Math.log(matrices.epochs / 200)));
  features.set('step', add(zero, Math.log(matrices.medianStepYears * 30)));
  features.set('cycle', add(zero, Math.log(cycle / 5.5)));

  return {
    features: concat([...features.values()], 1),
    names: [...features.keys()],
    grid: drawGrid(y, rest, shape, matrices),
  };
}

interface RobustSeries {
  /** The series with what stands out by more than 2.5 sigma brought back. */
  readonly clipped: Tensor;
  readonly smooth: Tensor;
  readonly sigma: Tensor;
}

/** Smooths, clips what stands out, and does both once more. */
function smoothRobustly(y: Tensor, smoother: Smoother): RobustSeries {
  const first = applySmoother(y, 'short_smoother_0', smoother);
  const firstRest = subtract(y, first);
  const firstSigma = multiply(rowMeanAbsolute(firstRest), NORMAL_PER_ABSOLUTE);
  const tamed = add(first, clipTo(firstRest, multiply(firstSigma, 2.5)));
  const smooth = applySmoother(tamed, 'short_smoother_1', smoother);
  const rest = subtract(y, smooth);
  const sigma = multiply(rowMeanAbsolute(clipTo(rest, multiply(firstSigma, 3))), NORMAL_PER_ABSOLUTE);
  const clipped = add(smooth, clipTo(rest, multiply(sigma, 2.5)));
  return { clipped, smooth, sigma: maximum(sigma, 0.02) };
}

interface Shape {
  readonly smooth: Tensor;
  readonly range: Tensor;
  readonly lineRest: Tensor;
  readonly parabolaRest: Tensor;
}

/** How the slow motion is shaped: range, sag, and what polynomials and hinges leave of it, on the shape grid. */
function measureShape(seasonFree: Tensor, matrices: AxisMatrices, features: Features): Shape {
  const basis = buildShapeBasis();
  const gridded = applyRows(seasonFree, 'to_shape_grid', matrices.toShapeGrid);
  const smooth = subtract(gridded, rowMean(gridded));
  const range = rowRange(smooth);
  const coefficients = applyRows(smooth, 'polynomials', basis.polynomials);
  const restOf = (degree: number) =>
    withoutBasis(
      smooth,
      columns(coefficients, 0, degree + 1),
      `polynomials_to_${degree}`,
      firstRows(basis.polynomials, degree + 1),
    );
  const lineRest = restOf(1);
  const parabolaRest = restOf(2);
  const cubicRest = restOf(3);

  const scores = applyRows(lineRest, 'shape_hinges', basis.hinges);
  const best = argMax(absolute(scores), 1);
  const score = gatherElements(scores, reshape(best, [scores.shape[0], 1]), 1);
  const hinge = multiply(gather(matrixOf(scores, 'hinge_shapes', basis.hinges), best, 0), score);
  const hingeRest = subtract(lineRest, hinge);
  const pairScores = square(applyRows(lineRest, 'hinge_pairs', basis.hingePairs));
  const pairs = basis.hingePairs.count / 2;
  const pairGain = reduceSum(reshape(pairScores, [pairScores.shape[0], pairs, 2]), [2]);
  const twoHingeRest = maximum(subtract(rowSumOfSquares(lineRest), rowMax(pairGain)), 0);

  const lineEnds = basis.polynomials.values[2 * SHAPE_GRID - 1] - basis.polynomials.values[SHAPE_GRID];
  const drift = multiply(columns(coefficients, 1, 2), lineEnds);
  const parabola = combineRows(columns(coefficients, 2, 3), 'parabola_shape', row(basis.polynomials, 2));
  const sags = { parabola: rowRange(parabola), hinge: rowRange(hinge) };

  features.set('log_range', logPlus(range, SMALL));
  features.set('range', tanh(multiply(range, 1 / 1.5)));
  features.set('drift_share', ratioPlus(absolute(drift), range, 0.1));
  features.set('log_drift', logPlus(absolute(drift), SMALL));
  for (const [name, sag] of Object.entries(sags)) features.set(`log_sag_${name}`, logPlus(sag, SMALL));
  for (const [name, sag] of Object.entries(sags))
    features.set(`sag_share_${name}`, ratioPlus(sag, range, 0.2));
  const rests = { line: lineRest, parabola: parabolaRest, cubic: cubicRest, hinge: hingeRest };
  const logs: Record<string, Tensor> = {};
  for (const [name, rest] of Object.entries(rests)) {
    logs[name] = logPlus(rowRootMeanSquare(rest), SMALL);
    const restRange = rowRange(rest);
    features.set(`log_rest_${name}`, logs[name]);
    features.set(`log_rest_range_${name}`, logPlus(restRange, SMALL));
    features.set(`rest_share_${name}`, ratioPlus(restRange, range, 0.3));
  }
  logs.twoHinges = logPlus(squareRoot(multiply(twoHingeRest, 1 / SHAPE_GRID)), SMALL);
  features.set('log_rest_two_hinges', logs.twoHinges);
  for (const [left, right] of [
    ['hinge', 'parabola'],
    ['hinge', 'cubic'],
    ['twoHinges', 'hinge'],
    ['parabola', 'line'],
    ['hinge', 'line'],
    ['cubic', 'parabola'],
  ]) {
    features.set(`rest_${left}_against_${right}`, subtract(logs[left], logs[right]));
  }

  const breakTable = declareConstant(
    scores.graph,
    'break_shares',
    float32Tensor(Float32Array.from(BREAK_SHARES), [BREAK_SHARES.length]),
  );
  const breakShare = reshape(gather(breakTable, best, 0), [scores.shape[0], 1]);
  features.set('break_off_centre', absolute(subtract(breakShare, 0.5)));
  const line = combineRows(columns(coefficients, 0, 2), 'line_shapes', firstRows(basis.polynomials, 2));
  const fit = add(line, hinge);
  const before = multiply(subtract(columns(fit, 1, 2), columns(fit, 0, 1)), SHAPE_GRID);
  const after = multiply(
    subtract(columns(fit, SHAPE_GRID - 1, SHAPE_GRID), columns(fit, SHAPE_GRID - 2, SHAPE_GRID - 1)),
    SHAPE_GRID,
  );
  const slower = minimum(absolute(before), absolute(after));
  const faster = maximum(absolute(before), absolute(after));
  features.set(
    'rate_ratio',
    multiply(ratioPlus(slower, faster, 0.3), unary('Sign', multiply(before, after))),
  );
  features.set('log_rate_change', logPlus(absolute(subtract(after, before)), SMALL));
  features.set('monotony', ratioPlus(absolute(drift), rowSum(absolute(lagDifference(smooth, 1))), 0.2));
  const bend = absolute(lagDifference(lagDifference(smooth, 4), 4));
  features.set('bend_peak', ratioPlus(rowMax(bend), rowMean(bend), 0.1));
  features.set('log_bend_peak', logPlus(rowMax(bend), SMALL));
  return { smooth, range, lineRest, parabolaRest };
}

/** Log ratios of residual sums of squares of the competing models on the dates themselves. */
function measureEvidence(seasonFree: Tensor, rest: Tensor, matrices: AxisMatrices, features: Features): void {
  const centred = subtract(seasonFree, rowMean(seasonFree));
  const noise = maximum(multiply(rowMeanAbsolute(rest), NORMAL_PER_ABSOLUTE), 0.05);
  const coefficients = square(applyRows(centred, 'parabola_basis', matrices.parabolaBasis));
  const total = rowSumOfSquares(centred);
  const line = maximum(subtract(total, rowSum(columns(coefficients, 0, 2))), 1e-3);
  const parabola = maximum(subtract(line, columns(coefficients, 2, 3)), 1e-3);
  const hingeGain = rowMax(square(applyRows(centred, 'hinges', matrices.hinges)));
  const hinge = maximum(subtract(line, hingeGain), 1e-3);
  features.set('evidence_line', logPlus(divide(total, line), 1e-3));
  features.set('evidence_parabola', logarithm(divide(line, parabola)));
  features.set('evidence_hinge', logarithm(divide(line, hinge)));
  features.set('evidence_hinge_against_parabola', logarithm(divide(parabola, hinge)));
  features.set(
    'log_motion_to_noise',
    logPlus(divide(squareRoot(multiply(line, 1 / matrices.epochs)), noise), 1),
  );
}

/** Excursions from the slow motion that last: the best minimum over 2, 3, 5 and 8 dates, either way. */
function measureExcursions(rest: Tensor, cycle: number, features: Features): void {
  const size = absolute(rest);
  features.set('log_largest_rest', logPlus(rowMax(size), 1));
  const up = lastingMinima(rest);
  const down = lastingMinima(negate(rest));
  for (const dates of LASTING_DATES) {
    const either = maximum(rowMax(up[dates]), rowMax(down[dates]));
    const both = minimum(rowMax(up[dates]), rowMax(down[dates]));
    features.set(`excursion_${dates}`, logPlus(maximum(either, 0), 0.2));
    features.set(`excursion_${dates}_both_ways`, logPlus(maximum(both, 0), 0.2));
  }
  for (const share of [0.4, 0.25]) {
    const beyond = sigmoid(multiply(subtract(size, share * cycle), 1 / 0.3));
    features.set(`share_beyond_${share}_cycle`, logPlus(rowMean(beyond), 0.003));
  }
  const lasting = maximum(subtract(maximum(up[3], down[3]), 0.35 * cycle), 0);
  features.set('lasting_excursions', logPlus(rowMean(lasting), 0.003));
}

const LASTING_DATES = [2, 3, 5, 8] as const;
/** Stands for what is missing after the last date, so that no window that ends there counts. */
const FAR_BELOW = -1e9;

/** Minimum of every date and those after it, by how many dates are taken; far below zero where the row ends before. */
function lastingMinima(x: Tensor): Record<(typeof LASTING_DATES)[number], Tensor> {
  const two = minimum(x, shiftBack(x, 1, FAR_BELOW));
  const three = minimum(two, shiftBack(two, 1, FAR_BELOW));
  const five = minimum(three, shiftBack(three, 2, FAR_BELOW));
  return { 2: two, 3: three, 5: five, 8: minimum(five, shiftBack(five, 3, FAR_BELOW)) };
}

/** Differences of means over some dates before and after every date. */
function measureShifts(y: Tensor, features: Features): void {
  const two = joinWindows(add, y, 1, y, 1, 2);
  const four = joinWindows(add, two, 2, two, 2, 4);
  const eight = joinWindows(add, four, 4, four, 4, 8);
  const ten = joinWindows(add, eight, 8, two, 2, 10);
  for (const [dates, sums] of [
    [4, four],
    [10, ten],
  ] as const) {
    const difference = multiply(lagDifference(sums, dates), 1 / dates);
    const shift = subtract(difference, rowMean(difference));
    const largest = rowMax(absolute(shift));
    features.set(`log_shift_${dates}`, logPlus(largest, SMALL));
    features.set(`shift_${dates}_to_spread`, ratioPlus(largest, rowRootMeanSquare(shift), 0.1));
    const both = maximum(minimum(rowMax(shift), negate(rowMin(shift))), 0);
    features.set(`log_shift_${dates}_both_ways`, logPlus(both, SMALL));
  }
}

/** How much of the residual a step of exactly one cycle explains, beside a line or parabola and season. */
function measureSteps(
  y: Tensor,
  clipped: Tensor,
  scan: StepScan,
  cycle: number,
  base: string,
  features: Features,
): void {
  const explained = rowSumOfSquares(applyRows(clipped, `step_base_${base}`, scan.basis));
  const residual = subtract(rowSumOfSquares(clipped), explained);
  const cost = rowVector(
    y,
    `step_cost_${base}`,
    scan.squaredNorms.map((norm) => cycle * cycle * norm),
  );
  // A step times the series is the sum of what follows it; what the basis explains of both is taken off.
  const following = gather(suffixSum(y), placesOf(y, `step_places_${base}`, scan.places), 1);
  const onBasis = applyRows(y, `step_basis_${base}`, scan.basis);
  const shared = applyRows(onBasis, `step_coefficients_${base}`, scan.coefficients);
  const scores = absolute(subtract(following, shared));
  const gain = rowMax(subtract(multiply(scores, 2 * cycle), cost));
  const left = maximum(subtract(residual, gain), add(multiply(residual, 0.05), 0.05));
  features.set(`cycle_step_beside_${base}`, subtract(logarithm(maximum(residual, 0.1)), logarithm(left)));
}

function measureNoise(
  y: Tensor,
  robust: RobustSeries,
  rest: Tensor,
  lineRest: Tensor,
  features: Features,
): void {
  const differences = multiply(rowMeanAbsolute(lagDifference(y, 1)), NORMAL_PER_ABSOLUTE / Math.SQRT2);
  const logDifferences = logPlus(differences, 0.03);
  features.set('log_noise', logarithm(robust.sigma));
  features.set('log_difference_noise', logDifferences);
  features.set('colour', subtract(logPlus(rowRootMeanSquare(lineRest), 0.05), logDifferences));
  const clipped = clipTo(subtract(y, robust.smooth), multiply(robust.sigma, 3));
  const epochs = clipped.shape[1] as number;
  const half = Math.floor(epochs / 2);
  const lagged = multiply(columns(clipped, 1, epochs), columns(clipped, 0, epochs - 1));
  features.set('autocorrelation', divide(rowMean(lagged), add(rowMean(square(clipped)), 1e-6)));
  const early = logPlus(rowMeanAbsolute(columns(clipped, 0, half)), 0.02);
  const late = logPlus(rowMeanAbsolute(columns(clipped, half, epochs)), 0.02);
  features.set('noise_growth', subtract(late, early));
  const peakedness = subtract(
    logPlus(rowMean(square(rest)), 0.01),
    multiply(logPlus(rowMeanAbsolute(rest), 0.05), 2),
  );
  features.set('peakedness', peakedness);
}

/** Seven views of the series on the regular grid of the network, last axis the view. */
function drawGrid(y: Tensor, rest: Tensor, shape: Shape, matrices: AxisMatrices): Tensor {
  const raw = applyRows(y, 'to_fine_grid', matrices.toFineGrid);
  const rough = applyRows(rest, 'to_fine_grid_rest', matrices.toFineGrid);
  const size = add(shape.range, 0.4);
  const views = [
    tanh(multiply(subtract(raw, rowMean(raw)), 1 / 5)),
    multiply(divide(shape.smooth, size), 2),
    divide(shape.lineRest, add(multiply(size, 0.25), 0.3)),
    divide(shape.parabolaRest, add(multiply(size, 0.15), 0.3)),
    tanh(multiply(rough, 1 / 3)),
    tanh(shape.lineRest),
    tanh(multiply(shape.smooth, 1 / 2)),
  ];
  return concat(
    views.map((view) => reshape(view, [...view.shape, 1])),
    2,
  );
}

function matrixOf(like: Tensor, name: string, rows: Rows): Tensor {
  return declareConstant(
    like.graph,
    name,
    float32Tensor(Float32Array.from(rows.values), [rows.count, rows.length]),
  );
}

function firstRows({ length, values }: Rows, count: number): Rows {
  return { count, length, values: values.subarray(0, count * length) };
}

function row({ length, values }: Rows, index: number): Rows {
  return { count: 1, length, values: values.subarray(index * length, (index + 1) * length) };
}
