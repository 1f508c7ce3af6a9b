import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { addNoise } from './noise.js';
import type { SeriesBank } from './residual-bank.js';

type Bounds = readonly [number, number];

/** What the noise, season and other nuisance of training series are drawn from. Lengths in mm, times in days. */
export const NUISANCE_PARAMETERS = {
  /** Share of series that look as if filtered in time (small-baseline processing), where the source does not say. */
  smoothShare: 0.2,
  smoothSigma: [0.5, 3] as Bounds,
  smoothCorrelationDays: [40, 220] as Bounds,
  smoothCorrelatedShare: [0.5, 0.98] as Bounds,
  roughSigmaMedian: 2.1,
  roughSigmaLogDeviation: 0.55,
  roughSigmaLimits: [0.6, 7] as Bounds,
  roughCorrelationDays: [6, 70] as Bounds,
  greatestRoughCorrelatedShare: 0.65,
  greatestTailShare: 0.05,
  tailFactor: [2, 6] as Bounds,
  /** Noise that grows or fades over the years, differs with the season, or is greater in a later part. */
  trendingVarianceShare: 0.5,
  greatestVarianceTrend: 0.7,
  seasonalVarianceShare: 0.3,
  noisyLaterShare: 0.2,
  noisyLaterFactor: [1.2, 3.5] as Bounds,
  /** Noise that comes in bursts: the deviation of the logarithm of its size, and for how long. */
  burstShare: 0.4,
  greatestBurst: 0.5,
  burstDays: [15, 120] as Bounds,
  /** Of products interpolated to regular dates: the share of series in which neighbouring dates mix, and how much. */
  mixedDatesShare: 0.75,
  mixedDates: [0.15, 0.5] as Bounds,
  /** Noise that wanders over months to years, as real residuals do beside any model: deviation and time constant. */
  wanderShare: 0.6,
  wanderSigma: [0.3, 1.5] as Bounds,
  wanderDays: [60, 500] as Bounds,
  /** Share of series on a real axis that borrow from a real one: its residual, and mostly its season and slow course. */
  borrowingShare: 0.75,
  borrowedFactor: [0.7, 1.2] as Bounds,
  borrowedSeasonShare: 0.8,
  borrowedCourseShare: 0.8,
  borrowedCourseLogDeviation: 0.3,
  greatestBorrowedRange: 8,
  commonModeShare: 0.5,
  commonModeSigma: 0.6,
  seasonDeviation: 1.3,
  strongSeasonShare: 0.12,
  strongSeason: [2, 7] as Bounds,
  driftingSeasonShare: 0.5,
  semiannualShare: 0.3,
  staircaseShare: 0.15,
  staircaseDepth: [0.2, 0.9] as Bounds,
  smallStepShare: 0.15,
  smallStep: [2, 5] as Bounds,
  excursionShare: 0.18,
  excursionDeviation: 4,
  greatestExcursion: 9,
  excursionYears: [0.04, 0.22] as Bounds,
  /**
   * Share of series in which one or two dates at a time stand out by about a cycle: too few to be an unwrapping error.
   */
  outlierShare: 0.15,
  mostOutlierRuns: 3,
  outlierCycles: [0.35, 1.05] as Bounds,
};

export type NuisanceParameters = Readonly<typeof NUISANCE_PARAMETERS>;

/** What a processing chain does to the noise of its series. */
export interface NoiseSource {
  /** Share of series that look as if filtered in time; without it that of the parameters. */
  readonly smoothShare?: number;
  /** True for products interpolated to regular dates (EGMS Ortho). */
  readonly isInterpolated?: boolean;
  /** Real series on the same axis, from which some of the simulated ones borrow. */
  readonly bank?: SeriesBank;
}

/** The real series that a simulated one borrows from. */
export interface Lender {
  readonly bank: SeriesBank;
  /** Its row in the bank. */
  readonly row: number;
}

/** Chooses for one series whether it borrows, and from whom. */
export function chooseLender(
  { bank }: NoiseSource,
  random: Random,
  parameters: NuisanceParameters,
): Lender | undefined {
  if (bank === undefined || bank.count === 0 || !random.chance(parameters.borrowingShare)) return undefined;
  return { bank, row: random.integer(bank.count) };
}

/**
 * Adds the noise of one training series, that of `lender` where there is one; returns its standard deviation before the
 * factors of time, mm.
 */
export function addTrainingNoise(
  target: Float64Array,
  axis: EpochAxis,
  source: NoiseSource,
  lender: Lender | undefined,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const noise = new Float64Array(target.length);
  const sigmaMm =
    lender === undefined
      ? drawNoise(noise, axis, source.smoothShare ?? parameters.smoothShare, random, parameters)
      : borrowNoise(noise, lender, random, parameters);
  if (lender === undefined && source.isInterpolated && random.chance(parameters.mixedDatesShare)) {
    mixDates(noise, random.between(...parameters.mixedDates));
  }
  if (lender === undefined && random.chance(parameters.wanderShare)) {
    const sigma = random.between(...parameters.wanderSigma);
    const correlationDays = random.logBetween(...parameters.wanderDays);
    addNoise(noise, axis, { sigmaMm: sigma, correlatedShare: 1, correlationDays }, random);
  }
  for (let i = 0; i < target.length; i++) target[i] += noise[i];
  return sigmaMm;
}

function borrowNoise(
  noise: Float64Array,
  { bank, row }: Lender,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const factor = random.sign() * random.between(...parameters.borrowedFactor);
  let squares = 0;
  for (let i = 0; i < noise.length; i++) {
    noise[i] = factor * bank.residuals[row * noise.length + i];
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
