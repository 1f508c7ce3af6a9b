import type { Tensor } from '../network/graph.js';
import { divide, multiply, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { maximum } from '../network/ops/selection.js';
import type { FeatureColumns } from './feature-columns.js';
import { columns } from './graph-rows.js';

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
