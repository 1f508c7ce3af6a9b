import { throwIfCancelled } from '../errors.js';
import type { ExtentName } from '../features/feature-extent.js';
import { createRandom, type Random } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { EGMS_RELEASES, egmsCalendar, granadaCalendar } from '../simulate/calendars.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { simulateSamples } from '../simulate/samples.js';
import {
  type TrainingBatch,
  type TrainingParameters,
  type TrainingSource,
  trainingSamples,
} from '../simulate/training-samples.js';
import { type MeasuredSeries, measureFeatures } from './feature-samples.js';

/** Simulated series of many axes, measured by the front end, with what is true of each. */
export interface WideSamples extends MeasuredSeries {
  readonly count: number;
  /** From here on the samples are pure, identifiable shapes. */
  readonly textbookFrom: number;
  /** Codes of `SAMPLE_LABELS`: the five trends, then Other. */
  readonly labels: Uint8Array;
  /** The same with jumps set aside. */
  readonly trends: Uint8Array;
  /** 1 where the series jumps. */
  readonly jumps: Uint8Array;
}

export interface WideSampleOptions {
  readonly seed: number | string;
  /** Rounded up to whole batches, one date axis each. */
  readonly series: number;
  readonly seriesPerAxis: number;
  /** Pure, identifiable shapes added to the broad family: few, since real series are not of their kind. */
  readonly textbookSeries: number;
  readonly materialMm: number;
  readonly grid: boolean;
  readonly extent: ExtentName;
  /** Real axes and residuals to draw from beside the simulated ones. */
  readonly sources?: readonly TrainingSource[];
  /** What the simulator draws from, where it is matched to a file. */
  readonly parameters?: TrainingParameters;
  readonly signal?: AbortSignal;
  readonly onSeries?: (done: number) => void;
}

/** Draws from the training simulator and measures as it goes: only features are kept, not the series. */
export async function drawWideSamples(runtime: Runtime, options: WideSampleOptions): Promise<WideSamples> {
  const { seriesPerAxis, materialMm, grid, extent } = options;
  const batches = Math.ceil(options.series / seriesPerAxis);
  const textbookBatches = Math.ceil(options.textbookSeries / seriesPerAxis);
  const collector = createCollector(batches * seriesPerAxis, textbookBatches * seriesPerAxis);
  for (const batch of simulatedBatches(options, batches, textbookBatches)) {
    throwIfCancelled(options.signal);
    const settings = { materialMm, cycleMm: batch.cycleMm, grid, extent };
    const measured = await measureFeatures(runtime, batch.axis, batch.displacements, batch.count, settings);
    const done = collector.add(batch, measured);
    options.onSeries?.(done);
  }
  return collector.finish();
}

type SimulatedBatch = Pick<
  TrainingBatch,
  'axis' | 'count' | 'cycleMm' | 'displacements' | 'labels' | 'trends' | 'jumps'
>;

function* simulatedBatches(
  { seed, seriesPerAxis, sources, parameters }: WideSampleOptions,
  batches: number,
  textbookBatches: number,
): Generator<SimulatedBatch> {
  yield* trainingSamples({ seed, batches, seriesPerBatch: seriesPerAxis, sources, parameters });
  const random = createRandom(seed).fork('textbook');
  for (let batch = 0; batch < textbookBatches; batch++) {
    const noise = TEXTBOOK_NOISES[batch % TEXTBOOK_NOISES.length];
    yield textbookBatch(random.fork(`batch-${batch}`), seriesPerAxis, noise);
  }
}

/** In turn; by the pure shapes probabilities are calibrated, so that every kind of processing has a part in them. */
const TEXTBOOK_NOISES = ['white', 'correlated', 'smooth'] as const;

function textbookBatch(
  random: Random,
  count: number,
  noise: (typeof TEXTBOOK_NOISES)[number],
): SimulatedBatch {
  // Spans of years: on short ones hardly any shape stands out of its noise.
  const axis = random.chance(0.5)
    ? granadaCalendar(random.integer(2 ** 31))
    : egmsCalendar(EGMS_RELEASES[random.integer(EGMS_RELEASES.length)], { seed: random.integer(2 ** 31) });
  const seriesPerClass = Math.ceil(count / TREND_CLASSES.length);
  const samples = simulateSamples({
    kind: 'textbook',
    axis,
    noise,
    seed: random.integer(2 ** 31),
    seriesPerClass,
  });
  const labels = samples.labels.subarray(0, count);
  return {
    axis,
    count,
    cycleMm: cycleMm(),
    displacements: samples.displacements.subarray(0, count * axis.days.length),
    labels,
    trends: samples.truth.trends.subarray(0, count),
    jumps: labels.map((label) => (TREND_CLASSES[label] === 'PUE' ? 1 : 0)),
  };
}

function createCollector(textbookFrom: number, textbook: number) {
  const count = textbookFrom + textbook;
  const labels = new Uint8Array(count);
  const trends = new Uint8Array(count);
  const jumps = new Uint8Array(count);
  let names: readonly string[] = [];
  let features = new Float32Array(0);
  let grid = new Float32Array(0);
  let done = 0;
  return {
    add(batch: SimulatedBatch, measured: MeasuredSeries): number {
      const gridSize = measured.grid.length / batch.count;
      if (done === 0) {
        names = measured.names;
        features = new Float32Array(names.length * count);
        grid = new Float32Array(gridSize * count);
      }
      features.set(measured.features, done * names.length);
      grid.set(measured.grid, done * gridSize);
      labels.set(batch.labels, done);
      trends.set(batch.trends, done);
      jumps.set(batch.jumps, done);
      done += batch.count;
      return done;
    },
    finish: (): WideSamples => ({ names, features, grid, count, textbookFrom, labels, trends, jumps }),
  };
}

/** Weight of every sample: classes count by the root of their number, so that rare ones are heard. */
export function balancingWeights(labels: Uint8Array): Float32Array {
  const counts = new Float64Array(SAMPLE_LABELS.length);
  for (const label of labels) counts[label] += 1;
  const weights = Float32Array.from(labels, (label) => 1 / Math.sqrt(counts[label]));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
