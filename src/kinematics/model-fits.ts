import type { BreakFit, BreakInterval } from './break-profile.js';
import { hingeInformation, intervalOfBreak, refineBreak } from './break-profile.js';
import type { EdgeSums, ScanResult } from './model-scans.js';
import {
  createEdgeSums,
  createScanResult,
  scanHinges,
  scanHingesBesideStep,
  scanSteps,
  scanStepsBesideHinge,
} from './model-scans.js';
import type { SeriesPlan } from './series-plan.js';

/** The competing models, in the order of their codes; the last four carry one step of a whole cycle. */
const MODELS = [
  'constant',
  'linear',
  'quadratic',
  'hinge',
  'constant and cycle step',
  'linear and cycle step',
  'quadratic and cycle step',
  'hinge and cycle step',
] as const;
export const MODEL_COUNT = MODELS.length;
/** The models without a step come first. */
export const SMOOTH_MODELS = 4;
/** Parameters beyond the season; a step of fixed size costs its date. */
const MODEL_PARAMETERS = [1, 2, 3, 4, 2, 3, 4, 5] as const;
/** Parameters of the hinge beyond the season: two lines and a date. */
export const BREAK_PARAMETERS = MODEL_PARAMETERS[3];
/** Displacements are stored to a tenth of a millimetre: no residual is smaller than rounding. */
const LEAST_VARIANCE_MM2 = 0.03 ** 2;

/** All fits of one series; one object is used again for every series of a batch. */
export interface ModelFits {
  /** Whitened residual sum of squares (mm^2, in units of the unit-diagonal correlation) by model. */
  readonly sumOfSquares: Float64Array;
  /** Bayesian information criterion by model; infinite where a model cannot be fitted. */
  readonly criterion: Float64Array;
  /** Date of the step by model (4 to 7), as an epoch; -1 where there is none. */
  readonly stepEpoch: Int32Array;
  readonly stepSign: Int8Array;
  readonly breakFit: BreakFit;
  readonly breakInterval: BreakInterval;
  /** Generalised least squares: line and season; t^2's coefficient beside them. mm, years. */
  velocity: number;
  quadraticCoefficient: number;
}

/** Buffers for scanning one series on an axis of `epochs` dates. */
export interface ScanBuffers extends EdgeSums {
  /** What a hinge at every date takes off, from `scanHinges`. */
  readonly gains: Float64Array;
  readonly found: ScanResult;
  /** The best step beside a constant, a line and a parabola. */
  readonly foundSteps: readonly [ScanResult, ScanResult, ScanResult];
}

export function createModelFits(): ModelFits {
  // Numbers start as NaN: a field that has once held a small whole number is compiled for those.
  return {
    sumOfSquares: new Float64Array(MODEL_COUNT),
    criterion: new Float64Array(MODEL_COUNT),
    stepEpoch: new Int32Array(MODEL_COUNT).fill(-1),
    stepSign: new Int8Array(MODEL_COUNT),
    breakFit: { gain: Number.NaN, years: Number.NaN, change: Number.NaN, edge: -1 },
    breakInterval: { low: Number.NaN, high: Number.NaN, disjoint: false, open: false },
    velocity: Number.NaN,
    quadraticCoefficient: Number.NaN,
  };
}

export function createScanBuffers(epochs: number): ScanBuffers {
  return {
    ...createEdgeSums(epochs),
    gains: new Float64Array(epochs),
    found: createScanResult(),
    foundSteps: [createScanResult(), createScanResult(), createScanResult()],
  };
}

/** n ln(RSS / n) + p ln n, with season and variance counted alike in all models. */
export function informationCriterion(plan: SeriesPlan, sumOfSquares: number, parameters: number): number {
  const count = plan.epochs.length;
  const variance = Math.max(sumOfSquares / count, LEAST_VARIANCE_MM2);
  return count * Math.log(variance) + (parameters + (plan.seasonal ? 2 : 0)) * plan.logOfDates;
}

/** Degrees of freedom left by a model with this many parameters beyond the season. */
export function freedomOf(plan: SeriesPlan, parameters: number): number {
  return plan.epochs.length - parameters - (plan.seasonal ? 2 : 0);
}

/**
 * Fits all competing models to one series, steps and hinges at every date. `ramps` and `steps` of the buffers hold the
 * series' sums (`fillEdgeSums`).
 *
 * @param velocity and `quadraticScore`: the coefficients of these names
 * @param sumOfSquares y'Py of the series
 * @param cycle displacement of one cycle, mm
 */
export function fitModels(
  plan: SeriesPlan,
  velocity: number,
  quadraticScore: number,
  sumOfSquares: number,
  cycle: number,
  buffers: ScanBuffers,
  fits: ModelFits,
): void {
  scanHinges(plan, buffers, buffers.gains, buffers.found);
  fitSmoothModels(plan, velocity, quadraticScore, sumOfSquares, buffers, fits);
  fitStepModels(plan, cycle, buffers, fits);
}

