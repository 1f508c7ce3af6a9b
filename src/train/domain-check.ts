import { FEATURE_LIMIT } from '../features/front-end.js';
import { createDense } from '../network/architectures/dense.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { joinArrays } from '../series/matrix-rows.js';
import { createSeriesBank } from '../simulate/residual-bank.js';
import { type TrainingSource, trainingSamples } from '../simulate/training-samples.js';
import { measureFeatures, scaleOf, standardizeRows } from './feature-samples.js';
import { oneHot } from './network-samples.js';
import { trainNetwork } from './training-loop.js';
import { TRAINING_DEFAULTS } from './training-options.js';
import { createEvaluator } from './validation.js';

/** Quiet real series of one file, with the longitude that parts those lent from those judged by. */
export interface QuietSeries {
  readonly axis: EpochAxis;
  readonly count: number;
  /** Row-major, mm, nothing missing. */
  readonly displacements: Float32Array;
  readonly longitude: Float64Array;
}

export interface DomainCheck {
  /** Probability that the judge ranks a real quiet series above a simulated one: 0.5 where it cannot tell. */
  readonly areaUnderCurve: number;
  readonly testSeries: number;
  /** Features in which the two differ most, in pooled standard deviations, the most telling first. */
  readonly telling: readonly { readonly feature: string; readonly shift: number }[];
}

const SERIES_PER_BATCH = 256;
const STABLE = 0;

/** Marks those of some series (row-major, mm) that count as quiet. */
export type QuietMark = (displacements: Float32Array, count: number) => Promise<readonly boolean[]>;

/**
 * Whether simulated quiet series can be told from real ones: a small network is trained to do so. The western half of
 * the points lends its parts to the simulator and is learnt from; judged is by the eastern half. Simulated are series
 * labelled Stable that `markQuiet` finds quiet too: the same mark by which the real ones were chosen.
 */
export async function checkDomain(
  runtime: Runtime,
  quiet: QuietSeries,
  source: Omit<TrainingSource, 'axis' | 'bank' | 'weight'>,
  settings: { readonly materialMm: number; readonly cycleMm: number; readonly seed: string },
  markQuiet: QuietMark,
): Promise<DomainCheck> {
  const { axis } = quiet;
  const middle = Float64Array.from(quiet.longitude).sort()[quiet.count >> 1];
  const west = selectSeries(quiet, (i) => quiet.longitude[i] < middle);
  const east = selectSeries(quiet, (i) => quiet.longitude[i] >= middle);
  const bank = createSeriesBank(axis, west.displacements);
  const simulated = await simulateQuiet(
    { ...source, axis, bank, weight: 1 },
    west.count + east.count,
    settings.seed,
    markQuiet,
  );
  const halves = [
    { real: west, simulated: selectSeries(simulated, (i) => i < west.count) },
    { real: east, simulated: selectSeries(simulated, (i) => i >= west.count) },
  ];
  const parts: Float32Array[] = [];
  const labels: number[] = [];
  let names: readonly string[] = [];
  for (const half of halves) {
    for (const [label, part] of [half.simulated, half.real].entries()) {
      const measured = await measureFeatures(runtime, axis, part.displacements, part.count, {
        ...settings,
        grid: false,
        extent: 'full',
      });
      names = measured.names;
      parts.push(measured.features);
      for (let i = 0; i < part.count; i++) labels.push(label);
    }
  }
  const features = joinArrays(parts);
  const trainingCount = west.count + halves[0].simulated.count;
  const telling = compareFeatures(names, features, labels);
  standardizeRows(
    features,
    names,
    scaleOf(names, features.subarray(0, trainingCount * names.length)),
    FEATURE_LIMIT,
  );
  const scores = await judge(runtime, features, labels, names.length, trainingCount, settings.seed);
  const testLabels = labels.slice(trainingCount);
  return { areaUnderCurve: areaUnderCurve(scores, testLabels), testSeries: testLabels.length, telling };
}

