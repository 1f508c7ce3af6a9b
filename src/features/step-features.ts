import type { Tensor } from '../network/graph.js';
import { absolute, add, multiply, subtract } from '../network/ops/arithmetic.js';
import { maximum } from '../network/ops/selection.js';
import { knownSize } from '../network/tensor.js';
import type { FeatureColumns } from './feature-columns.js';
import { applyRows, columns, combineRows, rowMax, rowSum, rowVector } from './graph-rows.js';
import type { StepScan } from './step-scan.js';

export interface StepEvidence {
  /** The series without its course, and what that adds to the products with the steps. */
  readonly y: Tensor;
  readonly course: Tensor;
  /** Sum of squares of the clipped series without its course. */
  readonly squares: Tensor;
  /** What each row of the basis explains of that, and of the series with its course: line and season, then what a curve adds. */
  readonly left: Tensor;
  readonly whole: Tensor;
}

/**
 * How much of the residual a step of exactly one cycle explains, beside a line and season and beside any slow course:
 * a fast but gradual motion leaves a step to explain beside the line, none beside a curve that bends with it.
 */
export function measureSteps(
  { y, course, squares, left, whole }: StepEvidence,
  scan: StepScan,
  cycle: number,
  features: FeatureColumns,
): void {
  const all = knownSize(left.shape, 1);
  const ofLine = all - scan.onCurve.count;
  const steps = scan.besideLine.length;
  const measured = applyRows(y, 'steps', scan.rows);
  const scoresOfRest = columns(measured, 0, steps);
  const ofCurve = columns(measured, steps, steps + scan.onCurve.count);
  const onCurve = combineRows(ofCurve, 'steps_on_curve', scan.onCurve);
  const curveResidual = subtract(squares, rowSum(left));
  const lineResidual = add(curveResidual, rowSum(columns(whole, ofLine, all)));
  for (const [name, scores, norms, residual] of [
    ['line', add(scoresOfRest, course), scan.besideLine, lineResidual],
    ['curve', subtract(scoresOfRest, onCurve), scan.besideCurve, curveResidual],
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
