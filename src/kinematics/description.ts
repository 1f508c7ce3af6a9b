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
  const missing = (): Float32Array => new Float32Array(count).fill(Number.NaN);
  const missingDay = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  return {
    count,
    reason: new Uint8Array(count),
    velocity: missing(),
    velocityError: missing(),
    velocityOrdinary: missing(),
    acceleration: missing(),
    accelerationError: missing(),
    accelerationOrdinary: missing(),
    seasonAmplitude: missing(),
    seasonAmplitudeError: missing(),
    seasonAmplitudeOrdinary: missing(),
    seasonPeakDay: missing(),
    seasonProbability: missing(),
    noise: missing(),
    residualNoise: missing(),
    lagOneCorrelation: missing(),
    effectiveSamples: missing(),
    breakDay: missingDay(),
    breakLowDay: missingDay(),
    breakHighDay: missingDay(),
    breakFlags: new Uint8Array(count),
    velocityBefore: missing(),
    velocityBeforeError: missing(),
    velocityAfter: missing(),
    velocityAfterError: missing(),
    velocityStart: missing(),
    velocityStartError: missing(),
    velocityEnd: missing(),
    velocityEndError: missing(),
    zeroVelocityDay: missingDay(),
    sumOfSquares: new Float32Array(count * MODEL_COUNT).fill(Number.NaN),
    criterion: new Float64Array(count * MODEL_COUNT).fill(Number.NaN),
    stepEpoch: new Int32Array(count).fill(-1),
    stepSign: new Int8Array(count),
    largestChange: missing(),
  };
}
