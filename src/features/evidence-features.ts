import type { Tensor } from '../network/graph.js';
import { absolute, add, divide, multiply, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { maximum } from '../network/ops/selection.js';
import { knownSize } from '../network/tensor.js';
import type { StepScan } from './axis-matrices.js';
import type { FeatureColumns } from './feature-columns.js';
import { applyRows, columns, combineRows, rowMax, rowSum, rowVector } from './graph-rows.js';

export interface Evidence {
  /** Sum of squares of the series without season, and what each polynomial and the best hinge explain of it. */
  readonly squares: Tensor;
  readonly polynomials: Tensor;
  readonly hingeGain: Tensor;
  readonly noise: Tensor;
}

/** Log ratios of residual sums of squares of the competing models on the dates themselves. */
export function measureEvidence(evidence: Evidence, epochs: number, features: FeatureColumns): void {
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

/**
 * How much of the residual a step of exactly one cycle explains, beside a line and season and beside any slow course:
 * a fast but gradual motion leaves a step to explain beside the line, none beside a curve that bends with it.
 *
 * @param squares sum of squares of the clipped series
 * @param explained what each row of the basis explains of it: line and season, then what a curve adds
 */
export function measureSteps(
  y: Tensor,
  squares: Tensor,
  explained: Tensor,
  scan: StepScan,
  cycle: number,
  features: FeatureColumns,
): void {
  const all = knownSize(explained.shape, 1);
  const ofLine = all - scan.onCurve.count;
  const steps = scan.besideLine.length;
  const measured = applyRows(y, 'steps', scan.rows);
  const besideLine = columns(measured, 0, steps);
  const ofCurve = columns(measured, steps, steps + scan.onCurve.count);
  const onCurve = combineRows(ofCurve, 'steps_on_curve', scan.onCurve);
  const lineResidual = subtract(squares, rowSum(columns(explained, 0, ofLine)));
  const curveResidual = subtract(lineResidual, rowSum(columns(explained, ofLine, all)));
  for (const [name, scores, norms, residual] of [
    ['line', besideLine, scan.besideLine, lineResidual],
    ['curve', subtract(besideLine, onCurve), scan.besideCurve, curveResidual],
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
