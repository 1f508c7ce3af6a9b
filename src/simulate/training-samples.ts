import { rangeOf } from '../kinematics/orthonormal-basis.js';
import { createRandom, type Random } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { CALENDAR_MIXTURE, cropCalendar, randomCalendar } from './calendars.js';
import { drawJumps, JUMP_PARAMETERS, type Jump, jumpsOfCycles } from './jumps.js';
import {
  judgeMotion,
  labelCode,
  MATERIAL_RULE,
  MOTION_GRID,
  measureMotion,
  motionAt,
  OTHER_CODE,
} from './material-label.js';
import {
  drawMaterialMotion,
  type MaterialMotion,
  MOTION_PARAMETERS,
  type MotionParameters,
} from './material-motions.js';
import { roundToTenth } from './noise.js';
import {
  createNoncentralityMeter,
  IDENTIFIABLE_NONCENTRALITY,
  type NoncentralityMeter,
  RIVALS,
} from './noncentrality.js';
import {
  addTrainingNoise,
  chooseLender,
  type Lender,
  type NoiseSource,
  NUISANCE_PARAMETERS,
  type NuisanceParameters,
} from './training-noise.js';
import {
  addBump,
  addExcursions,
  addOutliers,
  addStep,
  borrowSeason,
  drawDriftingSeason,
} from './training-nuisance.js';
import { drawWrappedMotion } from './wrapped-motion.js';

type Bounds = readonly [number, number];

/** Everything that the training simulator draws from, in one place. */
export const TRAINING_PARAMETERS = {
  calendars: CALENDAR_MIXTURE,
  motions: MOTION_PARAMETERS as MotionParameters,
  rule: MATERIAL_RULE,
  nuisance: NUISANCE_PARAMETERS as NuisanceParameters,
  jumps: JUMP_PARAMETERS,
  /** Share of series with unwrapping errors. */
  jumpShare: 0.24,
  /** Of those among them that are else Stable: the share whose errors come from wrapping a fast motion. */
  wrappedShare: 0.8,
  /** Share of series whose season dominates all else: Other where it is greater than the motion. */
  dominantSeasonShare: 0.02,
  dominantSeasonRange: [12, 25] as Bounds,
  /** Share of series with a material bump of months or a step of less than a cycle: Other. */
  oddEventShare: 0.02,
  oddBump: [11, 18] as Bounds,
  oddStep: [8, 13] as Bounds,
  /** Share of batches on a real axis, where some are given; and of those, cropped and thinned. */
  realAxisShare: 0.54,
  croppedShare: 0.37,
  /** Spread of the cycle from batch to batch, for models that serve any material size and wavelength. */
  cycleLogDeviation: 0.15,
};

export type TrainingParameters = Readonly<typeof TRAINING_PARAMETERS>;

/** A real axis to train on, with what is known of its noise. */
export interface TrainingSource extends NoiseSource {
  readonly name: string;
  readonly axis: EpochAxis;
  readonly weight: number;
}

/** Series of one axis with their labels. */
export interface TrainingBatch {
  readonly axis: EpochAxis;
  /** Name of the real source, or `simulated`. */
  readonly source: string;
  readonly count: number;
  /** Displacement of one cycle of phase in these series, mm. */
  readonly cycleMm: number;
  /** Row-major, `count` x dates, mm, to a tenth. */
  readonly displacements: Float32Array;
  /** Codes of `SAMPLE_LABELS`, 0 to 5. */
  readonly labels: Uint8Array;
  /** Codes with jumps set aside: never PUE. */
  readonly trends: Uint8Array;
  /** 1 where the series has unwrapping errors. */
  readonly jumps: Uint8Array;
  /** The clean motions: row-major, `count` x 65, mm. */
  readonly motions: Float32Array;
}

export interface TrainingOptions {
  readonly seed: number | string;
  readonly batches: number;
  readonly seriesPerBatch?: number;
  readonly sources?: readonly TrainingSource[];
  readonly parameters?: TrainingParameters;
}

/**
 * Batches of labelled series for training, each on a calendar of its own. A clean motion from a broad family is
 * labelled by what is material in it; then come noise, season and other nuisance below the material size, and in a
 * quarter of the series unwrapping errors. Lengths are for a material size of 5 mm. Batch k of a seed is always the
 * same, however many are taken.
 */
export function* trainingSamples(options: TrainingOptions): Generator<TrainingBatch, void, undefined> {
  const random = createRandom(options.seed).fork('training-samples');
  for (let batch = 0; batch < options.batches; batch++) {
    yield drawTrainingBatch(random.fork(`batch-${batch}`), options);
  }
}

