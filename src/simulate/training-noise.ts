import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { addNoise } from './noise.js';
import type { ResidualBank } from './residual-bank.js';

/** What the noise, season and other nuisance of training series are drawn from. Lengths in mm, times in days. */
export interface NuisanceParameters {
  /** Share of series that look as if filtered in time (small-baseline processing), where the source does not say. */
  readonly smoothShare: number;
  readonly smoothSigma: readonly [number, number];
  readonly smoothCorrelationDays: readonly [number, number];
  readonly smoothCorrelatedShare: readonly [number, number];
  readonly roughSigmaMedian: number;
  readonly roughSigmaLogDeviation: number;
  readonly roughSigmaLimits: readonly [number, number];
  readonly roughCorrelationDays: readonly [number, number];
  readonly greatestRoughCorrelatedShare: number;
  readonly greatestTailShare: number;
  readonly tailFactor: readonly [number, number];
  /** Noise that grows or fades over the years, differs with the season, or is greater in a later part. */
  readonly trendingVarianceShare: number;
  readonly greatestVarianceTrend: number;
  readonly seasonalVarianceShare: number;
  readonly noisyLaterShare: number;
  readonly noisyLaterFactor: readonly [number, number];
  /** Noise that comes in bursts: the deviation of the logarithm of its size, and for how long. */
  readonly burstShare: number;
  readonly greatestBurst: number;
  readonly burstDays: readonly [number, number];
  /** Of products interpolated to regular dates: the share of series in which neighbouring dates mix, and how much. */
  readonly mixedDatesShare: number;
  readonly mixedDates: readonly [number, number];
  /** Noise that wanders over months to years, as real residuals do beside any model: deviation and time constant. */
  readonly wanderShare: number;
  readonly wanderSigma: readonly [number, number];
  readonly wanderDays: readonly [number, number];
  readonly bankShare: number;
  readonly bankFactor: readonly [number, number];
  readonly commonModeShare: number;
  readonly commonModeSigma: number;
  readonly seasonDeviation: number;
  readonly strongSeasonShare: number;
  readonly strongSeason: readonly [number, number];
  readonly driftingSeasonShare: number;
  readonly semiannualShare: number;
  readonly staircaseShare: number;
  readonly staircaseDepth: readonly [number, number];
  readonly smallStepShare: number;
  readonly smallStep: readonly [number, number];
  readonly excursionShare: number;
  readonly excursionDeviation: number;
  readonly greatestExcursion: number;
  readonly excursionYears: readonly [number, number];
}

export const NUISANCE_PARAMETERS: NuisanceParameters = Object.freeze<NuisanceParameters>({
  smoothShare: 0.2,
  smoothSigma: [0.5, 3],
  smoothCorrelationDays: [40, 220],
  smoothCorrelatedShare: [0.5, 0.98],
  roughSigmaMedian: 2.1,
  roughSigmaLogDeviation: 0.55,
  roughSigmaLimits: [0.6, 7],
  roughCorrelationDays: [6, 70],
  greatestRoughCorrelatedShare: 0.65,
  greatestTailShare: 0.05,
  tailFactor: [2, 6],
  trendingVarianceShare: 0.5,
  greatestVarianceTrend: 0.7,
  seasonalVarianceShare: 0.3,
  noisyLaterShare: 0.2,
  noisyLaterFactor: [1.2, 2.2],
  burstShare: 0.4,
  greatestBurst: 0.5,
  burstDays: [15, 120],
  mixedDatesShare: 0.75,
  mixedDates: [0.15, 0.5],
  wanderShare: 0.6,
  wanderSigma: [0.3, 1.5],
  wanderDays: [60, 500],
  bankShare: 0.45,
  bankFactor: [0.7, 1.2],
  commonModeShare: 0.5,
  commonModeSigma: 0.6,
  seasonDeviation: 1.3,
  strongSeasonShare: 0.12,
  strongSeason: [2, 7],
  driftingSeasonShare: 0.5,
  semiannualShare: 0.3,
  staircaseShare: 0.15,
  staircaseDepth: [0.2, 0.9],
  smallStepShare: 0.15,
  smallStep: [2, 5],
  excursionShare: 0.18,
  excursionDeviation: 4,
  greatestExcursion: 9,
  excursionYears: [0.04, 0.22],
});

