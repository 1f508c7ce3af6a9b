import { measureModelCost } from '../classify/model-cost.js';
import { GroundTrendError } from '../errors.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { measureAgreement } from '../evaluate/reading-agreement.js';
import type { ExtentName } from '../features/feature-extent.js';
import type { DisplacementUnit } from '../read/read-options.js';
import { checkModel } from '../runtime/model-check.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { DEFAULT_MATERIAL_MM, SAMPLE_LABELS } from '../simulate/material-label.js';
import {
  type CommitteeTraining,
  crossValidateMembers,
  joinMembers,
  refineMembers,
  teachMembers,
} from '../train/committee.js';
import { type FoldRule, foldsOf } from '../train/cross-validate.js';
import { hashOf } from '../train/data-hash.js';
import { loadReadings, loadSources } from '../train/load-readings.node.js';
import { measureReadings, type ReadingSamples } from '../train/reading-samples.js';
import type { ReadSeries } from '../train/readings.js';
import { findRecipe, type RecipeName } from '../train/recipes.js';
import { mostLikely, type TrainModelOptions } from '../train/train-model.js';
import { createTrainingJournal } from '../train/training-journal.js';
import type { TrainingHooks } from '../train/training-loop.js';
import { calibrateOnReal } from '../train/wide-calibration.js';
import {
  classLogits,
  DECISION_BIASES,
  packWide,
  prepareWideSamples,
  temperatureOf,
  type WideNetwork,
} from '../train/wide-model.js';
import { drawWideSamples } from '../train/wide-samples.js';
import { formatAgreement } from './agreement-table.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatModelCard } from './model-card.js';
import { formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';
import { trainSieve } from './train-sieve.js';
import { epochLines, trainResumably } from './training-files.js';

const SERIES_PER_AXIS = 128;
const DEFAULT_SERIES = 120_000;
/**
 * Pure shapes, as a share of the series of the broad family beside them: with a fifth in place of a tenth labels on real
 * series are met as often, and fewer shapes are mistaken under smooth noise.
 */
const TEXTBOOK_SHARE = 1 / 5;
const COPIES = 24;

export interface WideTrainingRequest {
  readonly output: string;
  readonly recipe: RecipeName;
  readonly series?: number;
  readonly epochs?: number;
  readonly seed: string;
  /** Real files whose dates and noise are drawn from. */
  readonly sources: readonly string[];
  /** Networks of which the model is the mean. */
  readonly members: number;
  /** Tables of labelled real series that refine the model, and the folder of their files. */
  readonly readings: readonly string[];
  readonly readingsFolder?: string;
  readonly fileUnits: Readonly<Record<string, DisplacementUnit>>;
  /** Print how well models refined on a part of the labelled series meet the others. */
  readonly crossValidate: boolean;
  readonly resume: boolean;
  /** Arguments as given, for the card. */
  readonly command: readonly string[];
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * Trains a model for any date axis on the wide simulator, refines it where labels are given, and writes it and its card.
 * An interrupted training goes on from the last epoch of the member at hand; what is simulated is simulated again.
 */
export async function runWideTraining(request: WideTrainingRequest): Promise<string> {
  const start = performance.now();
  if (findRecipe(request.recipe).input !== 'features') {
    throw new GroundTrendError('usage', `--simulate wide is for features or lite, not ${request.recipe}.`);
  }
  const cardPath = request.output.replace(/(\.onnx)?$/, '.md');
  const runtime = await loadNodeRuntime();
  const model = await trainResumably({ ...request, cardPath }, (hooks) => teach(runtime, request, hooks));
  const { report, card, metrics } = model;
  if (request.json) return `${JSON.stringify({ output: request.output, card, metrics }, null, 2)}\n`;
  const seconds = (performance.now() - start) / 1000;
  return `${report}\nwritten: ${showText(request.output)}, ${cardPath} (${formatDuration(seconds)})\n`;
}

async function teach(runtime: Runtime, request: WideTrainingRequest, hooks: TrainingHooks) {
  const { seed, members, signal } = request;
  const options: TrainModelOptions = {
    name: `${request.recipe} (wide, seed ${seed})`,
    recipe: request.recipe,
    seed,
    training: request.epochs === undefined ? {} : { epochs: request.epochs },
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    versions: { groundtrend: packageVersion(), runtime: runtime.name },
  };
  const labelled = await measureLabelled(runtime, request, options);
  const { extent } = findRecipe(request.recipe);
  const prepared = await prepareWideSamples(await simulate(runtime, request, extent), seed);
  const journal = createTrainingJournal(
    planOf(request, [prepared.dataHash, ...(labelled?.hashes ?? [])]),
    hooks.resumeFrom,
    async (bytes) => hooks.saveState?.(bytes),
  );
  const training: CommitteeTraining = { runtime, prepared, options, journal, signal };
  const taught = await teachMembers(training, members, (member) =>
    epochLines(members === 1 ? '' : `member ${member}/${members}  `),
  );
  const lines: string[] = [];
  const unseen = labelled && (await judgeMembers(training, request, taught, labelled, lines));
  const refined = labelled ? await refineMembers(training, taught, labelled.copies) : taught;
  const network = joinMembers(refined);
  const temperature = await temperatureOf(runtime, network, prepared);
  const real = labelled && unseen && calibrateOnReal(labelled.read, unseen, temperature);
  const sieve = await trainSieve(training, network, temperature, request, {
    draw: () => simulate(runtime, request, 'sieve'),
    lines,
  });
  const record = {
    simulated: 'wide',
    sources: request.sources.length,
    readings: labelled?.plain.count ?? 0,
  };
  const calibrations = { temperature, real };
  const { bytes, card, test } = await packWide(
    runtime,
    network,
    prepared,
    TREND_CLASSES,
    options,
    record,
    calibrations,
    sieve,
  );
  const metrics = computeMetrics(confusionOf(test.classes, test.truth, test.predicted));
  const report = [
    `test on ${metrics.points} series of the training simulator that the network never saw:`,
    '',
    formatMetricsTable(metrics),
    '',
    ...lines,
  ].join('\n');
  const cost = measureModelCost(checkModel(bytes), granadaCalendar(seed), options);
  const cardText = formatModelCard({ name: options.name, bytes, cost, report, command: request.command });
  return { bytes, card, cardText, report, metrics };
}

/** What fixes a training to the byte: a saved one is gone on with by the same only. */
function planOf(request: WideTrainingRequest, hashes: readonly string[]): string {
  const { recipe, series, epochs, seed, members } = request;
  return JSON.stringify({ recipe, series, epochs, seed, members, hashes });
}

/** Labelled real series, measured as they are and in augmented copies. */
interface Labelled {
  readonly read: readonly ReadSeries[];
  readonly plain: ReadingSamples;
  readonly copies: ReadingSamples;
  readonly hashes: readonly string[];
}

async function measureLabelled(
  runtime: Runtime,
  { readings, readingsFolder, fileUnits }: WideTrainingRequest,
  { seed, materialMm, cycleMm: cycle, recipe }: TrainModelOptions,
): Promise<Labelled | undefined> {
  if (readings.length === 0) return undefined;
  const read = await loadReadings(readings, fileUnits, readingsFolder);
  const settings = { seed, materialMm, cycleMm: cycle, extent: findRecipe(recipe).extent };
  const plain = await measureReadings(runtime, read, { ...settings, copies: 0 });
  const copies = await measureReadings(runtime, read, { ...settings, copies: COPIES });
  return { read, plain, copies, hashes: [await hashOf(copies.features, copies.targets)] };
}

/**
 * Says in `lines` how well the labels are met by networks that have not seen them, and, where asked for, by such as were
 * refined on a part of the others. Gives logits of every series by networks that had not seen its file.
 */
async function judgeMembers(
  training: CommitteeTraining,
  request: WideTrainingRequest,
  taught: readonly WideNetwork[],
  { read, plain, copies }: Labelled,
  lines: string[],
): Promise<Float32Array | undefined> {
  const judge = (title: string, logits: Float32Array) =>
    lines.push(title, '', formatAgreement(agreementOf(read, logits)), '');
  const untouched = await classLogits(training.runtime, joinMembers(taught), plain.features);
  judge('taught by simulations only, on all labelled real series:', untouched);
  if (!request.crossValidate) return undefined;
  let unseen: Float32Array | undefined;
  for (const [rule, what] of FOLD_RULES) {
    process.stderr.write(`refining on parts of the labelled series, ${what} kept together\n`);
    const folds = { name: rule, ofSeries: foldsOf(read, rule, request.seed) };
    unseen = await crossValidateMembers(training, taught, plain, copies, folds);
    judge(`refined on the others, ${what} kept together:`, unseen);
  }
  return unseen;
}

/** The rule of unseen files comes last: its logits serve the calibration on real series. */
const FOLD_RULES: readonly [FoldRule, string][] = [
  ['blocks', 'neighbours'],
  ['files', 'the series of a file'],
];

function agreementOf(read: readonly ReadSeries[], logits: Float32Array) {
  const width = SAMPLE_LABELS.length;
  const decided = logits.map((value, i) => value + DECISION_BIASES[i % width]);
  const trends = decided.filter((_, i) => i % width < TREND_CLASSES.length);
  return measureAgreement({
    classes: SAMPLE_LABELS,
    sources: read.flatMap(({ file, count }) => new Array<string>(count).fill(file)),
    readers: read[0].readers.map((_, reader) => read.flatMap(({ readers }) => [...readers[reader]])),
    trend: mostLikely(trends, TREND_CLASSES.length),
    answer: mostLikely(decided, width),
  });
}

/** The same series every time, measured to this extent. */
async function simulate(runtime: Runtime, request: WideTrainingRequest, extent: ExtentName) {
  const sources = await loadSources(request.sources, request.fileUnits);
  const series = request.series ?? DEFAULT_SERIES;
  const progress = createProgress('simulate', 'series');
  return drawWideSamples(runtime, {
    seed: request.seed,
    series,
    textbookSeries: Math.round(series * TEXTBOOK_SHARE),
    seriesPerAxis: SERIES_PER_AXIS,
    materialMm: DEFAULT_MATERIAL_MM,
    grid: false,
    extent,
    sources: sources.length > 0 ? sources : undefined,
    signal: request.signal,
    onSeries: (done) => progress.update({ fraction: done / (series * (1 + TEXTBOOK_SHARE)), done }),
  }).finally(() => progress.finish());
}
