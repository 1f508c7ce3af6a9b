import { GroundTrendError } from '../errors.js';
import { rangeOf } from '../kinematics/orthonormal-basis.js';
import type { Random } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import type { TrendClass } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { drawJumps, type JumpParameters, TEXTBOOK_JUMP_PARAMETERS } from './jumps.js';
import { isClearly, MOTION_GRID, measureMotion } from './material-label.js';
import { drawTextbookMotion, motionDisplacement, type TextbookMotion } from './motions.js';
import {
  addNoise,
  addSeason,
  addSmoothNoise,
  drawEpochFactors,
  drawSeason,
  type KnownNoise,
  noiseCovariance,
} from './noise.js';
import {
  createNoncentralityMeter,
  IDENTIFIABLE_NONCENTRALITY,
  type NoncentralityMeter,
  RIVALS,
} from './noncentrality.js';
import type { ResidualBank } from './residual-bank.js';
import { drawWrappedMotion } from './wrapped-motion.js';

/**
 * The noise of textbook series: `white`; `correlated` (a share of 0.1 to 0.5 over 12 to 90 days, dates of unequal
 * quality); `walk` (correlated, and a random walk); `smooth` (as if filtered in time); or residuals of real series on
 * the same axis.
 */
export type SampleNoise = 'white' | 'correlated' | 'walk' | 'smooth' | ResidualBank;

export interface TextbookOptions {
  readonly axis: EpochAxis;
  /** Default `white`. */
  readonly noise?: SampleNoise;
  /** One sigma for all, mm; default log-normal with median 2.7, between 1 and 8. */
  readonly sigmaMm?: number;
  /** Default 15. 0 keeps every draw, however faint. */
  readonly leastNoncentrality?: number;
  /** Parts of a cycle by which errors jump; default whole cycles, and a tenth of 0.6 to 0.95. */
  readonly jumpCycles?: readonly [number, number];
  /** Adds a yearly motion; default true. */
  readonly hasSeason?: boolean;
}

/** One simulated series of a pure shape. */
export interface TextbookSeries {
  /** mm, one value a date. */
  readonly displacements: Float64Array;
  /** The motion below any jumps. */
  readonly motion: TextbookMotion;
  /** Cycles of unwrapping error at every date. */
  readonly cycles: ArrayLike<number>;
  readonly sigmaMm: number;
  readonly noncentrality: number;
}

const BASE_TRENDS: readonly TextbookMotion['trend'][] = ['Stable', 'Linear', 'Quadratic', 'Bilinear'];
const BASE_WEIGHTS = [0.5, 0.3, 0.1, 0.1];
/** Share of unwrapping errors that come from wrapping a fast motion instead of explicit jumps. */
const WRAPPED_SHARE = 0.12;
/** Shapes of covariance that a correlated set is drawn from: few, as each needs a factorisation. */
const NOISE_SHAPES = 12;
/** Taken for the covariance of real residuals when asking whether a signal stands out of them. */
const BANK_SHAPE: KnownNoise = { sigmaMm: 1, correlatedShare: 0.35, correlationDays: 30 };
const SIGNALS_PER_NOISE = 50;
const GREATEST_ATTEMPTS = 100;
const MOTION_ATTEMPTS = 20_000;
const SIGMA_MEDIAN_MM = 2.7;
const SIGMA_LOG_DEVIATION = 0.45;

interface NoiseShape {
  readonly model: KnownNoise;
  readonly meter: NoncentralityMeter;
}

/** A clean signal that passed: motion, cycles and both together in mm. */
interface CleanSignal {
  readonly motion: TextbookMotion;
  readonly clean: Float64Array;
  readonly cycles: ArrayLike<number>;
  readonly noncentrality: number;
}

/**
 * Prepares a simulator of textbook series on one axis. Each draw is repeated until its motion has its class by the
 * rules of materiality and stands out of the noise against every rival.
 */
export function createTextbookSimulator(
  options: TextbookOptions,
  random: Random,
): (trend: TrendClass, random: Random) => TextbookSeries {
  const { axis } = options;
  const noise = options.noise ?? 'white';
  const hasSeason = options.hasSeason ?? true;
  const least = options.leastNoncentrality ?? IDENTIFIABLE_NONCENTRALITY;
  const models = drawNoiseShapes(noise, random);
  const factors = noise === 'correlated' || noise === 'walk' ? drawUnitFactors(axis, random) : undefined;
  const shapes = models.map((model): NoiseShape => {
    const drawn = factors === undefined ? model : noiseCovariance(axis, model, factors);
    return { model, meter: createNoncentralityMeter(axis, drawn, hasSeason) };
  });
  const jumpParameters: JumpParameters =
    options.jumpCycles === undefined
      ? TEXTBOOK_JUMP_PARAMETERS
      : { ...TEXTBOOK_JUMP_PARAMETERS, wholeShare: 0, reducedCycles: options.jumpCycles };

  function addOneNoise(target: Float64Array, model: KnownNoise, sigmaMm: number, draw: Random): void {
    if (typeof noise === 'object') {
      const row = draw.integer(noise.count) * target.length;
      const sign = draw.sign();
      for (let i = 0; i < target.length; i++) target[i] += sign * noise.residuals[row + i];
    } else if (noise === 'smooth') {
      addSmoothNoise(target, axis, sigmaMm, model.correlationDays as number, draw);
    } else addNoise(target, axis, scaleModel(model, sigmaMm), draw, factors);
  }

  return (trend, draw) => {
    for (let attempt = 0; attempt < GREATEST_ATTEMPTS; attempt++) {
      const shape = shapes[draw.integer(shapes.length)];
      const displacements = new Float64Array(axis.days.length);
      const drawnSigma = options.sigmaMm ?? drawSigma(draw);
      addOneNoise(displacements, shape.model, drawnSigma, draw);
      const sigmaMm = typeof noise === 'object' ? deviationOf(displacements) : drawnSigma;
      if (hasSeason) addSeason(displacements, axis, drawSeason(draw));
      const measure: Measure = (clean, rivals) => shape.meter.least(clean, rivals) / (sigmaMm * sigmaMm);
      // The noise stays while signals are drawn for it: otherwise weak classes would come with less noise.
      for (let drawn = 0; drawn < SIGNALS_PER_NOISE; drawn++) {
        const signal = drawSignal(trend, axis, draw, jumpParameters, displacements, measure);
        if (!(signal.noncentrality >= least)) continue;
        for (let i = 0; i < displacements.length; i++) displacements[i] += signal.clean[i];
        const { motion, cycles, noncentrality } = signal;
        return { displacements, motion, cycles, sigmaMm, noncentrality };
      }
    }
    throw new GroundTrendError('usage', `No ${trend} series on these dates stands out of this noise.`, {
      advice: 'Take more dates, a longer span, a smaller sigma or a lower least noncentrality.',
    });
  };
}

