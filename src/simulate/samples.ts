import { createRandom, type Random } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { labelCode, SAMPLE_LABELS, type SampleLabel } from './material-label.js';
import { roundToTenth } from './noise.js';
import { createTextbookSimulator, type TextbookOptions } from './textbook-samples.js';
import { createStack, drawTrainingSeries, TRAINING_PARAMETERS } from './training-samples.js';
import { createTruthTable, type SampleTruth, type TruthTable } from './truth-table.js';

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
  const { axis } = options;
  const truth = createTruthTable(axis, count);
  const displacements = new Float32Array(count * axis.days.length);
  if (isTextbook) fillTextbook(options, codes, random, displacements, truth);
  else fillMaterial(options, codes, random, displacements, truth);
  if (options.missingShare !== undefined) {
    dropCells(displacements, options.missingShare, random.fork('missing'));
  }
  return { axis, count, displacements, labels: codes, truth: truth.finish() };
}

function fillTextbook(
  options: SampleOptions,
  codes: Uint8Array,
  random: Random,
  displacements: Float32Array,
  truth: TruthTable,
): void {
  const drawSeries = createTextbookSimulator(options, random.fork('noise-models'));
  for (let index = 0; index < codes.length; index++) {
    const trend = SAMPLE_LABELS[codes[index]];
    if (trend === 'Other') throw new RangeError('There is no textbook series of the class Other.');
    const series = drawSeries(trend, random);
    const { motion, cycles } = series;
    displacements.set(series.displacements.map(roundToTenth), index * series.displacements.length);
    truth.setMotion(index, motion, cycles, series.sigmaMm, series.noncentrality);
  }
}

/** Draws from the broad family until every class has its number; what comes too often is dropped. */
function fillMaterial(
  options: SampleOptions,
  codes: Uint8Array,
  random: Random,
  displacements: Float32Array,
  truth: TruthTable,
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
      displacements.set(series.displacements, index * series.displacements.length);
      const { values } = series.motion;
      const meanVelocity = (values[values.length - 1] - values[0]) / span;
      truth.setMaterial(index, series.trend, meanVelocity, series.jumps, series.sigmaMm);
    }
  }
}

function dropCells(displacements: Float32Array, share: number, random: Random): void {
  for (let i = 0; i < displacements.length; i++) {
    if (random.chance(share)) displacements[i] = Number.NaN;
  }
}
