import { choleskyFactor, dotProduct, solveLower } from '../kinematics/linear-algebra.js';
import { orthonormalRows, removeProjection } from '../kinematics/orthonormal-basis.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../series/epoch-axis.js';
import type { TextbookMotion } from './motions.js';
import { type KnownNoise, noiseCovariance } from './noise.js';

/** Models that a signal can be mistaken for: they, with their best parameters, are fitted to it. */
export type RivalModel = 'constant' | 'line' | 'parabola' | 'hinge' | 'twoHinges';

/** The simpler or rival models against which a motion must stand out to be told for what it is. */
export const RIVALS: Readonly<Record<TextbookMotion['trend'] | 'PUE', readonly RivalModel[]>> = {
  Stable: [],
  Linear: ['constant'],
  Quadratic: ['line', 'hinge'],
  Bilinear: ['line', 'parabola'],
  // Two hinges explain whatever one does, or a line.
  PUE: ['parabola', 'twoHinges'],
};

/**
 * Noncentrality from which one more parameter is chosen by the Bayesian information criterion in 95 % of draws:
 * `(sqrt(ln n) + 1.645)²`, 13.5 to 16.8 for 60 to 400 dates.
 */
export const IDENTIFIABLE_NONCENTRALITY = 15;

/** Close enough that the best of them leaves a sharp bend of a fast motion no error that stands out. */
const HINGE_POSITIONS = 129;
/** As shares of the span. */
const FIRST_HINGE = 0.05;
const HINGE_SPACING = 0.9 / (HINGE_POSITIONS - 1);

/**
 * Two hinges stand at least so far apart: a slide of one cycle in this time is about as fast as pure shapes ever move
 * (27.7 mm in 90 days: 113 mm/yr). What is faster than that is no motion but a jump.
 */
export const SHORTEST_SLIDE_DAYS = 90;

/** Says how far signals on one axis stand out of one noise. */
export interface NoncentralityMeter {
  /** `min (signal - rival)ᵀ C⁻¹ (signal - rival)` over the rival's parameters; `signal` in mm, one value a date. */
  against(signal: ArrayLike<number>, rival: RivalModel): number;
  /** The least over the rivals of a class; infinite where there are none. */
  least(signal: ArrayLike<number>, rivals: readonly RivalModel[]): number;
}

/**
 * Prepares a meter. Without `noise` it is white of 1 mm. The noise of a series with another sigma but the same shape of
 * covariance divides the result by sigma². A covariance may also be given itself (row-major, n x n, mm²). With
 * `besideSeason` every rival also has a free annual term.
 */
export function createNoncentralityMeter(
  axis: EpochAxis,
  noise: KnownNoise | Float64Array = { sigmaMm: 1 },
  besideSeason = false,
): NoncentralityMeter {
  const count = axis.days.length;
  const span = spanYears(axis);
  const whiten = createWhitener(axis, noise);

  const one = new Float64Array(count).fill(1);
  const squares = axis.years.map((year) => year * year);
  const seasonRows = besideSeason
    ? [Math.cos, Math.sin].map((wave) => axis.years.map((year) => wave(2 * Math.PI * year)))
    : [];
  const basis = orthonormalRows([one, ...seasonRows, axis.years, squares].map(whiten));
  const constantRows = 1 + seasonRows.length;
  const lineBasis = basis.subarray(0, (constantRows + 1) * count);
  const hinges = new Float64Array(HINGE_POSITIONS * count);
  for (let index = 0; index < HINGE_POSITIONS; index++) {
    const position = span * (FIRST_HINGE + HINGE_SPACING * index);
    const hinge = whiten(axis.years.map((year) => Math.max(0, year - position)));
    const row = removeProjection(hinge, lineBasis, hinges.subarray(index * count, (index + 1) * count));
    const norm = Math.sqrt(dotProduct(row, row));
    for (let i = 0; i < count; i++) row[i] = norm > 1e-9 ? row[i] / norm : 0;
  }
  const residual = new Float64Array(count);
  const modelRows: Record<RivalModel, number> = {
    constant: constantRows,
    line: constantRows + 1,
    parabola: constantRows + 2,
    hinge: constantRows + 1,
    twoHinges: constantRows + 1,
  };
  let pairs: HingePairs | undefined;

  function measure(whitened: Float64Array, rival: RivalModel): number {
    removeProjection(whitened, basis.subarray(0, modelRows[rival] * count), residual);
    const left = dotProduct(residual, residual);
    if (rival !== 'hinge' && rival !== 'twoHinges') return left;
    const scores = new Float64Array(HINGE_POSITIONS);
    for (let index = 0; index < HINGE_POSITIONS; index++) {
      for (let i = 0; i < count; i++) scores[index] += hinges[index * count + i] * residual[i];
    }
    const greatest = scores.reduce((most, score) => Math.max(most, score * score), 0);
    if (rival === 'hinge') return left - greatest;
    pairs ??= createHingePairs(hinges, count, span);
    return left - Math.max(greatest, explainedByPair(scores, pairs));
  }

  return {
    against: (signal, rival) => measure(whiten(signal), rival),
    least(signal, rivals) {
      const whitened = whiten(signal);
      let least = Number.POSITIVE_INFINITY;
      for (const rival of rivals) least = Math.min(least, measure(whitened, rival));
      return least;
    },
  };
}

