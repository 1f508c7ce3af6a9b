import { DAYS_PER_YEAR } from '../series/epoch-axis.js';
import { peakDayOfYear } from './bases.js';
import type { BreakCalibration } from './break-calibration.js';
import type { BreakVelocities } from './break-velocities.js';
import { velocitiesAtBreak } from './break-velocities.js';
import type { Description } from './description.js';
import { BREAK_DISJOINT, BREAK_OPEN } from './description.js';
import { fisherTail2 } from './distributions.js';
import type { ModelFits, ScanBuffers } from './model-fits.js';
import {
  BREAK_PARAMETERS,
  createModelFits,
  createScanBuffers,
  fitBreakInterval,
  fitSums,
  freedomOf,
  MODEL_COUNT,
} from './model-fits.js';
import type { ResidualSums, SeriesNoise } from './noise.js';
import { noiseOf } from './noise.js';
import type { SeriesPlan } from './series-plan.js';
import { ABSENT, COEFFICIENTS } from './series-plan.js';

/** Where no change from one date to the next reaches this share of a cycle, no step of a cycle is taken for likely. */
const LEAST_CHANGE_CYCLES = 0.5;

/** What all points of a file share beside their dates. */
export interface PointSettings {
  /** Displacement of one cycle of phase, mm. */
  readonly cycle: number;
  readonly breakCalibration: BreakCalibration;
}

interface PointSums extends ResidualSums {
  /** y'Py. */
  whitened: number;
  largestChange: number;
}

/** Working memory for the points of one plan. */
export interface PointBuffers {
  /** Absolute changes of the residuals over nominal revisits. */
  readonly changes: Float32Array;
  readonly sums: PointSums;
  readonly scan: ScanBuffers;
  readonly fits: ModelFits;
  readonly noise: SeriesNoise;
  readonly velocities: BreakVelocities;
}

export function createPointBuffers(plan: SeriesPlan): PointBuffers {
  const epochs = plan.axis.days.length;
  return {
    changes: new Float32Array(epochs),
    sums: { squares: 0, pairs: 0, products: 0, changes: 0, whitened: 0, largestChange: 0 },
    scan: createScanBuffers(epochs),
    fits: createModelFits(),
    noise: { epochToEpoch: 0, residual: 0, lagOneCorrelation: 0, effectiveSamples: 0 },
    velocities: { before: 0, after: 0, beforeVariance: 0, afterVariance: 0 },
  };
}

/**
 * Writes the numbers of one point.
 *
 * @param rows centred series, starting at `rowOffset`
 * @param products the plan's product of it, starting at `offset`
 * @param point where to write in the description
 * @param isSearchedClosely whether steps and hinges are looked for at every date and the break is told with its interval;
 *   else they are looked for at a few dozen dates and around the best of these, for the evidence, and steps only where
 *   the series has a large change
 */
export function describePoint(
  plan: SeriesPlan,
  rows: Float32Array,
  rowOffset: number,
  products: Float32Array,
  offset: number,
  settings: PointSettings,
  buffers: PointBuffers,
  description: Description,
  point: number,
  isSearchedClosely: boolean,
): void {
  const { fits, scan, sums } = buffers;
  sumSeries(plan, rows, rowOffset, products, offset, buffers);
  const coefficients = offset + plan.axis.days.length;
  fitSums(
    plan,
    products[coefficients + COEFFICIENTS.glsVelocity],
    products[coefficients + COEFFICIENTS.glsQuadratic],
    Math.max(0, sums.whitened),
    settings.cycle,
    isSearchedClosely ? 1 : plan.stride,
    isSearchedClosely || sums.largestChange >= LEAST_CHANGE_CYCLES * settings.cycle,
    scan,
    fits,
  );
  noiseOf(sums, plan.epochs.length, plan.seasonal ? 4 : 2, buffers.changes, buffers.noise);
  description.noise[point] = buffers.noise.epochToEpoch;
  description.residualNoise[point] = buffers.noise.residual;
  description.lagOneCorrelation[point] = buffers.noise.lagOneCorrelation;
  description.effectiveSamples[point] = buffers.noise.effectiveSamples;
  description.largestChange[point] = sums.largestChange;

  describeTrends(plan, products, coefficients, fits, description, point);
  if (plan.seasonal) describeSeason(plan, products, coefficients, fits, description, point);
  if (fits.breakFit.gain > 0 && isSearchedClosely) {
    fitBreakInterval(plan, scan, settings.breakCalibration.interval, fits);
    describeBreak(plan, settings.breakCalibration, fits, buffers.velocities, description, point);
  }

  let best = 4;
  for (let model = 0; model < MODEL_COUNT; model++) {
    description.sumOfSquares[point * MODEL_COUNT + model] = fits.sumOfSquares[model];
    description.criterion[point * MODEL_COUNT + model] = fits.criterion[model];
    if (model > 4 && fits.criterion[model] < fits.criterion[best]) best = model;
  }
  if (fits.criterion[best] === Number.POSITIVE_INFINITY) return;
  description.stepEpoch[point] = fits.stepEpoch[best];
  description.stepSign[point] = fits.stepSign[best];
}

