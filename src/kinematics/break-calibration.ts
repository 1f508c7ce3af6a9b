import { createRandom } from '../random.js';
import { spanYears } from '../series/epoch-axis.js';
import { breakLimitYears, hingeInformation } from './break-profile.js';
import { createBreakVelocities, velocitiesAtBreak } from './break-velocities.js';
import { COEFFICIENT_COUNT, COEFFICIENTS } from './fit-geometry.js';
import {
  BREAK_PARAMETERS,
  createModelFits,
  createScanBuffers,
  fitSmoothModels,
  freedomOf,
} from './model-fits.js';
import { fillEdgeSums, scanHinges } from './model-scans.js';
import type { MeasureSeries } from './series-measures.js';
import { MEASURE_COUNT, MEASURES } from './series-measures.js';
import type { SeriesPlan } from './series-plan.js';
import { createUnitNoise } from './unit-noise.js';

const DRAWS = 2000;
/** Breaks are drawn within these shares of the span, and so clear that their limit is within those. */
const PLACES = [0.15, 0.85] as const;
const LIMITS = [0.005, 0.025] as const;

/** What makes the theory of large samples hold for breaks on some dates under some noise; 1 where it does. */
export interface BreakCalibration {
  /** How much further than the F quantile a break's sum of squares may lie. */
  readonly interval: number;
  /** By how much the variances of the velocities before and after are larger. */
  readonly velocities: number;
}

export const UNCALIBRATED: BreakCalibration = { interval: 1, velocities: 1 };

/**
 * What it takes for the intervals of a break and of the velocities on both sides to hold the truth 95 times in a
 * hundred, on these dates under this noise: up to 1.4 under strongly correlated noise. Found by drawing identifiable
 * breaks with this very noise, from a fixed seed.
 *
 * @param plan of all dates of its axis
 * @param measure measures all draws at once
 */
export async function calibrateBreaks(plan: SeriesPlan, measure: MeasureSeries): Promise<BreakCalibration> {
  const { axis, noise } = plan;
  const epochs = axis.days.length;
  if (plan.hingeEpochs.length === 0) return UNCALIBRATED;
  const drawNoise = createUnitNoise(noise, axis);
  const random = createRandom('break interval');
  const rows = new Float32Array(DRAWS * epochs);
  const times = new Float64Array(DRAWS);
  const changes = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const row = rows.subarray(draw * epochs, (draw + 1) * epochs);
    drawNoise(random, row);
    const span = spanYears(axis);
    times[draw] = random.between(PLACES[0], PLACES[1]) * span;
    changes[draw] = breakLimitYears(plan, times[draw]) / (span * random.between(LIMITS[0], LIMITS[1]));
    for (let i = 0; i < epochs; i++) row[i] += changes[draw] * Math.max(0, axis.years[i] - times[draw]);
  }
  const { whitened, coefficients, measures } = await measure(plan, rows, DRAWS);
  const buffers = createScanBuffers(epochs);
  const fits = createModelFits();
  const velocities = createBreakVelocities();
  const distances = new Float64Array(DRAWS);
  const errors = new Float64Array(2 * DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    fillEdgeSums(plan, whitened, draw * epochs, buffers);
    scanHinges(plan, buffers, buffers.gains, buffers.found);
    fitSmoothModels(
      plan,
      coefficients[draw * COEFFICIENT_COUNT + COEFFICIENTS.glsVelocity],
      coefficients[draw * COEFFICIENT_COUNT + COEFFICIENTS.glsQuadratic],
      measures[draw * MEASURE_COUNT + MEASURES.whitened],
      buffers,
      fits,
    );
    const edge = axis.years.findIndex((year) => year >= times[draw]);
    const score = buffers.ramps[edge] - times[draw] * buffers.steps[edge];
    const gain = (score * score) / hingeInformation(plan, edge, times[draw]);
    const variance = fits.sumOfSquares[3] / freedomOf(plan, BREAK_PARAMETERS);
    distances[draw] = (fits.breakFit.gain - gain) / variance;
    velocitiesAtBreak(plan, fits, velocities);
    errors[2 * draw] = velocities.before ** 2 / (variance * velocities.beforeVariance);
    errors[2 * draw + 1] = (velocities.after - changes[draw]) ** 2 / (variance * velocities.afterVariance);
  }
  const expected = plan.quantiles[BREAK_PARAMETERS] ** 2;
  const factorOf = (squares: Float64Array): number =>
    Math.max(1, squares.sort()[Math.floor(0.95 * squares.length)] / expected);
  return { interval: factorOf(distances), velocities: factorOf(errors) };
}
