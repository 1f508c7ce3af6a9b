import { MODEL_COUNT } from './model-fits.js';

/** The likely break dates have a hole: the interval is their hull. */
export const BREAK_DISJOINT = 1;
/** The likely break dates reach an end of the search: the interval may go on beyond. */
export const BREAK_OPEN = 2;

/**
 * The numbers behind every point of a batch, one value a point; `NaN` where there is none. mm, years, mm/yr; days are
 * since 1970-01-01 and may have a fraction. Errors are one standard error under the file's correlated noise, scaled by
 * the point's own residuals.
 */
export interface Description {
  readonly count: number;
  /** Code of `MISSING_REASONS`. */
  readonly reason: Uint8Array;
  /** Line and season: generalised least squares, its error, and ordinary least squares (the producers' way). */
  readonly velocity: Float32Array;
  readonly velocityError: Float32Array;
  readonly velocityOrdinary: Float32Array;
  /** Parabola and season; twice the coefficient of t^2, as in EGMS. */
  readonly acceleration: Float32Array;
  readonly accelerationError: Float32Array;
  readonly accelerationOrdinary: Float32Array;
  /** Annual amplitude beside a cubic, day of the year of its maximum, chance of as much by noise alone (F test). */
  readonly seasonAmplitude: Float32Array;
  readonly seasonAmplitudeError: Float32Array;
  readonly seasonAmplitudeOrdinary: Float32Array;
  readonly seasonPeakDay: Float32Array;
  readonly seasonProbability: Float32Array;
  /** See `SeriesNoise`. */
  readonly noise: Float32Array;
  readonly residualNoise: Float32Array;
  readonly lagOneCorrelation: Float32Array;
  readonly effectiveSamples: Float32Array;
  /** Best break, its 95 % interval and `BREAK_...` flags. */
  readonly breakDay: Float64Array;
  readonly breakLowDay: Float64Array;
  readonly breakHighDay: Float64Array;
  readonly breakFlags: Uint8Array;
  readonly velocityBefore: Float32Array;
  readonly velocityBeforeError: Float32Array;
  readonly velocityAfter: Float32Array;
  readonly velocityAfterError: Float32Array;
  /** Velocity of the parabola at the first and last date, and the day it is zero if that lies between. */
  readonly velocityStart: Float32Array;
  readonly velocityStartError: Float32Array;
  readonly velocityEnd: Float32Array;
  readonly velocityEndError: Float32Array;
  readonly zeroVelocityDay: Float64Array;
  /** Whitened residual sum of squares and information criterion, points x `MODELS`. */
  readonly sumOfSquares: Float32Array;
  readonly criterion: Float64Array;
  /** The best single step of one cycle: epoch (-1 where there is none) and sign. */
  readonly stepEpoch: Int32Array;
  readonly stepSign: Int8Array;
  /** Largest change between two neighbouring dates beyond line and season, mm. */
  readonly largestChange: Float32Array;
}

export function createDescription(count: number): Description {
  const numbers = (): Float32Array => new Float32Array(count);
  const days = (): Float64Array => new Float64Array(count);
  return clearDescription({
    count,
    reason: new Uint8Array(count),
    velocity: numbers(),
    velocityError: numbers(),
    velocityOrdinary: numbers(),
    acceleration: numbers(),
    accelerationError: numbers(),
    accelerationOrdinary: numbers(),
    seasonAmplitude: numbers(),
    seasonAmplitudeError: numbers(),
    seasonAmplitudeOrdinary: numbers(),
    seasonPeakDay: numbers(),
    seasonProbability: numbers(),
    noise: numbers(),
    residualNoise: numbers(),
    lagOneCorrelation: numbers(),
    effectiveSamples: numbers(),
    breakDay: days(),
    breakLowDay: days(),
    breakHighDay: days(),
    breakFlags: new Uint8Array(count),
    velocityBefore: numbers(),
    velocityBeforeError: numbers(),
    velocityAfter: numbers(),
    velocityAfterError: numbers(),
    velocityStart: numbers(),
    velocityStartError: numbers(),
    velocityEnd: numbers(),
    velocityEndError: numbers(),
    zeroVelocityDay: days(),
    sumOfSquares: new Float32Array(count * MODEL_COUNT),
    criterion: new Float64Array(count * MODEL_COUNT),
    stepEpoch: new Int32Array(count),
    stepSign: new Int8Array(count),
    largestChange: numbers(),
  });
}

/** Takes all numbers out of a description, so that it can be filled anew. */
export function clearDescription(description: Description): Description {
  for (const values of Object.values(description)) {
    if (values instanceof Float32Array || values instanceof Float64Array) values.fill(Number.NaN);
  }
  description.reason.fill(0);
  description.breakFlags.fill(0);
  description.stepEpoch.fill(-1);
  description.stepSign.fill(0);
  return description;
}