/** What two hinges share, and one over what is left when that is taken off: zero for those that stand too close. */
interface HingePairs {
  readonly shared: Float64Array;
  readonly scale: Float64Array;
}

function createHingePairs(hinges: Float64Array, count: number, span: number): HingePairs {
  const shared = new Float64Array(HINGE_POSITIONS ** 2);
  const scale = new Float64Array(HINGE_POSITIONS ** 2);
  const spacingDays = HINGE_SPACING * span * DAYS_PER_YEAR;
  const apart = Math.max(1, Math.ceil(SHORTEST_SLIDE_DAYS / spacingDays));
  for (let first = 0; first < HINGE_POSITIONS; first++) {
    for (let second = first + apart; second < HINGE_POSITIONS; second++) {
      let product = 0;
      for (let i = 0; i < count; i++) product += hinges[first * count + i] * hinges[second * count + i];
      const own = 1 - product * product;
      shared[first * HINGE_POSITIONS + second] = product;
      scale[first * HINGE_POSITIONS + second] = own > 1e-6 ? 1 / own : 0;
    }
  }
  return { shared, scale };
}

/** The most that any pair explains of a signal that every unit hinge has these scores on. */
function explainedByPair(scores: Float64Array, { shared, scale }: HingePairs): number {
  let most = 0;
  for (let first = 0; first < HINGE_POSITIONS; first++) {
    for (let second = first + 1; second < HINGE_POSITIONS; second++) {
      const pair = first * HINGE_POSITIONS + second;
      const [one, other] = [scores[first], scores[second]];
      most = Math.max(most, scale[pair] * (one * one + other * other - 2 * shared[pair] * one * other));
    }
  }
  return most;
}

/** The smallest motions that an axis and a noise can show, each with a noncentrality of 15. */
export interface ResolutionLimits {
  /** Against no motion, mm/yr. */
  readonly velocityMmPerYear: number;
  /** Against a line, mm/yr². */
  readonly accelerationMmPerYear2: number;
  /** Of a break at mid-span, against a line, mm/yr. */
  readonly velocityChangeMmPerYear: number;
  /** Of a break at mid-span, against a parabola: what it takes to tell Bilinear from Quadratic, mm/yr. */
  readonly sharpVelocityChangeMmPerYear: number;
}

/**
 * Resolution limits for white noise of `sigmaMm`, or for a noise of known covariance. For even sampling and white
 * noise they are the closed forms `v² n T² / 12`, `a² n T⁴ / 720`, `dv² n T² f³ (1-f)³ / 3` and
 * `dv² n T² [f³ (1-f)³ / 3 - 5/4 f⁴ (1-f)⁴]`, over sigma², set to 15.
 */
export function resolutionLimits(
  axis: EpochAxis,
  noise: number | KnownNoise | Float64Array,
  breakAt = 0.5,
): ResolutionLimits {
  const meter = createNoncentralityMeter(axis, typeof noise === 'number' ? { sigmaMm: noise } : noise);
  const breakYears = breakAt * spanYears(axis);
  const parabola = axis.years.map((year) => 0.5 * year * year);
  const hinge = axis.years.map((year) => Math.max(0, year - breakYears));
  const limit = (unitSignal: Float64Array, rival: RivalModel): number =>
    Math.sqrt(IDENTIFIABLE_NONCENTRALITY / meter.against(unitSignal, rival));
  return {
    velocityMmPerYear: limit(axis.years, 'constant'),
    accelerationMmPerYear2: limit(parabola, 'line'),
    velocityChangeMmPerYear: limit(hinge, 'line'),
    sharpVelocityChangeMmPerYear: limit(hinge, 'parabola'),
  };
}

function createWhitener(
  axis: EpochAxis,
  noise: KnownNoise | Float64Array,
): (values: ArrayLike<number>) => Float64Array {
  if (!(noise instanceof Float64Array)) {
    const isWhite = (noise.correlatedShare ?? 0) === 0 && (noise.randomWalkMmPerRootYear ?? 0) === 0;
    if (isWhite) return (values) => Float64Array.from(values, (value) => value / noise.sigmaMm);
  }
  const count = axis.days.length;
  const factor = choleskyFactor(noise instanceof Float64Array ? noise : noiseCovariance(axis, noise), count);
  if (factor === undefined) throw new RangeError('The covariance of the noise is not positive definite.');
  return (values) => {
    const whitened = Float64Array.from(values);
    solveLower(factor, count, whitened);
    return whitened;
  };
}
