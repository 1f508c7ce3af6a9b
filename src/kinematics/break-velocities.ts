import { hingeInformation } from './break-profile.js';
import type { ModelFits } from './model-fits.js';
import type { SeriesPlan } from './series-plan.js';

/** Velocities on both sides of a break, mm/yr, and their variances for a residual variance of 1. */
export interface BreakVelocities {
  before: number;
  after: number;
  beforeVariance: number;
  afterVariance: number;
}

export function createBreakVelocities(): BreakVelocities {
  const { NaN: none } = Number;
  return { before: none, after: none, beforeVariance: none, afterVariance: none };
}

/**
 * Fills the velocities at the best break. Their variances are those of the fit of line, hinge and step at the break: the
 * step beside the hinge is the break date's own derivative, which lets the date's error into the velocities'.
 */
export function velocitiesAtBreak(plan: SeriesPlan, fits: ModelFits, velocities: BreakVelocities): void {
  const { years: time, change, edge } = fits.breakFit;
  const { stepOnLine, rampOnStep, slopeOfStep, slopeOfRamp } = plan.edges;
  const hinge = hingeInformation(plan, edge, time);
  const cross = rampOnStep[edge] - time * stepOnLine[edge];
  const determinant = hinge * stepOnLine[edge] - cross * cross;
  const hingeVariance = stepOnLine[edge] / determinant;
  const covariance = -cross / determinant;
  const stepVariance = hinge / determinant;
  const onHinge = slopeOfRamp[edge] - time * slopeOfStep[edge];
  const onStep = slopeOfStep[edge];
  const size = plan.generalised.projection.columns.length;
  const slopeVariance = plan.generalised.projection.covariance[size + 1];
  const shared = -(onHinge * hingeVariance + onStep * covariance);
  velocities.before = fits.velocity - change * onHinge;
  velocities.after = velocities.before + change;
  velocities.beforeVariance =
    slopeVariance +
    onHinge ** 2 * hingeVariance +
    2 * onHinge * onStep * covariance +
    onStep ** 2 * stepVariance;
  velocities.afterVariance = velocities.beforeVariance + 2 * shared + hingeVariance;
}
