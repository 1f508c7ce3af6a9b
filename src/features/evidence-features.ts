import type { Tensor } from '../network/graph.js';
import { add, divide, multiply, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { maximum } from '../network/ops/selection.js';
import type { FeatureColumns } from './feature-columns.js';
import { columns, rowSum } from './graph-rows.js';

export interface Evidence {
  /** Sum of squares of the series without season, its course taken off. */
  readonly squares: Tensor;
  /** What orthonormal constant, line and parabola explain of that, and of the series with its course. */
  readonly left: Tensor;
  readonly whole: Tensor;
  /** What the best hinge explains beside a line of the series with its course. */
  readonly hingeGain: Tensor;
  readonly noise: Tensor;
}

/** Log ratios of residual sums of squares of the competing models on the dates themselves. */
export function measureEvidence(evidence: Evidence, epochs: number, features: FeatureColumns): void {
  const { squares, left, whole, hingeGain, noise } = evidence;
  // From the least residual upwards, so that no small number is the difference of two large ones.
  const ofParabola = maximum(subtract(squares, rowSum(left)), 1e-3);
  const line = add(ofParabola, columns(whole, 2, 3));
  const total = add(line, columns(whole, 1, 2));
  const parabola = features.log(ofParabola);
  const hinge = features.log(maximum(subtract(line, hingeGain), 1e-3));
  const logLine = features.log(line);
  features.addLog('evidence_line', divide(total, line), 1e-3);
  features.addLogs('evidence_parabola', [logLine, 1], [parabola, -1]);
  features.addLogs('evidence_hinge', [logLine, 1], [hinge, -1]);
  features.addLogs('evidence_hinge_against_parabola', [parabola, 1], [hinge, -1]);
  const size = squareRoot(multiply(line, 1 / epochs));
  features.addLog('log_motion_to_noise', divide(size, maximum(noise, 0.05)), 1);
}