/** What a processing chain does to the noise of its series. */
export interface NoiseSource {
  /** Share of series that look as if filtered in time; without it that of the parameters. */
  readonly smoothShare?: number;
  /** True for products interpolated to regular dates (EGMS Ortho). */
  readonly isInterpolated?: boolean;
  /** Real noise on the same axis, to be used for some of the series. */
  readonly bank?: ResidualBank;
}

/** Adds the noise of one training series; returns its standard deviation before the factors of time, mm. */
export function addTrainingNoise(
  target: Float64Array,
  axis: EpochAxis,
  source: NoiseSource,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const noise = new Float64Array(target.length);
  const { bank } = source;
  const usesBank = bank !== undefined && bank.count > 0 && random.chance(parameters.bankShare);
  const sigmaMm = usesBank
    ? drawFromBank(noise, bank, random, parameters)
    : drawNoise(noise, axis, source.smoothShare ?? parameters.smoothShare, random, parameters);
  if (source.isInterpolated && random.chance(parameters.mixedDatesShare)) {
    mixDates(noise, random.between(...parameters.mixedDates));
  }
  if (random.chance(parameters.wanderShare)) {
    const sigma = random.between(...parameters.wanderSigma);
    const correlationDays = random.logBetween(...parameters.wanderDays);
    addNoise(noise, axis, { sigmaMm: sigma, correlatedShare: 1, correlationDays }, random);
  }
  for (let i = 0; i < target.length; i++) target[i] += noise[i];
  return sigmaMm;
}

function drawFromBank(
  noise: Float64Array,
  bank: ResidualBank,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const row = random.integer(bank.count) * noise.length;
  const factor = random.sign() * random.between(...parameters.bankFactor);
  let squares = 0;
  for (let i = 0; i < noise.length; i++) {
    noise[i] = factor * bank.residuals[row + i];
    squares += noise[i] ** 2;
  }
  return Math.sqrt(squares / noise.length);
}

function drawNoise(
  noise: Float64Array,
  axis: EpochAxis,
  smoothShare: number,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const isSmooth = random.chance(smoothShare);
  const correlationDays = random.logBetween(
    ...(isSmooth ? parameters.smoothCorrelationDays : parameters.roughCorrelationDays),
  );
  const sigma = isSmooth ? random.logBetween(...parameters.smoothSigma) : drawRoughSigma(random, parameters);
  const share = isSmooth
    ? random.between(...parameters.smoothCorrelatedShare)
    : random.between(0, parameters.greatestRoughCorrelatedShare);
  const tailShare = random.between(0, parameters.greatestTailShare);
  const factors = drawVarianceProfile(axis, random, parameters);
  const { days } = axis;
  const white = sigma * Math.sqrt(1 - share);
  const coloured = sigma * Math.sqrt(share);
  let state = 0;
  for (let i = 0; i < noise.length; i++) {
    const kept = i === 0 ? 0 : Math.exp((days[i - 1] - days[i]) / correlationDays);
    state = kept * state + Math.sqrt(1 - kept * kept) * random.normal();
    let rough = white * random.normal();
    if (random.chance(tailShare)) rough *= random.logBetween(...parameters.tailFactor);
    noise[i] = factors[i] * (rough + coloured * state);
  }
  return sigma;
}

/** Mixes every date with its two neighbours, keeping the variance of white noise but for the ends. */
function mixDates(noise: Float64Array, share: number): void {
  const scale = 1 / Math.sqrt(1 + 2 * share * share);
  let previous = noise[0];
  for (let i = 0; i < noise.length; i++) {
    const next = noise[Math.min(i + 1, noise.length - 1)];
    const own = noise[i];
    noise[i] = scale * (own + share * (previous + next));
    previous = own;
  }
}

function drawRoughSigma(random: Random, parameters: NuisanceParameters): number {
  const drawn = parameters.roughSigmaMedian * Math.exp(parameters.roughSigmaLogDeviation * random.normal());
  return Math.min(parameters.roughSigmaLimits[1], Math.max(parameters.roughSigmaLimits[0], drawn));
}