function drawTrainingBatch(random: Random, options: TrainingOptions): TrainingBatch {
  const parameters = options.parameters ?? TRAINING_PARAMETERS;
  const sources = options.sources ?? [];
  const isReal = sources.length > 0 && random.chance(parameters.realAxisShare);
  const source = isReal ? sources[random.weighted(sources.map((one) => one.weight))] : undefined;
  const stack = drawStack(random, parameters, source);
  const { axis } = stack;
  const count = options.seriesPerBatch ?? 256;
  const dates = axis.days.length;
  const batch: TrainingBatch = {
    axis,
    source: source?.name ?? 'simulated',
    count,
    cycleMm: stack.cycleMm,
    displacements: new Float32Array(count * dates),
    labels: new Uint8Array(count),
    trends: new Uint8Array(count),
    jumps: new Uint8Array(count),
    motions: new Float32Array(count * MOTION_GRID),
  };
  for (let index = 0; index < count; index++) {
    const drawn = drawTrainingSeries(stack, random, parameters);
    batch.displacements.set(drawn.displacements, index * dates);
    batch.motions.set(drawn.motion.values, index * MOTION_GRID);
    batch.labels[index] = drawn.label;
    batch.trends[index] = drawn.trend;
    batch.jumps[index] = drawn.jumps.length > 0 ? 1 : 0;
  }
  return batch;
}

/** What the series of a batch share. */
export interface TrainingStack {
  readonly axis: EpochAxis;
  readonly cycleMm: number;
  /** Errors of single dates, mm; in half of the stacks there are none. */
  readonly commonMode: Float64Array;
  readonly noise: NoiseSource;
  /** Whether an unwrapping error shows: a wrapped motion may look like one that merely stops. */
  readonly showsError: (clean: Float64Array) => boolean;
}

function drawStack(
  random: Random,
  parameters: TrainingParameters,
  source: TrainingSource | undefined,
): TrainingStack {
  const cycle = cycleMm() * Math.exp(parameters.cycleLogDeviation * random.normal());
  if (source === undefined) {
    return createStack(randomCalendar(random, parameters.calendars), cycle, random, parameters);
  }
  const isCropped = random.chance(parameters.croppedShare);
  const axis = isCropped ? cropCalendar(source.axis, random) : source.axis;
  const noise = isCropped ? { ...source, bank: undefined } : source;
  return { ...createStack(axis, cycle, random, parameters), noise };
}

/** A stack of unfiltered series on an axis. */
export function createStack(
  axis: EpochAxis,
  cycle: number,
  random: Random,
  parameters: TrainingParameters,
): TrainingStack {
  const { commonModeShare, commonModeSigma } = parameters.nuisance;
  const commonMode = new Float64Array(axis.days.length);
  if (random.chance(commonModeShare)) {
    for (let i = 0; i < commonMode.length; i++) commonMode[i] = commonModeSigma * random.normal();
  }
  return { axis, cycleMm: cycle, commonMode, noise: {}, showsError: createErrorCheck(axis) };
}

/** Errors that no motion without jumps explains, in white noise as great as it commonly is. */
function createErrorCheck(axis: EpochAxis): TrainingStack['showsError'] {
  let meter: NoncentralityMeter | undefined;
  return (clean) => {
    meter ??= createNoncentralityMeter(axis, { sigmaMm: NUISANCE_PARAMETERS.roughSigmaMedian }, true);
    return meter.least(clean, RIVALS.PUE) >= IDENTIFIABLE_NONCENTRALITY;
  };
}

const STABLE_CODE = labelCode('Stable');

/** One series of the training simulator. */
export interface TrainingSeries {
  /** mm, one value a date. */
  readonly displacements: Float64Array;
  /** Codes of `SAMPLE_LABELS`: the label, and the label with jumps set aside. */
  readonly label: number;
  readonly trend: number;
  readonly motion: MaterialMotion;
  /** Unwrapping errors, where there are any. */
  readonly jumps: readonly Jump[];
  readonly sigmaMm: number;
}

