import type { Random } from '../random.js';
import { DAYS_PER_YEAR, type EpochAxis } from '../series/epoch-axis.js';
import { SENTINEL1_WAVELENGTH_MM } from '../series/wavelength.js';

/**
 * A noise whose covariance is known: between dates i and j
 * `sigma² [(1 - f) (i = j) + f exp(-|dt| / tau)] + walk² min(t_i, t_j)`,
 * with f `correlatedShare`, tau `correlationDays` and t in years since the first date.
 */
export interface KnownNoise {
  readonly sigmaMm: number;
  /** Share of the variance that is correlated in time, 0 to 1; default 0. */
  readonly correlatedShare?: number;
  /** Days after which the correlated part has fallen to 1/e; default 30. */
  readonly correlationDays?: number;
  /** Standard deviation that a random walk gathers in a year, mm per root year; default 0. */
  readonly randomWalkMmPerRootYear?: number;
}

const DEFAULT_CORRELATION_DAYS = 30;

/** The covariance of a noise model on an axis, with optional factors of the dates on all but the random walk: row-major, n x n, mm². */
export function noiseCovariance(
  axis: EpochAxis,
  model: KnownNoise,
  factors?: ArrayLike<number>,
): Float64Array {
  const { days, years } = axis;
  const count = days.length;
  const variance = model.sigmaMm ** 2;
  const share = model.correlatedShare ?? 0;
  const tau = model.correlationDays ?? DEFAULT_CORRELATION_DAYS;
  const walk = (model.randomWalkMmPerRootYear ?? 0) ** 2;
  const covariance = new Float64Array(count * count);
  const factorOf = (date: number) => (factors === undefined ? 1 : factors[date]);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const common = variance * share * Math.exp((days[j] - days[i]) / tau);
      const value = common * factorOf(i) * factorOf(j) + walk * years[j];
      covariance[i * count + j] = value;
      covariance[j * count + i] = value;
    }
    covariance[i * count + i] += variance * (1 - share) * factorOf(i) ** 2;
  }
  return covariance;
}

/** Adds one draw of a noise model, exact on irregular dates; the optional factors are on all but the random walk. */
export function addNoise(
  target: Float64Array,
  axis: EpochAxis,
  model: KnownNoise,
  random: Random,
  factors?: ArrayLike<number>,
): void {
  const { days } = axis;
  const share = model.correlatedShare ?? 0;
  const tau = model.correlationDays ?? DEFAULT_CORRELATION_DAYS;
  const white = model.sigmaMm * Math.sqrt(1 - share);
  const coloured = model.sigmaMm * Math.sqrt(share);
  const walkStep = (model.randomWalkMmPerRootYear ?? 0) / Math.sqrt(DAYS_PER_YEAR);
  let state = share > 0 ? random.normal() : 0;
  let walk = 0;
  for (let i = 0; i < target.length; i++) {
    const gap = i === 0 ? 0 : days[i] - days[i - 1];
    if (share > 0 && i > 0) {
      const kept = Math.exp(-gap / tau);
      state = kept * state + Math.sqrt(1 - kept * kept) * random.normal();
    }
    if (walkStep > 0 && i > 0) walk += walkStep * Math.sqrt(gap) * random.normal();
    const rough = white > 0 ? white * random.normal() : 0;
    target[i] += (rough + coloured * state) * (factors === undefined ? 1 : factors[i]) + walk;
  }
}

/**
 * Adds what small-baseline processing leaves after its filters in time: correlated noise without the rough part,
 * averaged over three neighbouring dates. `sigmaMm` is the deviation before the averaging.
 */
export function addSmoothNoise(
  target: Float64Array,
  axis: EpochAxis,
  sigmaMm: number,
  correlationDays: number,
  random: Random,
): void {
  const raw = new Float64Array(target.length);
  addNoise(raw, axis, { sigmaMm: 1, correlatedShare: 1, correlationDays }, random);
  const last = raw.length - 1;
  for (let i = 0; i <= last; i++) {
    target[i] +=
      sigmaMm * (0.25 * raw[Math.max(0, i - 1)] + 0.5 * raw[i] + 0.25 * raw[Math.min(last, i + 1)]);
  }
}

/**
 * Factors on the noise that all points of a stack share, a date: 1 plus an exponential of mean 0.15, doubled in 5 % of
 * the dates (bad weather, snow).
 */
export function drawEpochFactors(count: number, random: Random): Float64Array {
  const factors = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const spread = 1 - 0.15 * Math.log(1 - random.uniform());
    factors[i] = random.chance(0.05) ? 2 * spread : spread;
  }
  return factors;
}

/** A yearly motion: `amplitude cos(2 pi t + phase)`, with an amplitude that may grow over the years. */
export interface Season {
  readonly amplitudeMm: number;
  readonly phase: number;
  /** Relative change of the amplitude over the whole span, -1 to 1. */
  readonly growth: number;
  /** Half-yearly part as a share of the amplitude. */
  readonly semiannualShare: number;
}

/** Mostly below 3 mm; one in ten up to 8 mm (aquifers, tall or steel structures). */
export function drawSeason(random: Random): Season {
  return {
    amplitudeMm: random.chance(0.1) ? random.between(1.5, 8) : Math.abs(1.5 * random.normal()),
    phase: random.between(0, 2 * Math.PI),
    growth: random.chance(0.3) ? random.between(-0.6, 0.6) : 0,
    semiannualShare: random.chance(0.15) ? 0.3 : 0,
  };
}

export function addSeason(target: Float64Array, axis: EpochAxis, season: Season): void {
  const { years } = axis;
  const span = years[years.length - 1];
  for (let i = 0; i < target.length; i++) {
    const amplitude = season.amplitudeMm * (1 + season.growth * (years[i] / span - 0.5));
    const angle = 2 * Math.PI * years[i] + season.phase;
    target[i] += amplitude * Math.cos(angle);
    if (season.semiannualShare !== 0) target[i] += amplitude * season.semiannualShare * Math.cos(2 * angle);
  }
}

/**
 * Noise of one date from temporal coherence, `sigma = wavelength / (4 pi) sqrt(-2 ln coherence)` in mm, which follows
 * from `E[coherence] = exp(-sigma_phase² / 2)`.
 */
export function sigmaFromCoherence(
  coherence: number,
  wavelengthMm: number = SENTINEL1_WAVELENGTH_MM,
): number {
  return (wavelengthMm / (4 * Math.PI)) * Math.sqrt(-2 * Math.log(coherence));
}

/** The inverse of `sigmaFromCoherence`. */
export function coherenceFromSigma(sigmaMm: number, wavelengthMm: number = SENTINEL1_WAVELENGTH_MM): number {
  return Math.exp(-0.5 * ((4 * Math.PI * sigmaMm) / wavelengthMm) ** 2);
}

/** Cuts to a tenth of a millimetre, as the files hold it; zero is never negative. */
export function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