/**
 * All sums over the dates of a series in one pass from the last date to the first: those of the scan for steps and
 * hinges, and of the residuals about line and season (ordinary), which give the same whitened sum of squares as the
 * series itself.
 */
function sumSeries(
  plan: SeriesPlan,
  rows: Float32Array,
  rowOffset: number,
  products: Float32Array,
  offset: number,
  { changes, sums, scan: { ramps, steps } }: PointBuffers,
): void {
  const { dateTable } = plan;
  const total = plan.axis.years.length;
  const constant = products[offset + total + COEFFICIENTS.olsConstant];
  const velocity = products[offset + total + COEFFICIENTS.olsVelocity];
  const sineShare = products[offset + total + COEFFICIENTS.olsSine];
  const cosineShare = products[offset + total + COEFFICIENTS.olsCosine];
  let whitened = 0;
  let squares = 0;
  let pairs = 0;
  let pairProducts = 0;
  let pairChanges = 0;
  let largestChange = 0;
  let step = 0;
  let ramp = 0;
  let later = 0;
  let laterFollows = ABSENT;
  steps[total] = 0;
  ramps[total] = 0;
  for (let k = total - 1; k >= 0; k--) {
    const at = 4 * k;
    const time = dateTable[at];
    // Zero at missing dates: the sums from there on are those from the next date on.
    const whitenedValue = products[offset + k];
    step += whitenedValue;
    ramp += time * whitenedValue;
    steps[k] = step;
    ramps[k] = ramp;
    const follows = dateTable[at + 3];
    if (follows === ABSENT) continue;
    const residual =
      rows[rowOffset + k] -
      (constant + velocity * time + sineShare * dateTable[at + 1] + cosineShare * dateTable[at + 2]);
    whitened += residual * whitenedValue;
    squares += residual * residual;
    if (laterFollows >= 0) {
      const change = Math.abs(later - residual);
      if (change > largestChange) largestChange = change;
      if (laterFollows > 0) {
        pairProducts += residual * later;
        pairChanges += change;
        changes[pairs++] = change;
      }
    }
    later = residual;
    laterFollows = follows;
  }
  sums.whitened = whitened;
  sums.squares = squares;
  sums.pairs = pairs;
  sums.products = pairProducts;
  sums.changes = pairChanges;
  sums.largestChange = largestChange;
}

