import { declareConstant, type Tensor } from '../network/graph.js';
import { tanh } from '../network/ops/activation.js';
import { absolute, add, multiply, square, squareRoot, subtract, unary } from '../network/ops/arithmetic.js';
import { reduceSum } from '../network/ops/broadcast.js';
import { argMax, gather, gatherElements, maximum, minimum } from '../network/ops/selection.js';
import { reshape } from '../network/ops/shape.js';
import { float32Tensor } from '../network/tensor.js';
import { BREAK_SHARES, buildShapeBasis, SHAPE_GRID, type ShapeBasis } from './axis-matrices.js';
import { type FeatureColumns, type LogColumn, SMALL } from './feature-columns.js';
import type { FeatureExtent } from './feature-extent.js';
import {
  applyRows,
  columns,
  combineRows,
  firstRows,
  lagDifference,
  matrixOf,
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

export interface Shape {
  readonly smooth: Tensor;
  readonly range: Tensor;
  readonly lineRest: Tensor;
  readonly parabolaRest: Tensor;
}

/** How the slow motion is shaped: range, sag, and what polynomials and hinges leave of it, on the shape grid. */
export function measureShape(
  gridded: Tensor,
  { hasHingePairs }: FeatureExtent,
  features: FeatureColumns,
): Shape {
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

  const lineEnds = basis.polynomials.values[2 * SHAPE_GRID - 1] - basis.polynomials.values[SHAPE_GRID];
  const drift = multiply(columns(coefficients, 1, 2), lineEnds);
  const parabola = combineRows(columns(coefficients, 2, 3), 'parabola_shape', oneRow(basis.polynomials, 2));
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

/** Root mean square of what the best pair of hinges leaves. */
function leftByTwoHinges(lineRest: Tensor, { hingePairs }: ShapeBasis): Tensor {
  const scores = square(applyRows(lineRest, 'hinge_pairs', hingePairs));
  const gain = reduceSum(reshape(scores, [scores.shape[0], hingePairs.count / 2, 2]), [2]);
  const left = maximum(subtract(rowSumOfSquares(lineRest), rowMax(gain)), 0);
  return squareRoot(multiply(left, 1 / SHAPE_GRID));
}
