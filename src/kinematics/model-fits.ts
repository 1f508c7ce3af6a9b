import type { BreakFit, BreakInterval } from './break-profile.js';
import { hingeInformation, intervalOfBreak, refineBreak } from './break-profile.js';
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
export interface ScanBuffers {
  readonly ramps: Float64Array;
  readonly steps: Float64Array;
  readonly gains: Float64Array;
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
 * Fits all competing models to one series.
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
  fitSums(plan, velocity, quadraticScore, sumOfSquares, cycle, buffers, fits);
}

/**
 * The same once `ramps` and `steps` of the buffers are filled.
 *
 * @param velocity and `quadraticScore`: the coefficients of these names
 */
export function fitSums(
  plan: SeriesPlan,
  velocity: number,
  quadraticScore: number,
  sumOfSquares: number,
  cycle: number,
  buffers: ScanBuffers,
  fits: ModelFits,
): void {
  const { generalised, stepEpochs, hingeEpochs, stepTable, hingeTable } = plan;
  const { stepSlope, stepQuadratic } = plan.edges;
  const { ramps, steps, gains } = buffers;
  const quadraticInformation = generalised.quadratic?.information ?? Number.POSITIVE_INFINITY;
  const quadraticCoefficient = quadraticScore / Math.sqrt(quadraticInformation);
  fits.velocity = velocity;
  fits.quadraticCoefficient = quadraticCoefficient;

  // Steps of one cycle J on constant, line and parabola: a step s takes 2 J |s'Py| - J^2 s'Ps off the sum of squares.
  let bestConstant = Number.NEGATIVE_INFINITY;
  let bestLinear = Number.NEGATIVE_INFINITY;
  let bestQuadratic = Number.NEGATIVE_INFINITY;
  let constantEpoch = -1;
  let linearEpoch = -1;
  let quadraticEpoch = -1;
  for (let i = 0; i < stepEpochs.length; i++) {
    const k = stepEpochs[i];
    const score = steps[k];
    const at = 5 * i;
    const linear = 2 * Math.abs(score) - cycle * stepTable[at];
    if (linear > bestLinear) {
      bestLinear = linear;
      linearEpoch = k;
    }
    const constant = 2 * Math.abs(score + velocity * stepTable[at + 1]) - cycle * stepTable[at + 2];
    if (constant > bestConstant) {
      bestConstant = constant;
      constantEpoch = k;
    }
    const quadratic =
      2 * Math.abs(score - quadraticCoefficient * stepTable[at + 3]) - cycle * stepTable[at + 4];
    if (quadratic > bestQuadratic) {
      bestQuadratic = quadratic;
      quadraticEpoch = k;
    }
  }

  let bestHinge = 0;
  let hingeEpoch = -1;
  for (let i = 0; i < hingeEpochs.length; i++) {
    const k = hingeEpochs[i];
    const score = ramps[k] - hingeTable[2 * i] * steps[k];
    const gain = score * score * hingeTable[2 * i + 1];
    gains[k] = gain;
    if (gain > bestHinge) {
      bestHinge = gain;
      hingeEpoch = k;
    }
  }

  const sums = fits.sumOfSquares;
  sums[0] = sumOfSquares + velocity * velocity * generalised.slope.information;
  sums[1] = sumOfSquares;
  sums[2] = sumOfSquares - quadraticScore * quadraticScore;
  sums[4] = sums[0] - cycle * bestConstant;
  sums[5] = sums[1] - cycle * bestLinear;
  sums[6] = sums[2] - cycle * bestQuadratic;
  fits.stepEpoch[4] = constantEpoch;
  fits.stepEpoch[5] = linearEpoch;
  fits.stepEpoch[6] = quadraticEpoch;
  fits.stepSign[4] = Math.sign(steps[constantEpoch] + velocity * stepSlope[constantEpoch]);
  fits.stepSign[5] = Math.sign(steps[linearEpoch]);
  fits.stepSign[6] = Math.sign(steps[quadraticEpoch] - quadraticCoefficient * stepQuadratic[quadraticEpoch]);

  if (hingeEpoch < 0) {
    fits.breakFit.gain = 0;
    fits.breakFit.edge = -1;
    sums[3] = Number.POSITIVE_INFINITY;
    sums[7] = Number.POSITIVE_INFINITY;
  } else {
    refineBreak(plan, ramps, steps, hingeEpoch, bestHinge, fits.breakFit);
    sums[3] = sumOfSquares - fits.breakFit.gain;
    fitHingeAndStep(plan, buffers, cycle, fits);
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
function fitHingeAndStep(plan: SeriesPlan, buffers: ScanBuffers, cycle: number, fits: ModelFits): void {
  const { stepEpochs, hingeEpochs, stepTable, hingeTable } = plan;
  const { stepStep, rampStep, stepHinge } = plan.edges;
  const total = plan.axis.years.length;
  const { ramps, steps } = buffers;
  const { edge, years: breakYears, change } = fits.breakFit;

  const inverse = 1 / hingeInformation(plan, edge, breakYears);
  let bestStep = Number.NEGATIVE_INFINITY;
  let stepEpoch = -1;
  let stepSign = 0;
  const line = edge * total;
  for (let i = 0; i < stepEpochs.length; i++) {
    const k = stepEpochs[i];
    const cross = rampStep[line + k] - breakYears * stepStep[line + k];
    const score = steps[k] - change * cross;
    const value = 2 * Math.abs(score) - cycle * (stepTable[5 * i] - cross * cross * inverse);
    if (value > bestStep) {
      bestStep = value;
      stepEpoch = k;
      stepSign = Math.sign(score);
    }
  }
  let best = fits.sumOfSquares[3] - cycle * bestStep;

  const first = fits.stepEpoch[5];
  const firstLine = first * total;
  const shift = fits.stepSign[5] * cycle;
  let bestHinge = 0;
  for (let i = 0; i < hingeEpochs.length; i++) {
    const k = hingeEpochs[i];
    const score = ramps[k] - hingeTable[2 * i] * steps[k] - shift * stepHinge[firstLine + k];
    const gain = score * score * hingeTable[2 * i + 1];
    if (gain > bestHinge) bestHinge = gain;
  }
  const stepFirst = fits.sumOfSquares[5] - bestHinge;
  if (stepFirst < best) {
    best = stepFirst;
    stepEpoch = first;
    stepSign = fits.stepSign[5];
  }
  fits.sumOfSquares[7] = best;
  fits.stepEpoch[7] = stepEpoch;
  fits.stepSign[7] = stepSign;
}

/** Fills the 95 % interval of the break from the profile that `fitModels` left in the buffers; see `calibrateBreakInterval`. */
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
