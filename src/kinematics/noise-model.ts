import type { EpochAxis } from '../series/epoch-axis.js';
import { DAYS_PER_YEAR } from '../series/epoch-axis.js';

/**
 * From this time constant on (days) an exponential is told as slow wander: within five years it acts as a random walk.
 */
const WANDER_DAYS = 700;

/** A part of the noise whose correlation falls as exp(-lag / days). */
export interface ExponentialNoise {
  /** Share of the variance, 0 to 1. */
  readonly share: number;
  readonly days: number;
}

/**
 * How the noise of a file's series hangs together in time: a white share and exponentials, together 1. The variance
 * itself is each point's own.
 */
export interface NoiseModel {
  readonly whiteShare: number;
  readonly exponentials: readonly ExponentialNoise[];
  /** Quiet points that it was estimated from; 0 where it was given. */
  readonly quietPoints: number;
  /**
   * How uncertain errors of velocities are for want of knowing the noise, as a share of themselves (one standard
   * deviation); 0 where it is left out.
   */
  readonly velocityDoubt?: number;
}

export const WHITE_NOISE: NoiseModel = { whiteShare: 1, exponentials: [], quietPoints: 0 };

/** Correlation of the noise between two dates. */
export function correlationAtLag(model: NoiseModel, lagDays: number): number {
  let sum = lagDays === 0 ? model.whiteShare : 0;
  for (const { share, days } of model.exponentials) sum += share * Math.exp(-Math.abs(lagDays) / days);
  return sum;
}

/** Correlation matrix of the noise on an axis (epochs x epochs, unit diagonal). */
export function correlationMatrix(model: NoiseModel, axis: EpochAxis): Float64Array {
  const epochs = axis.days.length;
  const matrix = new Float64Array(epochs * epochs);
  for (let row = 0; row < epochs; row++) {
    for (let column = 0; column <= row; column++) {
      const value = correlationAtLag(model, axis.days[row] - axis.days[column]);
      matrix[row * epochs + column] = value;
      matrix[column * epochs + row] = value;
    }
  }
  return matrix;
}

/** What was found, in a sentence for people. */
export function explainNoiseModel(model: NoiseModel): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (model.exponentials.length === 0) {
    const basis = model.quietPoints > 0 ? ` (from ${model.quietPoints} quiet points)` : ' (assumed)';
    return `Noise is white: dates are independent of each other${basis}.`;
  }
  const parts = [`${percent(model.whiteShare)} white`];
  for (const { share, days } of model.exponentials) {
    parts.push(
      days >= WANDER_DAYS
        ? `${percent(share)} slow wander over ${(days / DAYS_PER_YEAR).toFixed(1)} years`
        : `${percent(share)} fading over ${Math.round(days)} days`,
    );
  }
  const lags = [6, 12, 48].map((lag) => `${correlationAtLag(model, lag).toFixed(2)} at ${lag} days`);
  const basis = model.quietPoints > 0 ? `, from ${model.quietPoints} quiet points` : '';
  const doubt = Math.round(100 * (model.velocityDoubt ?? 0));
  const widened = doubt > 0 ? `; errors of velocities ${doubt} % wider for want of knowing it better` : '';
  return `Variance of the noise: ${parts.join(', ')}; correlation ${lags.join(', ')}${basis}${widened}.`;
}