/** Draws one series of a stack. */
export function drawTrainingSeries(
  stack: TrainingStack,
  random: Random,
  parameters: TrainingParameters,
): TrainingSeries {
  const { axis } = stack;
  const { nuisance } = parameters;
  const dates = axis.days.length;
  const lender = chooseLender(stack.noise, random, nuisance);
  const drawn = drawMaterialMotion(spanYears(axis), random, parameters.motions);
  const motion = (lender && borrowQuiet(drawn, lender, random, nuisance)) ?? drawn;
  const measures = measureMotion(motion.values);
  let trend = labelCode(judgeMotion(measures, undefined, parameters.rule));

  const displacements = new Float64Array(dates);
  followMotion(displacements, axis, motion, random, nuisance);
  const season = new Float64Array(dates);
  let seasonRange =
    lender !== undefined && random.chance(nuisance.borrowedSeasonShare)
      ? borrowSeason(season, lender, random, nuisance)
      : drawDriftingSeason(season, axis, random, nuisance);
  if (trend !== OTHER_CODE && random.chance(parameters.dominantSeasonShare)) {
    const wanted = random.between(...parameters.dominantSeasonRange);
    const scale = wanted / Math.max(seasonRange, 0.5);
    for (let i = 0; i < dates; i++) season[i] *= scale;
    seasonRange = rangeOf(season);
    if (seasonRange > Math.max(11, 0.8 * measures.range)) trend = OTHER_CODE;
  }
  // A borrowed residual holds what excursions and wander it has.
  if (lender === undefined) addExcursions(displacements, axis, random, nuisance);
  const sigmaMm = addTrainingNoise(displacements, axis, stack.noise, lender, random, nuisance);
  if (random.chance(nuisance.outlierShare)) addOutliers(displacements, stack.cycleMm, random, nuisance);
  let label = trend;
  let jumps: readonly Jump[] = [];
  if (random.chance(parameters.jumpShare)) {
    const wrapped =
      trend === STABLE_CODE && random.chance(parameters.wrappedShare)
        ? drawWrappedMotion(axis, random, displacements, stack.cycleMm, stack.showsError)
        : undefined;
    if (wrapped !== undefined) {
      jumps = jumpsOfCycles(wrapped.cycles);
      for (let i = 0; i < dates; i++) displacements[i] += wrapped.clean[i];
      trend = labelCode('Bilinear');
    } else {
      const errors = drawJumps(axis, random, parameters.jumps);
      jumps = errors.jumps;
      for (let i = 0; i < dates; i++) displacements[i] += errors.cycles[i] * stack.cycleMm;
    }
    label = labelCode('PUE');
  } else if (random.chance(parameters.oddEventShare)) {
    addOddEvent(displacements, axis, random, parameters);
    label = OTHER_CODE;
  }
  for (let i = 0; i < dates; i++) {
    displacements[i] = roundToTenth(displacements[i] + season[i] + stack.commonMode[i]);
  }
  return { displacements, label, trend, motion, jumps, sigmaMm };
}

/** In place of almost nothing the slow course of a real series, somewhat larger or smaller, where that is quiet too. */
function borrowQuiet(
  { family }: MaterialMotion,
  { bank, row }: Lender,
  random: Random,
  parameters: NuisanceParameters,
): MaterialMotion | undefined {
  if (family !== 'almostNothing' || !random.chance(parameters.borrowedCourseShare)) return undefined;
  const factor = random.sign() * Math.exp(parameters.borrowedCourseLogDeviation * random.normal());
  const course = bank.courses.subarray(row * MOTION_GRID, (row + 1) * MOTION_GRID);
  const values = Float64Array.from(course, (value) => factor * value);
  return rangeOf(values) > parameters.greatestBorrowedRange ? undefined : { family: 'borrowed', values };
}

/** The motion at the dates; in some series it comes in yearly instalments, as a staircase. */
function followMotion(
  target: Float64Array,
  axis: EpochAxis,
  motion: MaterialMotion,
  random: Random,
  nuisance: NuisanceParameters,
): void {
  const { years } = axis;
  const span = spanYears(axis);
  const isStaircase = motion.family !== 'borrowed' && random.chance(nuisance.staircaseShare);
  const depth = isStaircase ? random.between(...nuisance.staircaseDepth) : 0;
  const phase = random.between(0, 2 * Math.PI);
  for (let i = 0; i < target.length; i++) {
    const delay = depth === 0 ? 0 : (depth * Math.sin(2 * Math.PI * years[i] + phase)) / (2 * Math.PI);
    target[i] = motionAt(motion.values, (years[i] + delay) / span);
  }
}

function addOddEvent(
  target: Float64Array,
  axis: EpochAxis,
  random: Random,
  parameters: TrainingParameters,
): void {
  const at = spanYears(axis) * random.between(0.1, 0.9);
  if (random.chance(0.5)) {
    addBump(
      target,
      axis,
      at,
      random.between(0.05, 0.25),
      random.sign() * random.between(...parameters.oddBump),
    );
  } else {
    addStep(target, axis, at, random.sign() * random.between(...parameters.oddStep));
  }
}