/** Factors on the noise of one series over time. */
function drawVarianceProfile(axis: EpochAxis, random: Random, parameters: NuisanceParameters): Float64Array {
  const { years } = axis;
  const span = years[years.length - 1];
  const limit = parameters.greatestVarianceTrend;
  const trend = random.chance(parameters.trendingVarianceShare) ? random.between(-limit, limit) : 0;
  const seasonal = random.chance(parameters.seasonalVarianceShare) ? 0.35 * random.uniform() : 0;
  const phase = random.between(0, 2 * Math.PI);
  const isNoisyLater = random.chance(parameters.noisyLaterShare);
  const from = span * random.between(0.2, 0.9);
  const laterFactor = random.between(...parameters.noisyLaterFactor);
  const factors = new Float64Array(years.length).fill(1);
  for (let i = 0; i < years.length; i++) {
    if (trend !== 0 || seasonal !== 0) {
      factors[i] = Math.exp(
        trend * ((2 * years[i]) / span - 1) + seasonal * Math.cos(2 * Math.PI * years[i] + phase),
      );
    }
    if (isNoisyLater && years[i] > from) factors[i] *= laterFactor;
  }
  if (random.chance(parameters.burstShare)) {
    const bursts = new Float64Array(years.length);
    const correlationDays = random.logBetween(...parameters.burstDays);
    addNoise(bursts, axis, { sigmaMm: 1, correlatedShare: 1, correlationDays }, random);
    const size = random.between(0, parameters.greatestBurst);
    for (let i = 0; i < years.length; i++) factors[i] *= Math.exp(size * bursts[i]);
  }
  return factors;
}

/** A season whose amplitude and phase drift. Fills `target` anew; returns its range, mm. */
export function drawDriftingSeason(
  target: Float64Array,
  axis: EpochAxis,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const { years } = axis;
  const span = years[years.length - 1];
  const amplitude = random.chance(parameters.strongSeasonShare)
    ? random.between(...parameters.strongSeason)
    : Math.abs(parameters.seasonDeviation * random.normal());
  const phase = random.between(0, 2 * Math.PI);
  const drifts = random.chance(parameters.driftingSeasonShare) ? 1 : 0;
  const growth = 0.8 * drifts * random.between(-1, 1);
  const [amplitudePeriod, phasePeriod] = [random.between(2, 6), random.between(2, 5)];
  const semiannual = random.chance(parameters.semiannualShare) ? 0.35 : 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < years.length; i++) {
    const time = years[i];
    let size = amplitude;
    let angle = 2 * Math.PI * time + phase;
    if (drifts === 1) {
      size *=
        1 +
        growth * ((2 * time) / span - 1) +
        0.4 * Math.cos((2 * Math.PI * time) / amplitudePeriod + 3 * phase);
      angle += 0.5 * Math.sin((2 * Math.PI * time) / phasePeriod);
    }
    let value = size * Math.cos(angle);
    if (semiannual > 0) value += semiannual * size * Math.cos(4 * Math.PI * time + 2 * phase);
    target[i] = value;
    if (i === 0 || value < low) low = value;
    if (i === 0 || value > high) high = value;
  }
  return high - low;
}

/** Adds up to two bumps of months, and perhaps one small lasting step: all below what is material. */
export function addExcursions(
  target: Float64Array,
  axis: EpochAxis,
  random: Random,
  parameters: NuisanceParameters,
): void {
  const { years } = axis;
  const span = years[years.length - 1];
  const limit = parameters.greatestExcursion;
  for (let bump = 0; bump < 2; bump++) {
    if (!random.chance(parameters.excursionShare)) continue;
    const height = Math.min(limit, Math.max(-limit, parameters.excursionDeviation * random.normal()));
    addBump(target, axis, random.between(0, span), random.between(...parameters.excursionYears), height);
  }
  if (random.chance(parameters.smallStepShare)) {
    const step = random.sign() * random.between(...parameters.smallStep);
    addStep(target, axis, span * random.between(0.08, 0.92), step);
  }
}

/** Adds a bump in the form of a bell, centred at `centre` years. */
export function addBump(
  target: Float64Array,
  axis: EpochAxis,
  centre: number,
  widthYears: number,
  heightMm: number,
): void {
  for (let i = 0; i < target.length; i++) {
    const distance = (axis.years[i] - centre) / widthYears;
    if (Math.abs(distance) < 6) target[i] += heightMm * Math.exp(-0.5 * distance * distance);
  }
}

/** Adds a lasting step after `atYears`. */
export function addStep(target: Float64Array, axis: EpochAxis, atYears: number, stepMm: number): void {
  for (let i = 0; i < target.length; i++) if (axis.years[i] > atYears) target[i] += stepMm;
}
