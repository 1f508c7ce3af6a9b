import type { BreakFit, BreakInterval } from './break-profile.js';
import { hingeInformation, intervalOfBreak, refineBreak } from './break-profile.js';
import type { EdgeSums, ScanResult } from './model-scans.js';
import { gainsOfHinges, scanHinges, scanSteps, scanStepsBesideHinge } from './model-scans.js';
import type { SeriesPlan } from './series-plan.js';
import { COEFFICIENTS } from './series-plan.js';

/** The competing models, in the order of their codes; the last four carry one step of a whole cycle. */
export const MODELS = [
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
  readonly gains: Float64Array;
  readonly found: ScanResult;
}

export function createModelFits(): ModelFits {
  return {
    sumOfSquares: new Float64Array(MODEL_COUNT),
    criterion: new Float64Array(MODEL_COUNT),
    stepEpoch: new Int32Array(MODEL_COUNT).fill(-1),
    stepSign: new Int8Array(MODEL_COUNT),
    breakFit: { gain: 0, years: Number.NaN, change: Number.NaN, edge: -1 },
    breakInterval: { low: Number.NaN, high: Number.NaN, disjoint: false, open: false },
    velocity: 0,
    quadraticCoefficient: 0,
  };
}

export function createScanBuffers(epochs: number): ScanBuffers {
  // One beyond the last date holds the empty sum.
  return {
    ramps: new Float64Array(epochs + 1),
    steps: new Float64Array(epochs + 1),
    gains: new Float64Array(epochs),
    found: { value: 0, epoch: -1, sign: 0 },
  };
}

/** n ln(RSS / n) + p ln n, with season and variance counted alike in all models. */
export function informationCriterion(plan: SeriesPlan, sumOfSquares: number, parameters: number): number {
  const count = plan.epochs.length;
  const variance = Math.max(sumOfSquares / count, LEAST_VARIANCE_MM2);
  return count * Math.log(variance) + (parameters + (plan.seasonal ? 2 : 0)) * Math.log(count);
}

/** Degrees of freedom left by a model with this many parameters beyond the season. */
export function freedomOf(plan: SeriesPlan, parameters: number): number {
  return plan.epochs.length - parameters - (plan.seasonal ? 2 : 0);
}

/**
 * Fits all competing models to one series, steps and hinges at every date.
 *
 * @param product the series' row of the plan's product: u = P y, then `COEFFICIENTS`
 * @param offset where that row starts
 * @param sumOfSquares y'Py of the series
 * @param cycle displacement of one cycle, mm
 */
export function fitModels(
  plan: SeriesPlan,
  product: ArrayLike<number>,
  offset: number,
  sumOfSquares: number,
  cycle: number,
  buffers: ScanBuffers,
  fits: ModelFits,
): void {
  const { years } = plan.axis;
  const total = years.length;
  const { ramps, steps } = buffers;
  let ramp = 0;
  let step = 0;
  ramps[total] = 0;
  steps[total] = 0;
  for (let k = total - 1; k >= 0; k--) {
    const value = product[offset + k];
    step += value;
    ramp += years[k] * value;
    steps[k] = step;
    ramps[k] = ramp;
  }

  const velocity = product[offset + total + COEFFICIENTS.glsVelocity];
  const quadraticScore = product[offset + total + COEFFICIENTS.glsQuadratic];
  fitSums(plan, velocity, quadraticScore, sumOfSquares, cycle, 1, true, buffers, fits);
}

/**
 * The same once `ramps` and `steps` of the buffers are filled.
 *
 * @param velocity and `quadraticScore`: the coefficients of these names
 * @param stride steps and hinges are looked for at every date that this divides first, then around the best of those
 * @param withSteps false leaves out the models with a step, as if they explained nothing
 */
export function fitSums(
  plan: SeriesPlan,
  velocity: number,
  quadraticScore: number,
  sumOfSquares: number,
  cycle: number,
  stride: number,
  withSteps: boolean,
  buffers: ScanBuffers,
  fits: ModelFits,
): void {
  const { generalised, stepTables } = plan;
  const { found } = buffers;
  const quadraticInformation = generalised.quadratic?.information ?? Number.POSITIVE_INFINITY;
  const quadraticCoefficient = quadraticScore / Math.sqrt(quadraticInformation);
  fits.velocity = velocity;
  fits.quadraticCoefficient = quadraticCoefficient;

  const sums = fits.sumOfSquares;
  sums[0] = sumOfSquares + velocity * velocity * generalised.slope.information;
  sums[1] = sumOfSquares;
  sums[2] = sumOfSquares - quadraticScore * quadraticScore;
  if (!withSteps) sums.fill(Number.POSITIVE_INFINITY, SMOOTH_MODELS);
  for (let model = 0; model < 3 && withSteps; model++) {
    const weight = model === 0 ? velocity : model === 1 ? 0 : -quadraticCoefficient;
    scanSteps(plan, buffers, stepTables[model], weight, cycle, stride, found);
    sums[model + 4] = sums[model] - found.value;
    fits.stepEpoch[model + 4] = found.epoch;
    fits.stepSign[model + 4] = found.sign;
  }

  scanHinges(plan, buffers, 0, 0, stride, found);
  if (found.epoch < 0) {
    fits.breakFit.gain = 0;
    fits.breakFit.edge = -1;
    sums[3] = Number.POSITIVE_INFINITY;
    sums[7] = Number.POSITIVE_INFINITY;
  } else {
    refineBreak(plan, buffers.ramps, buffers.steps, found.epoch, found.value, fits.breakFit);
    sums[3] = sumOfSquares - fits.breakFit.gain;
    if (withSteps) fitHingeAndStep(plan, buffers, cycle, stride, fits);
  }
  if (!generalised.quadratic) {
    sums[2] = Number.POSITIVE_INFINITY;
    sums[6] = Number.POSITIVE_INFINITY;
  }
  for (let model = 0; model < MODEL_COUNT; model++) {
    fits.criterion[model] =
      sums[model] === Number.POSITIVE_INFINITY
        ? sums[model]
        : informationCriterion(plan, sums[model], MODEL_PARAMETERS[model]);
  }
}

/** Hinge and step together, by taking the better of "hinge first" and "step first": a full search would cost n^2. */
function fitHingeAndStep(
  plan: SeriesPlan,
  buffers: ScanBuffers,
  cycle: number,
  stride: number,
  fits: ModelFits,
): void {
  const { found } = buffers;
  const { edge, years, change } = fits.breakFit;
  const inverse = 1 / hingeInformation(plan, edge, years);
  scanStepsBesideHinge(plan, buffers, edge, years, change, inverse, cycle, stride, found);
  const hingeFirst = fits.sumOfSquares[3] - found.value;
  fits.sumOfSquares[7] = hingeFirst;
  fits.stepEpoch[7] = found.epoch;
  fits.stepSign[7] = found.sign;

  scanHinges(plan, buffers, fits.stepSign[5] * cycle, fits.stepEpoch[5], stride, found);
  const stepFirst = fits.sumOfSquares[5] - found.value;
  if (stepFirst >= hingeFirst) return;
  fits.sumOfSquares[7] = stepFirst;
  fits.stepEpoch[7] = fits.stepEpoch[5];
  fits.stepSign[7] = fits.stepSign[5];
}

/**
 * Fills the 95 % interval of the break from the sums that the fits left in the buffers; see `BreakCalibration`. The
 * break must have been looked for at every date.
 */
export function fitBreakInterval(
  plan: SeriesPlan,
  buffers: ScanBuffers,
  calibration: number,
  fits: ModelFits,
): void {
  gainsOfHinges(plan, buffers, buffers.gains);
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
