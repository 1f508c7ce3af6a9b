import type { Tensor } from '../network/graph.js';
import { tanh } from '../network/ops/activation.js';
import {
  absolute,
  add,
  divide,
  multiply,
  square,
  squareRoot,
  subtract,
  unary,
} from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { softmax } from '../network/ops/loss.js';
import { maximum, minimum } from '../network/ops/selection.js';
import { reshape } from '../network/ops/shape.js';
import { BREAK_SHARES, buildShapeBasis, SHAPE_GRID, SHAPE_SHARES, type ShapeBasis } from './axis-matrices.js';
import { type FeatureColumns, type LogColumn, SMALL } from './feature-columns.js';
import type { FeatureExtent } from './feature-extent.js';
import {
  applyRows,
  columns,
  combineRows,
  firstRows,
  lagDifference,
  oneRow,
  ratioPlus,
  rowMax,
  rowMean,
  rowRange,
  rowRootMeanSquare,
  rowSum,
  rowSumOfSquares,
  withoutBasis,
} from './graph-rows.js';
import { courseAt, courseIn, courseShapes } from './own-course.js';
import { type Rows, rowsOf } from './rows.js';

export interface Shape {
  readonly smooth: Tensor;
  readonly range: Tensor;
  readonly lineRest: Tensor;
  readonly parabolaRest: Tensor;
}

/**
 * How the slow motion is shaped: range, sag, and what polynomials and hinges leave of it, on the shape grid.
 *
 * @param gridded the slow motion without its course [batch, SHAPE_GRID]
 * @param course rise and sag of that
 */
export function measureShape(
  gridded: Tensor,
  course: Tensor,
  { hasHingePairs }: FeatureExtent,
  features: FeatureColumns,
): Shape {
  const basis = buildShapeBasis();
  const rest = subtract(gridded, rowMean(gridded));
  const motion = add(gridded, courseAt(course, 'shape_grid', SHAPE_SHARES));
  const smooth = subtract(motion, rowMean(motion));
  const range = rowRange(smooth);
  const coefficients = applyRows(rest, 'polynomials', basis.polynomials);
  const whole = add(
    coefficients,
    courseIn(course, 'polynomials', basis.polynomials, rowsOf(courseShapes(SHAPE_SHARES))),
  );
  const restOf = (degree: number) =>
    withoutBasis(
      rest,
      columns(coefficients, 0, degree + 1),
      `polynomials_to_${degree}`,
      firstRows(basis.polynomials, degree + 1),
    );
  const parabola = combineRows(columns(whole, 2, 3), 'parabola_shape', oneRow(basis.polynomials, 2));
  const parabolaRest = restOf(2);
  const lineRest = add(parabolaRest, parabola);
  const cubicRest = restOf(3);
  const { hinge, breakShare } = fitHinge(lineRest, basis.hinges);
  const hingeRest = subtract(lineRest, hinge);
  const lineEnds = basis.polynomials.values[2 * SHAPE_GRID - 1] - basis.polynomials.values[SHAPE_GRID];
  const drift = multiply(columns(whole, 1, 2), lineEnds);
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
  if (hasHingePairs) {
    logs.twoHinges = features.addLog('log_rest_two_hinges', leftByTwoHinges(lineRest, basis), SMALL);
  }
  const comparisons = [
    ['hinge', 'parabola'],
    ['hinge', 'cubic'],
    ...(hasHingePairs ? [['twoHinges', 'hinge']] : []),
    ['parabola', 'line'],
    ['hinge', 'line'],
    ['cubic', 'parabola'],
  ];
  for (const [left, right] of comparisons) {
    features.addLogs(`rest_${left}_against_${right}`, [logs[left], 1], [logs[right], -1]);
  }

  features.add('break_off_centre', absolute(subtract(breakShare, 0.5)));
  const [before, after] = [0, SHAPE_GRID - 2].map((at) => {
    const ofHinge = subtract(columns(hinge, at + 1, at + 2), columns(hinge, at, at + 1));
    return add(drift, multiply(ofHinge, SHAPE_GRID - 1));
  });
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

/** How sharply the best hinge is chosen, by the share of the sum of squares that it explains more than another. */
const HINGE_SHARPNESS = 300;

/**
 * The hinge that explains most, and where it breaks. Hinges that explain as much as the best take equal parts: which of
 * them is the best would be a matter of the last digit, and different in every runtime.
 */
function fitHinge(lineRest: Tensor, hinges: Rows): { readonly hinge: Tensor; readonly breakShare: Tensor } {
  const scores = applyRows(lineRest, 'shape_hinges', hinges);
  const explained = divide(square(scores), add(rowSumOfSquares(lineRest), SMALL));
  const parts = softmax(multiply(explained, HINGE_SHARPNESS));
  const breaks = { count: 1, length: BREAK_SHARES.length, values: BREAK_SHARES };
  return {
    hinge: combineRows(multiply(parts, scores), 'hinge_shapes', hinges),
    breakShare: applyRows(parts, 'break_shares', breaks),
  };
}

/** Root mean square of what the best pair of hinges leaves. */
function leftByTwoHinges(lineRest: Tensor, { hingePairs }: ShapeBasis): Tensor {
  const scores = square(applyRows(lineRest, 'hinge_pairs', hingePairs));
  const gain = reduceSum(reshape(scores, [scores.shape[0], hingePairs.count / 2, 2]), [2]);
  const left = maximum(subtract(rowSumOfSquares(lineRest), rowMax(gain)), 0);
  return squareRoot(multiply(left, 1 / SHAPE_GRID));
}