type Measure = (clean: Float64Array, rivals: (typeof RIVALS)['PUE']) => number;

function drawSignal(
  trend: TrendClass,
  axis: EpochAxis,
  random: Random,
  jumpParameters: JumpParameters,
  noise: Float64Array,
  measure: Measure,
): CleanSignal {
  if (trend !== 'PUE') {
    const motion = drawMaterialTextbookMotion(trend, axis, random);
    const clean = axis.years.map((year) => motionDisplacement(motion, year));
    const cycles = new Float64Array(clean.length);
    return { motion, clean, cycles, noncentrality: measure(clean, RIVALS[trend]) };
  }
  if (random.chance(WRAPPED_SHARE)) {
    const isClear = (clean: Float64Array) => measure(clean, RIVALS.PUE) >= IDENTIFIABLE_NONCENTRALITY;
    const wrapped = drawWrappedMotion(axis, random, noise, cycleMm(), isClear);
    if (wrapped !== undefined) return { ...wrapped, noncentrality: measure(wrapped.clean, RIVALS.PUE) };
  }
  const motion = drawMaterialTextbookMotion(BASE_TRENDS[random.weighted(BASE_WEIGHTS)], axis, random);
  const clean = axis.years.map((year) => motionDisplacement(motion, year));
  const { cycles } = drawJumps(axis, random, jumpParameters, rateHazard(clean, axis));
  for (let i = 0; i < clean.length; i++) clean[i] += cycles[i] * cycleMm();
  return { motion, clean, cycles, noncentrality: measure(clean, RIVALS.PUE) };
}

/** Draws until the motion has its class by the rules of materiality, with some margin to either side. */
function drawMaterialTextbookMotion(
  trend: TextbookMotion['trend'],
  axis: EpochAxis,
  random: Random,
): TextbookMotion {
  const span = spanYears(axis);
  const grid = new Float64Array(MOTION_GRID);
  for (let attempt = 0; attempt < MOTION_ATTEMPTS; attempt++) {
    const motion = drawTextbookMotion(trend, span, random);
    for (let i = 0; i < MOTION_GRID; i++) {
      grid[i] = motionDisplacement(motion, (span * i) / (MOTION_GRID - 1));
    }
    if (isClearly(trend, measureMotion(grid))) return motion;
  }
  throw new GroundTrendError('usage', `In ${span.toFixed(1)} years no ${trend} motion becomes material.`, {
    advice: 'Take a longer span.',
  });
}

/** Errors are likelier where the motion is fast: 1 at rest, up to 4 at the greatest rate. */
function rateHazard(clean: Float64Array, axis: EpochAxis): Float64Array {
  const range = rangeOf(clean) + 1;
  const span = spanYears(axis);
  return clean.map((value, i) => {
    if (i === 0) return 1;
    const rate = Math.abs(value - clean[i - 1]) / (axis.years[i] - axis.years[i - 1]);
    return 1 + Math.min(3, (rate * span) / range);
  });
}

function drawNoiseShapes(noise: SampleNoise | undefined, random: Random): KnownNoise[] {
  if (noise === undefined || noise === 'white') return [{ sigmaMm: 1 }];
  if (typeof noise === 'object') return [BANK_SHAPE];
  return Array.from({ length: NOISE_SHAPES }, () => {
    if (noise === 'smooth') {
      return { sigmaMm: 1, correlatedShare: 0.97, correlationDays: random.logBetween(30, 120) };
    }
    return {
      sigmaMm: 1,
      correlatedShare: random.between(0.1, 0.5),
      correlationDays: random.logBetween(12, 90),
      randomWalkMmPerRootYear: noise === 'walk' ? random.between(0.2, 0.6) : 0,
    };
  });
}

function scaleModel(model: KnownNoise, sigmaMm: number): KnownNoise {
  const walk = (model.randomWalkMmPerRootYear ?? 0) * sigmaMm;
  return { ...model, sigmaMm, randomWalkMmPerRootYear: walk };
}

/** Dates of unequal quality with a mean square of 1, so that sigma keeps its meaning. */
function drawUnitFactors(axis: EpochAxis, random: Random): Float64Array {
  const factors = drawEpochFactors(axis.days.length, random);
  const scale = 1 / Math.sqrt(factors.reduce((sum, factor) => sum + factor * factor, 0) / factors.length);
  return factors.map((factor) => factor * scale);
}

function drawSigma(random: Random): number {
  return Math.min(8, Math.max(1, SIGMA_MEDIAN_MM * Math.exp(SIGMA_LOG_DEVIATION * random.normal())));
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