interface PlainSeries {
  readonly count: number;
  readonly displacements: Float32Array;
}

async function simulateQuiet(
  source: TrainingSource,
  wanted: number,
  seed: string,
  markQuiet: QuietMark,
): Promise<PlainSeries> {
  const dates = source.axis.days.length;
  const displacements = new Float32Array(wanted * dates);
  let count = 0;
  for (const batch of trainingSamples({
    seed,
    batches: Number.MAX_SAFE_INTEGER,
    seriesPerBatch: SERIES_PER_BATCH,
    sources: [source],
  })) {
    if (batch.axis !== source.axis) continue;
    const isQuiet = await markQuiet(batch.displacements, batch.count);
    for (let i = 0; i < batch.count && count < wanted; i++) {
      if (batch.labels[i] !== STABLE || !isQuiet[i]) continue;
      displacements.set(batch.displacements.subarray(i * dates, (i + 1) * dates), count * dates);
      count += 1;
    }
    if (count === wanted) break;
  }
  return { count, displacements };
}

async function judge(
  runtime: Runtime,
  features: Float32Array,
  labels: readonly number[],
  width: number,
  trainingCount: number,
  seed: string,
): Promise<Float32Array> {
  const heads = { class: { size: 2, loss: 'softmax' as const } };
  const architecture = createDense({ features: width, widths: [16], dropout: 0.2, heads });
  const rows = createRandom(seed).shuffle(Int32Array.from({ length: trainingCount }, (_, i) => i));
  const held = Math.floor(trainingCount / 10);
  const samples = { count: labels.length, inputs: { features }, targets: { class: oneHot(labels, 2) } };
  const { parameters } = await trainNetwork(runtime, {
    architecture,
    samples,
    training: rows.subarray(held),
    validation: rows.subarray(0, held),
    options: { ...TRAINING_DEFAULTS, seed, epochs: 30, weightDecay: 1e-2, patience: 6 },
  });
  const evaluator = await createEvaluator(runtime, architecture);
  try {
    const test = Int32Array.from({ length: labels.length - trainingCount }, (_, i) => trainingCount + i);
    const logits = (await evaluator.logits(parameters, samples, test)).class;
    return Float32Array.from(test, (_, i) => logits[2 * i + 1] - logits[2 * i]);
  } finally {
    await evaluator.dispose();
  }
}

/** The Mann-Whitney statistic as a share: how often a score of label 1 exceeds one of label 0. */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from({ length: labels.length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let below = 0;
  let pairs = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let ones = 0;
    while (end < order.length && scores[order[end]] === scores[order[start]]) ones += labels[order[end++]];
    const zeros = end - start - ones;
    pairs += ones * (below + zeros / 2);
    below += zeros;
    positives += ones;
    start = end;
  }
  return pairs / (below * positives);
}

function compareFeatures(names: readonly string[], features: Float32Array, labels: readonly number[]) {
  return names
    .map((feature, column) => {
      const sums = [0, 0];
      const squares = [0, 0];
      const counts = [0, 0];
      labels.forEach((label, row) => {
        const value = features[row * names.length + column];
        sums[label] += value;
        squares[label] += value * value;
        counts[label] += 1;
      });
      const means = sums.map((sum, k) => sum / counts[k]);
      const variance =
        squares.reduce((total, square, k) => total + square / counts[k] - means[k] ** 2, 0) / 2;
      return { feature, shift: (means[1] - means[0]) / Math.sqrt(variance + 1e-12) };
    })
    .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift));
}

function selectSeries(series: PlainSeries, isWanted: (index: number) => boolean): PlainSeries {
  const dates = series.displacements.length / series.count;
  const wanted = Array.from({ length: series.count }, (_, i) => i).filter(isWanted);
  const displacements = new Float32Array(wanted.length * dates);
  wanted.forEach((from, to) => {
    displacements.set(series.displacements.subarray(from * dates, (from + 1) * dates), to * dates);
  });
  return { count: wanted.length, displacements };
}
