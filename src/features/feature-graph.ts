import { declareConstant, type Tensor } from '../network/graph.js';
import { sigmoid, tanh } from '../network/ops/activation.js';
import {
  absolute,
  add,
  divide,
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
import { float32Tensor, knownSize } from '../network/tensor.js';
import {
  type AxisMatrices,
  BREAK_SHARES,
  buildShapeBasis,
  type Rows,
  SHAPE_GRID,
  type StepScan,
} from './axis-matrices.js';
import { createFeatureColumns, type FeatureColumns, type LogColumn } from './feature-columns.js';
import {
  applyRows,
  applySmoother,
  clipTo,
  columns,
  combineRows,
  lagDifference,
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
  const features = createFeatureColumns();

  const robust = smoothRobustly(y, matrices.shortSmoother);
  const { combined } = matrices;
  const measured = applyRows(robust.clipped, 'combined', combined.rows);
  const partOf = ([start, end]: readonly [number, number]) => columns(measured, start, end);
  const season = partOf(combined.seasonFit);
  features.add('annual', squareRoot(rowSumOfSquares(columns(season, 0, 2))));
  features.add('semiannual', squareRoot(rowSumOfSquares(columns(season, 2, 4))));

  const shape = measureShape(applyRows(robust.clipped, 'to_shape_grid', matrices.toShapeGrid), features);
  const clippedSquares = rowSumOfSquares(robust.clipped);
  // |x - Ws|^2 = |x|^2 - s'(2 W'x - W'W s): the series without its season itself is not needed.
  const seasonSquares = rowSum(
    multiply(
      season,
      subtract(multiply(partOf(combined.waves), 2), applyRows(season, 'season_gram', matrices.seasonGram)),
    ),
  );
  measureEvidence(
    {
      squares: subtract(clippedSquares, seasonSquares),
      polynomials: square(partOf(combined.polynomials)),
      hingeGain: rowMax(square(partOf(combined.hinges))),
      noise: robust.clippedNoise,
    },
    matrices.epochs,
    features,
  );
  const nodes = applyRows(robust.clipped, 'long_smoother_gather', matrices.longSmoother.gather);
  const rest = subtract(y, applyRows(nodes, 'long_smoother_spread', matrices.longSmoother.spread));
  const restSize = absolute(rest);
  measureExcursions(rest, restSize, cycle, features);
  const next = shiftBack(y, 1, 0);
  measureShifts(y, next, features);
  measureSteps(y, clippedSquares, square(partOf(combined.stepBasis)), matrices.steps, cycle, features);
  measureNoise(y, next, robust, { rest, size: restSize }, shape.lineRest, features);
  features.addFixed('span', Math.log(matrices.spanYears / 4));
  features.addFixed('dates', Math.log(matrices.epochs / 200));
  features.addFixed('step', Math.log(matrices.medianStepYears * 30));
  features.addFixed('cycle', Math.log(cycle / 5.5));

  const raw = applyRows(y, 'to_fine_grid', matrices.toFineGrid);
  const rough = subtract(raw, applyRows(nodes, 'long_nodes_to_fine_grid', matrices.longNodesToFineGrid));
  return { ...features.finish(), grid: drawGrid(raw, rough, shape) };
}

interface RobustSeries {
  /** The series with what stands out by more than 2.5 sigma brought back. */
  readonly clipped: Tensor;
  /** The series beside its smooth course, and its absolute values. */
  readonly rest: Tensor;
  readonly restSize: Tensor;
  readonly sigma: Tensor;
  /** Sigma of what the clipped series leaves of the smooth course. */
  readonly clippedNoise: Tensor;
}

/** Smooths, clips what stands out, and does both once more. */
function smoothRobustly(y: Tensor, smoother: Smoother): RobustSeries {
  const first = applySmoother(y, 'short_smoother_0', smoother);
  const firstRest = subtract(y, first);
  const firstSigma = multiply(rowMeanAbsolute(firstRest), NORMAL_PER_ABSOLUTE);
  const tamed = add(first, clipTo(firstRest, multiply(firstSigma, 2.5)));
  const smooth = applySmoother(tamed, 'short_smoother_1', smoother);
  const rest = subtract(y, smooth);
  const restSize = absolute(rest);
  const sigma = multiply(rowMean(minimum(restSize, multiply(firstSigma, 3))), NORMAL_PER_ABSOLUTE);
  const limit = multiply(sigma, 2.5);
  return {
    clipped: add(smooth, clipTo(rest, limit)),
    rest,
    restSize,
    sigma: maximum(sigma, 0.02),
    clippedNoise: multiply(rowMean(minimum(restSize, limit)), NORMAL_PER_ABSOLUTE),
  };
}

interface Shape {
  readonly smooth: Tensor;
  readonly range: Tensor;
  readonly lineRest: Tensor;
  readonly parabolaRest: Tensor;
}

/** How the slow motion is shaped: range, sag, and what polynomials and hinges leave of it, on the shape grid. */
function measureShape(gridded: Tensor, features: FeatureColumns): Shape {
  const basis = buildShapeBasis();
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

  features.addLog('log_range', range, SMALL);
  features.add('range', tanh(multiply(range, 1 / 1.5)));
  features.add('drift_share', ratioPlus(absolute(drift), range, 0.1));
  features.addLog('log_drift', absolute(drift), SMALL);
  for (const [name, sag] of Object.entries(sags)) features.addLog(`log_sag_${name}`, sag, SMALL);
  for (const [name, sag] of Object.entries(sags))
    features.add(`sag_share_${name}`, ratioPlus(sag, range, 0.2));
  const rests = { line: lineRest, parabola: parabolaRest, cubic: cubicRest, hinge: hingeRest };
  const logs: Record<string, LogColumn> = {};
  for (const [name, rest] of Object.entries(rests)) {
    const restRange = rowRange(rest);
    logs[name] = features.addLog(`log_rest_${name}`, rowRootMeanSquare(rest), SMALL);
    features.addLog(`log_rest_range_${name}`, restRange, SMALL);
    features.add(`rest_share_${name}`, ratioPlus(restRange, range, 0.3));
  }
  const twoHingeSize = squareRoot(multiply(twoHingeRest, 1 / SHAPE_GRID));
  logs.twoHinges = features.addLog('log_rest_two_hinges', twoHingeSize, SMALL);
  for (const [left, right] of [
    ['hinge', 'parabola'],
    ['hinge', 'cubic'],
    ['twoHinges', 'hinge'],
    ['parabola', 'line'],
    ['hinge', 'line'],
    ['cubic', 'parabola'],
  ]) {
    features.addLogs(`rest_${left}_against_${right}`, [logs[left], 1], [logs[right], -1]);
  }

  const breakTable = declareConstant(
    scores.graph,
    'break_shares',
    float32Tensor(Float32Array.from(BREAK_SHARES), [BREAK_SHARES.length]),
  );
  const breakShare = reshape(gather(breakTable, best, 0), [scores.shape[0], 1]);
  features.add('break_off_centre', absolute(subtract(breakShare, 0.5)));
  const line = combineRows(columns(coefficients, 0, 2), 'line_shapes', firstRows(basis.polynomials, 2));
  const fit = add(line, hinge);
  const before = multiply(subtract(columns(fit, 1, 2), columns(fit, 0, 1)), SHAPE_GRID);
  const after = multiply(
    subtract(columns(fit, SHAPE_GRID - 1, SHAPE_GRID), columns(fit, SHAPE_GRID - 2, SHAPE_GRID - 1)),
    SHAPE_GRID,
  );
  const slower = minimum(absolute(before), absolute(after));
  const faster = maximum(absolute(before), absolute(after));
  features.add(
    'rate_ratio',
    multiply(ratioPlus(slower, faster, 0.3), unary('Sign', multiply(before, after))),
  );
  features.addLog('log_rate_change', absolute(subtract(after, before)), SMALL);
  features.add('monotony', ratioPlus(absolute(drift), rowSum(absolute(lagDifference(smooth, 1))), 0.2));
  const bend = absolute(lagDifference(lagDifference(smooth, 4), 4));
  features.add('bend_peak', ratioPlus(rowMax(bend), rowMean(bend), 0.1));
  features.addLog('log_bend_peak', rowMax(bend), SMALL);
  return { smooth, range, lineRest, parabolaRest };
}

interface Evidence {
  /** Sum of squares of the series without season, and what each polynomial and the best hinge explain of it. */
  readonly squares: Tensor;
  readonly polynomials: Tensor;
  readonly hingeGain: Tensor;
  readonly noise: Tensor;
}

/** Log ratios of residual sums of squares of the competing models on the dates themselves. */
function measureEvidence(evidence: Evidence, epochs: number, features: FeatureColumns): void {
  const { squares, polynomials, hingeGain, noise } = evidence;
  const total = maximum(subtract(squares, columns(polynomials, 0, 1)), 1e-3);
  const line = maximum(subtract(total, columns(polynomials, 1, 2)), 1e-3);
  const parabola = features.log(maximum(subtract(line, columns(polynomials, 2, 3)), 1e-3));
  const hinge = features.log(maximum(subtract(line, hingeGain), 1e-3));
  const logLine = features.log(line);
  features.addLog('evidence_line', divide(total, line), 1e-3);
  features.addLogs('evidence_parabola', [logLine, 1], [parabola, -1]);
  features.addLogs('evidence_hinge', [logLine, 1], [hinge, -1]);
  features.addLogs('evidence_hinge_against_parabola', [parabola, 1], [hinge, -1]);
  const size = squareRoot(multiply(line, 1 / epochs));
  features.addLog('log_motion_to_noise', divide(size, maximum(noise, 0.05)), 1);
}

/** Excursions from the slow motion that last: the best minimum over 2, 3, 5 and 8 dates, either way. */
function measureExcursions(rest: Tensor, size: Tensor, cycle: number, features: FeatureColumns): void {
  features.addLog('log_largest_rest', rowMax(size), 1);
  const up = lastingMinima(rest);
  const down = lastingMinima(negate(rest));
  for (const dates of LASTING_DATES) {
    const upwards = rowMax(up[dates]);
    const downwards = rowMax(down[dates]);
    const either = maximum(upwards, downwards);
    const both = minimum(upwards, downwards);
    features.addLog(`excursion_${dates}`, maximum(either, 0), 0.2);
    features.addLog(`excursion_${dates}_both_ways`, maximum(both, 0), 0.2);
  }
  for (const share of [0.4, 0.25]) {
    const beyond = sigmoid(multiply(subtract(size, share * cycle), 1 / 0.3));
    features.addLog(`share_beyond_${share}_cycle`, rowMean(beyond), 0.003);
  }
  const lasting = maximum(subtract(maximum(up[3], down[3]), 0.35 * cycle), 0);
  features.addLog('lasting_excursions', rowMean(lasting), 0.003);
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

/** Differences of means over some dates before and after every date; `next` is the series one date on. */
function measureShifts(y: Tensor, next: Tensor, features: FeatureColumns): void {
  const two = add(y, next);
  const four = add(two, shiftBack(two, 2, 0));
  const fourLater = shiftBack(four, 4, 0);
  const ten = add(add(four, fourLater), shiftBack(two, 8, 0));
  measureShift(subtract(fourLater, four), 4, features);
  measureShift(subtract(shiftBack(ten, 10, 0), ten), 10, features);
}

/** `differences`: sums over so many dates less those over as many before; sums cut short at the end do not count. */
function measureShift(differences: Tensor, dates: number, features: FeatureColumns): void {
  const whole = columns(differences, 0, (differences.shape[1] as number) - 2 * dates + 1);
  const mean = rowMean(whole);
  const up = multiply(subtract(rowMax(whole), mean), 1 / dates);
  const down = multiply(subtract(mean, rowMin(whole)), 1 / dates);
  const variance = maximum(subtract(rowMean(square(whole)), square(mean)), 0);
  const spread = multiply(squareRoot(variance), 1 / dates);
  const largest = maximum(up, down);
  features.addLog(`log_shift_${dates}`, largest, SMALL);
  features.add(`shift_${dates}_to_spread`, ratioPlus(largest, spread, 0.1));
  features.addLog(`log_shift_${dates}_both_ways`, maximum(minimum(up, down), 0), SMALL);
}

/**
 * How much of the residual a step of exactly one cycle explains, beside a line and season and beside a parabola and season.
 *
 * @param squares sum of squares of the clipped series
 * @param explained what each row of the basis explains of it: line and season, and last the parabola
 */
function measureSteps(
  y: Tensor,
  squares: Tensor,
  explained: Tensor,
  scan: StepScan,
  cycle: number,
  features: FeatureColumns,
): void {
  const base = knownSize(explained.shape, 1) - 1;
  const steps = scan.besideLine.length;
  const measured = applyRows(y, 'steps', scan.rows);
  const besideLine = columns(measured, 0, steps);
  const onParabola = combineRows(columns(measured, steps, steps + 1), 'steps_on_parabola', scan.onParabola);
  const lineResidual = subtract(squares, rowSum(columns(explained, 0, base)));
  const parabolaResidual = subtract(lineResidual, columns(explained, base, base + 1));
  for (const [name, scores, norms, residual] of [
    ['line', besideLine, scan.besideLine, lineResidual],
    ['parabola', subtract(besideLine, onParabola), scan.besideParabola, parabolaResidual],
  ] as const) {
    const cost = rowVector(
      y,
      `step_cost_${name}`,
      norms.map((norm) => cycle * cycle * norm),
    );
    const gain = rowMax(subtract(multiply(absolute(scores), 2 * cycle), cost));
    const left = maximum(subtract(residual, gain), add(multiply(residual, 0.05), 0.05));
    const before = features.log(maximum(residual, 0.1));
    features.addLogs(`cycle_step_beside_${name}`, [before, 1], [features.log(left), -1]);
  }
}

function measureNoise(
  y: Tensor,
  next: Tensor,
  robust: RobustSeries,
  slow: { readonly rest: Tensor; readonly size: Tensor },
  lineRest: Tensor,
  features: FeatureColumns,
): void {
  const epochs = knownSize(y.shape, 1);
  // The last difference is that to the nothing after the last date, and is taken off again.
  const last = absolute(columns(y, epochs - 1, epochs));
  const differences = maximum(subtract(rowSum(absolute(subtract(next, y))), last), 0);
  const noise = multiply(differences, NORMAL_PER_ABSOLUTE / Math.SQRT2 / (epochs - 1));
  features.addLog('log_noise', robust.sigma);
  const logDifferences = features.addLog('log_difference_noise', noise, 0.03);
  const logRest = features.log(rowRootMeanSquare(lineRest), 0.05);
  features.addLogs('colour', [logRest, 1], [logDifferences, -1]);
  const limit = multiply(robust.sigma, 3);
  const clipped = clipTo(robust.rest, limit);
  const lagged = multiply(rowSum(multiply(clipped, shiftBack(clipped, 1, 0))), 1 / (epochs - 1));
  features.add('autocorrelation', ratioPlus(lagged, rowMean(square(clipped)), 1e-6));
  const half = Math.floor(epochs / 2);
  const sizes = minimum(robust.restSize, limit);
  const early = features.log(rowMean(columns(sizes, 0, half)), 0.02);
  const late = features.log(rowMean(columns(sizes, half, epochs)), 0.02);
  features.addLogs('noise_growth', [late, 1], [early, -1]);
  const ofSquares = features.log(rowMean(square(slow.rest)), 0.01);
  features.addLogs('peakedness', [ofSquares, 1], [features.log(rowMean(slow.size), 0.05), -2]);
}

/** Seven views of the series on the regular grid of the network, last axis the view. */
function drawGrid(raw: Tensor, rough: Tensor, shape: Shape): Tensor {
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
