import { createRandom, type Random } from '../random.js';
import { DAYS_PER_YEAR, type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { jumpsOfCycles } from './jumps.js';
import { labelCode, SAMPLE_LABELS, type SampleLabel } from './material-label.js';
import { roundToTenth } from './noise.js';
import { createTextbookSimulator, type TextbookOptions, type TextbookSeries } from './textbook-samples.js';
import { createStack, drawTrainingSeries, TRAINING_PARAMETERS } from './training-samples.js';

/** The options of textbook series beside `axis` do nothing for the kind `material`. */
export interface SampleOptions extends TextbookOptions {
  /**
   * `textbook`: pure shapes that are both material and identifiable; `material`: the broad family of the training
   * simulator, with its own noise, and Other as a sixth class.
   */
  readonly kind: 'textbook' | 'material';
  readonly seed: number | string;
  readonly seriesPerClass: number;
  /** Default: the five trends, and Other too for `material`. */
  readonly classes?: readonly SampleLabel[];
  /** Share of cells without a value; default 0. */
  readonly missingShare?: number;
}

/** What is known of simulated series, a value each; `NaN` where it does not apply. */
export interface SampleTruth {
  /** At the first date for textbook motions; the mean over the span for material ones. */
  readonly velocityMmPerYear: Float32Array;
  readonly accelerationMmPerYear2: Float32Array;
  /** Days since 1970-01-01. */
  readonly breakDay: Float64Array;
  readonly velocityChangeMmPerYear: Float32Array;
  readonly sigmaMm: Float32Array;
  /** The least noncentrality against the rivals of the class. */
  readonly noncentrality: Float32Array;
  /** Codes with jumps set aside. */
  readonly trends: Uint8Array;
  /** One row a jump: the series, the day from which it counts, and its cycles. */
  readonly jumpSeries: Int32Array;
  readonly jumpDay: Int32Array;
  readonly jumpCycles: Float32Array;
}

/** A labelled set: series in random order of classes. */
export interface SampleSet {
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, `count` x dates, mm, to a tenth; `NaN` is missing. */
  readonly displacements: Float32Array;
  /** Codes of `SAMPLE_LABELS`. */
  readonly labels: Uint8Array;
  readonly truth: SampleTruth;
}

/** Simulates a balanced labelled set on one axis. */
export function simulateSamples(options: SampleOptions): SampleSet {
  const random = createRandom(options.seed).fork(`samples/${options.kind}`);
  const isTextbook = options.kind === 'textbook';
  const classes = options.classes ?? (isTextbook ? SAMPLE_LABELS.slice(0, 5) : SAMPLE_LABELS);
  const count = classes.length * options.seriesPerClass;
  const codes = Uint8Array.from({ length: count }, (_, i) => labelCode(classes[i % classes.length]));
  random.shuffle(codes);
  const collector = createCollector(options.axis, codes);
  if (isTextbook) fillTextbook(options, codes, random, collector);
  else fillMaterial(options, codes, random, collector);
  if (options.missingShare !== undefined) {
    dropCells(collector.set.displacements, options.missingShare, random.fork('missing'));
  }
  return collector.finish();
}

function fillTextbook(
  options: SampleOptions,
  codes: Uint8Array,
  random: Random,
  collector: Collector,
): void {
  const drawSeries = createTextbookSimulator(options, random.fork('noise-models'));
  for (let index = 0; index < codes.length; index++) {
    const trend = SAMPLE_LABELS[codes[index]];
    if (trend === 'Other') throw new RangeError('There is no textbook series of the class Other.');
    collector.addTextbook(index, drawSeries(trend, random));
  }
}

/** Draws from the broad family until every class has its number; what comes too often is dropped. */
function fillMaterial(
  options: SampleOptions,
  codes: Uint8Array,
  random: Random,
  collector: Collector,
): void {
  const places = SAMPLE_LABELS.map((_, code) =>
    [...codes.keys()].filter((index) => codes[index] === code).reverse(),
  );
  const span = spanYears(options.axis);
  for (let left = codes.length; left > 0; ) {
    const stack = createStack(options.axis, cycleMm(), random, TRAINING_PARAMETERS);
    for (let drawn = 0; drawn < 256 && left > 0; drawn++) {
      const series = drawTrainingSeries(stack, random, TRAINING_PARAMETERS);
      const index = places[series.label].pop();
      if (index === undefined) continue;
      left--;
      collector.addSeries(index, series.displacements, series.sigmaMm, series.trend);
      const { values } = series.motion;
      collector.truth.velocityMmPerYear[index] = (values[values.length - 1] - values[0]) / span;
      for (const jump of series.jumps?.jumps ?? []) collector.addJump(index, jump.epoch, jump.cycles);
    }
  }
}

function dropCells(displacements: Float32Array, share: number, random: Random): void {
  for (let i = 0; i < displacements.length; i++) {
    if (random.chance(share)) displacements[i] = Number.NaN;
  }
}

interface Collector {
  readonly set: Pick<SampleSet, 'displacements'>;
  readonly truth: Pick<SampleTruth, 'velocityMmPerYear'>;
  addSeries(index: number, displacements: Float64Array, sigmaMm: number, trend: number): void;
  addTextbook(index: number, series: TextbookSeries): void;
  addJump(index: number, epoch: number, cycles: number): void;
  finish(): SampleSet;
}

function createCollector(axis: EpochAxis, labels: Uint8Array): Collector {
  const count = labels.length;
  const dates = axis.days.length;
  const displacements = new Float32Array(count * dates);
  const unknown = (): Float32Array => new Float32Array(count).fill(Number.NaN);
  const truth = {
    velocityMmPerYear: unknown(),
    accelerationMmPerYear2: unknown(),
    breakDay: new Float64Array(count).fill(Number.NaN),
    velocityChangeMmPerYear: unknown(),
    sigmaMm: unknown(),
    noncentrality: unknown(),
    trends: new Uint8Array(count),
  };
  const jumps: { index: number; day: number; cycles: number }[] = [];

  function addSeries(index: number, series: Float64Array, sigmaMm: number, trend: number): void {
    for (let i = 0; i < dates; i++) displacements[index * dates + i] = roundToTenth(series[i]);
    truth.sigmaMm[index] = sigmaMm;
    truth.trends[index] = trend;
  }
  function addJump(index: number, epoch: number, cycles: number): void {
    jumps.push({ index, day: axis.days[epoch], cycles });
  }
  return {
    set: { displacements },
    truth,
    addSeries,
    addJump,
    addTextbook(index, series) {
      const { motion } = series;
      addSeries(index, series.displacements, series.sigmaMm, labelCode(motion.trend));
      truth.velocityMmPerYear[index] = motion.velocityMmPerYear;
      truth.accelerationMmPerYear2[index] = motion.accelerationMmPerYear2;
      truth.breakDay[index] = axis.days[0] + motion.breakYears * DAYS_PER_YEAR;
      truth.velocityChangeMmPerYear[index] = motion.velocityChangeMmPerYear;
      truth.noncentrality[index] = series.noncentrality;
      for (const jump of jumpsOfCycles(series.cycles)) addJump(index, jump.epoch, jump.cycles);
    },
    finish() {
      jumps.sort((left, right) => left.index - right.index || left.day - right.day);
      return {
        axis,
        count,
        displacements,
        labels,
        truth: {
          ...truth,
          jumpSeries: Int32Array.from(jumps, (jump) => jump.index),
          jumpDay: Int32Array.from(jumps, (jump) => jump.day),
          jumpCycles: Float32Array.from(jumps, (jump) => jump.cycles),
        },
      };
    },
  };
}
