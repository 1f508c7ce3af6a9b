import { DAYS_PER_YEAR } from '../series/epoch-axis.js';
import { peakDayOfYear } from './bases.js';
import type { BreakCalibration } from './break-calibration.js';
import type { BreakVelocities } from './break-velocities.js';
import { createBreakVelocities, velocitiesAtBreak } from './break-velocities.js';
import type { Description } from './description.js';
import { BREAK_DISJOINT, BREAK_OPEN } from './description.js';
import { fisherTail2 } from './distributions.js';
import { COEFFICIENT_COUNT, COEFFICIENTS } from './fit-geometry.js';
import type { ModelFits, ScanBuffers } from './model-fits.js';
import {
  BREAK_PARAMETERS,
  createModelFits,
  createScanBuffers,
  fitBreakInterval,
  fitSmoothModels,
  fitStepModels,
  freedomOf,
  MODEL_COUNT,
  SMOOTH_MODELS,
} from './model-fits.js';
import { fillEdgeSums, hasStepOnLine, scanHinges } from './model-scans.js';
import type { SeriesNoise } from './noise.js';
import { createSeriesNoise, noiseOf } from './noise.js';
import type { SeriesMeasures } from './series-measures.js';
import { MEASURE_COUNT, MEASURES } from './series-measures.js';
import type { SeriesPlan } from './series-plan.js';

/** Where no change from one date to the next reaches this share of a cycle, no step of a cycle is taken for likely. */
const LEAST_CHANGE_CYCLES = 0.5;

/** What all points of a file share beside their dates. */
export interface PointSettings {
  /** Displacement of one cycle of phase, mm. */
  readonly cycle: number;
  readonly breakCalibration: BreakCalibration;
}

/** Working memory for the points of one axis. */
export interface PointBuffers {
  readonly scan: ScanBuffers;
  readonly fits: ModelFits;
  readonly noise: SeriesNoise;
  readonly velocities: BreakVelocities;
}

export function createPointBuffers(epochs: number): PointBuffers {
  return {
    scan: createScanBuffers(epochs),
    fits: createModelFits(),
    noise: createSeriesNoise(),
    velocities: createBreakVelocities(),
  };
}

/**
 * Writes the numbers of one point.
 *
 * @param row of the point in the measures
 * @param point where to write in the description
 * @param isSearched whether steps are looked for whatever the series looks like; else only where it has a large change
 *   and a step explains something beside a line
 * @param tellsBreak whether the break is told, with its interval
 */
export function describePoint(
  plan: SeriesPlan,
  { whitened, coefficients, measures }: SeriesMeasures,
  row: number,
  settings: PointSettings,
  buffers: PointBuffers,
  description: Description,
  point: number,
  isSearched: boolean,
  tellsBreak: boolean,
): void {
  const { fits, scan, noise } = buffers;
  const first = row * COEFFICIENT_COUNT;
  const measured = row * MEASURE_COUNT;
  const velocity = coefficients[first + COEFFICIENTS.glsVelocity];
  const quadraticScore = coefficients[first + COEFFICIENTS.glsQuadratic];
  const sumOfSquares = Math.max(0, measures[measured + MEASURES.whitened]);
  const largestChange = measures[measured + MEASURES.largestChange];
  const firstValue = row * plan.epochs.length;
  const mayStep =
    isSearched ||
    (largestChange >= LEAST_CHANGE_CYCLES * settings.cycle &&
      hasStepOnLine(plan, whitened, firstValue, settings.cycle));
  if (mayStep || tellsBreak) {
    fillEdgeSums(plan, whitened, firstValue, scan);
    scanHinges(plan, scan, scan.gains, scan.found);
  } else {
    placeHinge(plan, whitened, firstValue, measures, measured, scan);
  }
  fitSmoothModels(plan, velocity, quadraticScore, sumOfSquares, scan, fits);
  if (mayStep) fitStepModels(plan, settings.cycle, scan, fits);
  noiseOf(
    measures[measured + MEASURES.squares],
    measures[measured + MEASURES.products],
    plan.revisitCount,
    measures[measured + MEASURES.changes],
    plan.epochs.length,
    plan.seasonal ? 4 : 2,
    noise,
  );
  description.noise[point] = noise.epochToEpoch;
  description.residualNoise[point] = noise.residual;
  description.lagOneCorrelation[point] = noise.lagOneCorrelation;
  description.effectiveSamples[point] = noise.effectiveSamples;
  description.largestChange[point] = largestChange;

  describeTrends(plan, coefficients, first, fits, description, point);
  if (plan.seasonal) describeSeason(plan, coefficients, first, fits, description, point);
  if (fits.breakFit.gain > 0 && tellsBreak) {
    fitBreakInterval(plan, scan, settings.breakCalibration.interval, fits);
    describeBreak(plan, settings.breakCalibration, fits, buffers.velocities, description, point);
  }

  let best = SMOOTH_MODELS;
  for (let model = 0; model < MODEL_COUNT; model++) {
    description.sumOfSquares[point * MODEL_COUNT + model] = fits.sumOfSquares[model];
    description.criterion[point * MODEL_COUNT + model] = fits.criterion[model];
    if (model > SMOOTH_MODELS && fits.criterion[model] < fits.criterion[best]) best = model;
  }
  if (fits.criterion[best] === Number.POSITIVE_INFINITY) return;
  description.stepEpoch[point] = fits.stepEpoch[best];
  description.stepSign[point] = fits.stepSign[best];
}