function describeTrends(
  plan: SeriesPlan,
  products: Float32Array,
  coefficients: number,
  fits: ModelFits,
  description: Description,
  point: number,
): void {
  const { projection, quadratic } = plan.generalised;
  const size = projection.columns.length;
  const slopeVariance = projection.covariance[size + 1];
  const linearVariance = fits.sumOfSquares[1] / freedomOf(plan, 2);
  description.velocity[point] = fits.velocity;
  description.velocityError[point] = Math.sqrt(linearVariance * slopeVariance);
  description.velocityOrdinary[point] = products[coefficients + COEFFICIENTS.olsVelocity];
  if (quadratic === undefined) return;

  const variance = Math.max(0, fits.sumOfSquares[2]) / freedomOf(plan, 3);
  const bend = fits.quadraticCoefficient;
  description.acceleration[point] = 2 * bend;
  description.accelerationError[point] = 2 * Math.sqrt(variance / quadratic.information);
  const ordinary = plan.ordinary.quadratic;
  if (ordinary) {
    description.accelerationOrdinary[point] =
      (2 * products[coefficients + COEFFICIENTS.olsQuadratic]) / Math.sqrt(ordinary.information);
  }
  const { years, days } = plan.axis;
  const first = years[plan.epochs[0]];
  const last = years[plan.epochs[plan.epochs.length - 1]];
  // The slope of the line and the bend are uncorrelated: the bend was fitted beside the line.
  const slopeAt = (time: number): number => fits.velocity + bend * (2 * time - plan.slopeOfQuadratic);
  const errorAt = (time: number): number =>
    Math.sqrt(variance * (slopeVariance + (2 * time - plan.slopeOfQuadratic) ** 2 / quadratic.information));
  description.velocityStart[point] = slopeAt(first);
  description.velocityStartError[point] = errorAt(first);
  description.velocityEnd[point] = slopeAt(last);
  description.velocityEndError[point] = errorAt(last);
  const zero = (plan.slopeOfQuadratic - fits.velocity / bend) / 2;
  if (zero > first && zero < last) description.zeroVelocityDay[point] = days[0] + zero * DAYS_PER_YEAR;
}

function describeSeason(
  plan: SeriesPlan,
  products: Float32Array,
  coefficients: number,
  fits: ModelFits,
  description: Description,
  point: number,
): void {
  const sine = products[coefficients + COEFFICIENTS.glsSine];
  const cosine = products[coefficients + COEFFICIENTS.glsCosine];
  const amplitude = Math.hypot(sine, cosine);
  description.seasonAmplitude[point] = amplitude;
  description.seasonPeakDay[point] = peakDayOfYear(sine, cosine);
  description.seasonAmplitudeOrdinary[point] = Math.hypot(
    products[coefficients + COEFFICIENTS.olsCubicSine],
    products[coefficients + COEFFICIENTS.olsCubicCosine],
  );
  const cubicScore = products[coefficients + COEFFICIENTS.glsCubic];
  const squares = Math.min(fits.sumOfSquares[1], fits.sumOfSquares[2]) - cubicScore * cubicScore;
  const freedom = freedomOf(plan, 4);
  const variance = Math.max(0, squares) / freedom;
  const [ss, sc, cc] = plan.generalised.seasonCovariance;
  description.seasonAmplitudeError[point] =
    Math.sqrt(variance * (sine * sine * ss + 2 * sine * cosine * sc + cosine * cosine * cc)) / amplitude;
  const information =
    (sine * sine * cc - 2 * sine * cosine * sc + cosine * cosine * ss) / (ss * cc - sc * sc);
  description.seasonProbability[point] = fisherTail2(information / (2 * variance), freedom);
}

function describeBreak(
  plan: SeriesPlan,
  calibration: BreakCalibration,
  fits: ModelFits,
  velocities: BreakVelocities,
  description: Description,
  point: number,
): void {
  const { days } = plan.axis;
  const { breakFit, breakInterval: interval } = fits;
  description.breakDay[point] = days[0] + breakFit.years * DAYS_PER_YEAR;
  description.breakLowDay[point] = days[0] + interval.low * DAYS_PER_YEAR;
  description.breakHighDay[point] = days[0] + interval.high * DAYS_PER_YEAR;
  description.breakFlags[point] = (interval.disjoint ? BREAK_DISJOINT : 0) | (interval.open ? BREAK_OPEN : 0);

  velocitiesAtBreak(plan, fits, velocities);
  const variance =
    (calibration.velocities * Math.max(0, fits.sumOfSquares[3])) / freedomOf(plan, BREAK_PARAMETERS);
  description.velocityBefore[point] = velocities.before;
  description.velocityBeforeError[point] = Math.sqrt(variance * velocities.beforeVariance);
  description.velocityAfter[point] = velocities.after;
  description.velocityAfterError[point] = Math.sqrt(variance * velocities.afterVariance);
}
