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
import type { MeasureSeries, SeriesMeasures } from './series-measures.js';
import { MEASURE_COUNT, MEASURES } from './series-measures.js';
import type { SeriesPlan } from './series-plan.js';
import { createUnitNoise } from './unit-noise.js';

const DRAWS = 2000;
/** As many as are measured at once elsewhere, or nearly: a runtime keeps the memory that it has once needed. */
const DRAWS_AT_ONCE = 250;
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
 */
export async function calibrateBreaks(plan: SeriesPlan, measure: MeasureSeries): Promise<BreakCalibration> {
  if (plan.hingeEpochs.length === 0) return UNCALIBRATED;
  const drawBreak = createBreakSource(plan);
  const judgeBreak = createBreakJudge(plan);
  const epochs = plan.axis.days.length;
  const distances = new Float64Array(DRAWS);
  const errors = new Float64Array(2 * DRAWS);
  const rows = new Float32Array(DRAWS_AT_ONCE * epochs);
  const truths = Array.from({ length: DRAWS_AT_ONCE }, () => ({ time: Number.NaN, change: Number.NaN }));
  for (let first = 0; first < DRAWS; first += DRAWS_AT_ONCE) {
    rows.fill(0);
    truths.forEach((truth, draw) => {
      drawBreak(rows.subarray(draw * epochs, (draw + 1) * epochs), truth);
    });
    const measures = await measure(plan, rows, DRAWS_AT_ONCE);
    truths.forEach((truth, draw) => {
      judgeBreak(measures, draw, truth, distances, errors, first + draw);
    });
  }
  const expected = plan.quantiles[BREAK_PARAMETERS] ** 2;
  const factorOf = (squares: Float64Array): number =>
    Math.max(1, squares.sort()[Math.floor(0.95 * squares.length)] / expected);
  return { interval: factorOf(distances), velocities: factorOf(errors) };
}

/** A break as it was drawn: years since the axis's first date, and mm/yr. */
interface TrueBreak {
  time: number;
  change: number;
}

/** Adds noise and a break to a row, and tells which. */
function createBreakSource(plan: SeriesPlan): (row: Float32Array, truth: TrueBreak) => void {
  const { axis, noise } = plan;
  const drawNoise = createUnitNoise(noise, axis);
  const random = createRandom('break interval');
  const span = spanYears(axis);
  return (row, truth) => {
    drawNoise(random, row);
    const time = random.between(PLACES[0], PLACES[1]) * span;
    const change = breakLimitYears(plan, time) / (span * random.between(LIMITS[0], LIMITS[1]));
    for (let i = 0; i < row.length; i++) row[i] += change * Math.max(0, axis.years[i] - time);
    truth.time = time;
    truth.change = change;
  };
}

/**
 * Writes by how much the best break of a series explains more than the true one, and the squares of both velocities'
 * errors, all in units of their variance: the distance at `place`, the two errors from twice that on.
 */
function createBreakJudge(plan: SeriesPlan) {
  const { years } = plan.axis;
  const buffers = createScanBuffers(years.length);
  const fits = createModelFits();
  const velocities = createBreakVelocities();
  return (
    { whitened, coefficients, measures }: SeriesMeasures,
    row: number,
    { time, change }: TrueBreak,
    distances: Float64Array,
    errors: Float64Array,
    place: number,
  ): void => {
    fillEdgeSums(plan, whitened, row * years.length, buffers);
    scanHinges(plan, buffers, buffers.gains, buffers.found);
    fitSmoothModels(
      plan,
      coefficients[row * COEFFICIENT_COUNT + COEFFICIENTS.glsVelocity],
      coefficients[row * COEFFICIENT_COUNT + COEFFICIENTS.glsQuadratic],
      measures[row * MEASURE_COUNT + MEASURES.whitened],
      buffers,
      fits,
    );
    let edge = 0;
    while (years[edge] < time) edge++;
    const score = buffers.ramps[edge] - time * buffers.steps[edge];
    const gain = (score * score) / hingeInformation(plan, edge, time);
    const variance = fits.sumOfSquares[3] / freedomOf(plan, BREAK_PARAMETERS);
    distances[place] = (fits.breakFit.gain - gain) / variance;
    velocitiesAtBreak(plan, fits, velocities);
    errors[2 * place] = velocities.before ** 2 / (variance * velocities.beforeVariance);
    errors[2 * place + 1] = (velocities.after - change) ** 2 / (variance * velocities.afterVariance);
  };
}