/**
 * Looks for the best hinge about the best node, and puts it and the sums about it where the fits look for them. What
 * hinges at both neighbouring nodes explain tells the sums from the later one on; those of the dates between follow
 * from u.
 */
function placeHinge(
  plan: SeriesPlan,
  whitened: Float32Array,
  firstValue: number,
  measures: Float32Array,
  offset: number,
  { steps, ramps, found }: ScanBuffers,
): void {
  found.epoch = -1;
  // No hinge explains anything, or none may be fitted.
  if (measures[offset + MEASURES.score] === 0) return;
  const { epochs, hingeNodes } = plan;
  const { years } = plan.axis;
  const { inverseHinge } = plan.edges;
  const node = measures[offset + MEASURES.hinge];
  const first = hingeNodes[node - 1];
  const last = hingeNodes[node + 1];
  const from = years[epochs[first]];
  const to = years[epochs[last]];
  let moment = 0;
  for (let i = first + 1; i < last; i++) moment += (years[epochs[i]] - from) * whitened[firstValue + i];
  const scoreAfter = measures[offset + MEASURES.scoreAfter];
  let step = (measures[offset + MEASURES.scoreBefore] - scoreAfter - moment) / (to - from);
  let ramp = scoreAfter + to * step;
  found.value = 0;
  for (let i = last; i > first; i--) {
    const epoch = epochs[i];
    if (i < last) {
      step += whitened[firstValue + i];
      ramp += years[epoch] * whitened[firstValue + i];
      const score = ramp - years[epoch] * step;
      const gain = score * score * inverseHinge[epoch];
      if (gain > found.value) {
        found.value = gain;
        found.epoch = epoch;
      }
    }
    steps[epochs[i - 1] + 1] = step;
    ramps[epochs[i - 1] + 1] = ramp;
  }
}

function describeTrends(
  plan: SeriesPlan,
  coefficients: Float32Array,
  offset: number,
  fits: ModelFits,
  description: Description,
  point: number,
): void {
  const { projection, quadratic } = plan.generalised;
  const size = projection.columns.length;
  const slopeVariance = projection.covariance[size + 1];
  const linearVariance = fits.sumOfSquares[1] / freedomOf(plan, 2);
  description.velocity[point] = fits.velocity;
  const doubt = plan.noise.velocityDoubt ?? 0;
  description.velocityError[point] = (1 + doubt) * Math.sqrt(linearVariance * slopeVariance);
  description.velocityOrdinary[point] = coefficients[offset + COEFFICIENTS.olsVelocity];
  if (quadratic === undefined) return;

  const variance = Math.max(0, fits.sumOfSquares[2]) / freedomOf(plan, 3);
  const bend = fits.quadraticCoefficient;
  description.acceleration[point] = 2 * bend;
  description.accelerationError[point] = 2 * Math.sqrt(variance / quadratic.information);
  const ordinary = plan.ordinary.quadratic;
  if (ordinary) {
    description.accelerationOrdinary[point] =
      (2 * coefficients[offset + COEFFICIENTS.olsQuadratic]) / Math.sqrt(ordinary.information);
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
  coefficients: Float32Array,
  offset: number,
  fits: ModelFits,
  description: Description,
  point: number,
): void {
  const sine = coefficients[offset + COEFFICIENTS.glsSine];
  const cosine = coefficients[offset + COEFFICIENTS.glsCosine];
  const amplitude = Math.sqrt(sine * sine + cosine * cosine);
  description.seasonAmplitude[point] = amplitude;
  description.seasonPeakDay[point] = peakDayOfYear(sine, cosine);
  const ordinarySine = coefficients[offset + COEFFICIENTS.olsCubicSine];
  const ordinaryCosine = coefficients[offset + COEFFICIENTS.olsCubicCosine];
  description.seasonAmplitudeOrdinary[point] = Math.sqrt(
    ordinarySine * ordinarySine + ordinaryCosine * ordinaryCosine,
  );
  const cubicScore = coefficients[offset + COEFFICIENTS.glsCubic];
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