/**
 * Fits the models without a step, and leaves those with one out, as if they explained nothing.
 *
 * @param buffers `found` is the best hinge; `ramps` and `steps` hold the sums at its date and the next
 */
export function fitSmoothModels(
  plan: SeriesPlan,
  velocity: number,
  quadraticScore: number,
  sumOfSquares: number,
  buffers: ScanBuffers,
  fits: ModelFits,
): void {
  const { slope, quadratic } = plan.generalised;
  const { found } = buffers;
  fits.velocity = velocity;
  fits.quadraticCoefficient = quadratic ? quadraticScore / Math.sqrt(quadratic.information) : 0;
  const sums = fits.sumOfSquares;
  sums.fill(Number.POSITIVE_INFINITY);
  sums[0] = sumOfSquares + velocity * velocity * slope.information;
  sums[1] = sumOfSquares;
  if (quadratic) sums[2] = sumOfSquares - quadraticScore * quadraticScore;
  if (found.epoch < 0) {
    fits.breakFit.gain = 0;
    fits.breakFit.edge = -1;
  } else {
    refineBreak(plan, buffers.ramps, buffers.steps, found.epoch, found.value, fits.breakFit);
    sums[3] = sumOfSquares - fits.breakFit.gain;
  }
  fits.criterion.fill(Number.POSITIVE_INFINITY, SMOOTH_MODELS);
  weighModels(plan, 0, SMOOTH_MODELS, fits);
}

/** Adds the models with a step; those without are fitted, and the buffers hold the sums of all dates. */
export function fitStepModels(plan: SeriesPlan, cycle: number, buffers: ScanBuffers, fits: ModelFits): void {
  const { foundSteps } = buffers;
  scanSteps(plan, buffers, fits.velocity, -fits.quadraticCoefficient, cycle, foundSteps);
  const sums = fits.sumOfSquares;
  for (let model = 0; model < 3; model++) {
    const found = foundSteps[model];
    sums[model + SMOOTH_MODELS] = sums[model] - found.value;
    fits.stepEpoch[model + SMOOTH_MODELS] = found.epoch;
    fits.stepSign[model + SMOOTH_MODELS] = found.sign;
  }
  if (fits.breakFit.edge >= 0) fitHingeAndStep(plan, buffers, cycle, fits);
  weighModels(plan, SMOOTH_MODELS, MODEL_COUNT, fits);
}

function weighModels(
  plan: SeriesPlan,
  first: number,
  end: number,
  { sumOfSquares, criterion }: ModelFits,
): void {
  for (let model = first; model < end; model++) {
    criterion[model] =
      sumOfSquares[model] === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : informationCriterion(plan, sumOfSquares[model], MODEL_PARAMETERS[model]);
  }
}

/** Hinge and step together, by taking the better of "hinge first" and "step first": a full search would cost n^2. */
function fitHingeAndStep(plan: SeriesPlan, buffers: ScanBuffers, cycle: number, fits: ModelFits): void {
  const { found } = buffers;
  const { edge, years, change } = fits.breakFit;
  const inverse = 1 / hingeInformation(plan, edge, years);
  scanStepsBesideHinge(plan, buffers, edge, years, change, inverse, cycle, found);
  const hingeFirst = fits.sumOfSquares[3] - found.value;
  fits.sumOfSquares[7] = hingeFirst;
  fits.stepEpoch[7] = found.epoch;
  fits.stepSign[7] = found.sign;

  scanHingesBesideStep(plan, buffers, fits.stepSign[5] * cycle, fits.stepEpoch[5], found);
  const stepFirst = fits.sumOfSquares[5] - found.value;
  if (stepFirst >= hingeFirst) return;
  fits.sumOfSquares[7] = stepFirst;
  fits.stepEpoch[7] = fits.stepEpoch[5];
  fits.stepSign[7] = fits.stepSign[5];
}

/**
 * Fills the 95 % interval of the break from the sums and gains of all dates in the buffers; see `BreakCalibration`.
 */
export function fitBreakInterval(
  plan: SeriesPlan,
  buffers: ScanBuffers,
  calibration: number,
  fits: ModelFits,
): void {
  const freedom = freedomOf(plan, BREAK_PARAMETERS);
  const quantile = plan.quantiles[BREAK_PARAMETERS];
  const limit = fits.sumOfSquares[3] * (1 + (calibration * quantile * quantile) / freedom);
  const threshold = fits.sumOfSquares[1] - limit;
  intervalOfBreak(
    plan,
    buffers.ramps,
    buffers.steps,
    buffers.gains,
    fits.breakFit,
    threshold,
    fits.breakInterval,
  );
}
