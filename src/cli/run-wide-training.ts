import { measureModelCost } from '../classify/model-cost.js';
import { GroundTrendError } from '../errors.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { measureAgreement } from '../evaluate/reading-agreement.js';
import type { DisplacementUnit } from '../read/read-options.js';
import { checkModel } from '../runtime/model-check.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { DEFAULT_MATERIAL_MM, SAMPLE_LABELS } from '../simulate/material-label.js';
import { joinMembers, meanOf, memberSeed } from '../train/committee.js';
import { crossValidate, type FoldRule, foldsOf } from '../train/cross-validate.js';
import { loadReadings, loadSources } from '../train/load-readings.node.js';
import { measureReadings } from '../train/reading-samples.js';
import type { ReadSeries } from '../train/readings.js';
import { findRecipe, type RecipeName } from '../train/recipes.js';
import { mostLikely, type TrainModelOptions } from '../train/train-model.js';
import type { TrainingHooks } from '../train/training-loop.js';
import { calibrateOnReal } from '../train/wide-calibration.js';
import {
  classLogits,
  DECISION_BIASES,
  type PreparedSamples,
  packWide,
  prepareWideSamples,
  refineWide,
  temperatureOf,
  trainWide,
  type WideNetwork,
} from '../train/wide-model.js';
import { drawWideSamples } from '../train/wide-samples.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatAgreement } from './agreement-table.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatModelCard } from './model-card.js';
import { formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';

const SERIES_PER_AXIS = 128;
const DEFAULT_SERIES = 120_000;
/** Pure shapes among the simulated series: a tenth keeps them right, more costs agreement on real series. */
const TEXTBOOK_SHARE = 1 / 10;
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
  /** Arguments as given, for the card. */
  readonly command: readonly string[];
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Trains a model for any date axis on the wide simulator, refines it where labels are given, and writes it. */
export async function runWideTraining(request: WideTrainingRequest): Promise<string> {
  const start = performance.now();
  const recipe = findRecipe(request.recipe);
  if (recipe.input !== 'features') {
    throw new GroundTrendError('usage', `--simulate wide is for features or lite, not ${request.recipe}.`);
  }
  const runtime = await loadNodeRuntime();
  const options: TrainModelOptions = {
    name: `${request.recipe} (wide, seed ${request.seed})`,
    recipe: request.recipe,
    seed: request.seed,
    training: request.epochs === undefined ? {} : { epochs: request.epochs },
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    versions: { groundtrend: packageVersion(), runtime: runtime.name },
  };
  const read =
    request.readings.length === 0
      ? []
      : await loadReadings(request.readings, request.fileUnits, request.readingsFolder);
  const prepared = prepareWideSamples(await simulate(runtime, request), request.seed);
  const taught: WideNetwork[] = [];
  for (let index = 0; index < request.members; index++) {
    const own = { ...options, seed: memberSeed(request.seed, index) };
    taught.push(await trainWide(runtime, prepared, own, epochLines(request, index)));
  }
  const lines: string[] = [];
  const refined = await refineMembers(runtime, request, prepared, taught, read, lines);
  const network = joinMembers(refined.members);
  const temperature = await temperatureOf(runtime, network, prepared);
  const real = refined.unseen && calibrateOnReal(read, refined.unseen, temperature);
  const record = {
    simulated: 'wide',
    sources: request.sources.length,
    readings: read.reduce((sum, { count }) => sum + count, 0),
  };
  const calibrations = { temperature, real };
  const model = await packWide(runtime, network, prepared, TREND_CLASSES, options, record, calibrations);
  const { overwrite } = request;
  const { classes, truth, predicted } = model.test;
  const metrics = computeMetrics(confusionOf(classes, truth, predicted));
  const report = [
    `test on ${metrics.points} series of the training simulator that the network never saw:`,
    '',
    formatMetricsTable(metrics),
    '',
    ...lines,
  ].join('\n');
  const cardPath = request.output.replace(/(\.onnx)?$/, '.md');
  const cost = measureModelCost(checkModel(model.bytes), granadaCalendar(request.seed), options);
  const card = formatModelCard({
    name: options.name,
    bytes: model.bytes,
    cost,
    report,
    command: request.command,
  });
  await writeWhole(request.output, model.bytes, { overwrite });
  await writeWhole(cardPath, card, { overwrite });
  if (request.json) {
    return `${JSON.stringify({ output: request.output, card: model.card, metrics }, null, 2)}\n`;
  }
  const seconds = (performance.now() - start) / 1000;
  return `${report}\nwritten: ${request.output}, ${cardPath} (${formatDuration(seconds)})\n`;
}

/**
 * Refines every member on all labelled series; where asked for, says in `lines` how well the mean of networks refined on
 * a part of them meets the others. `unseen`: logits of every series by networks that had not seen its file.
 */
async function refineMembers(
  runtime: Runtime,
  request: WideTrainingRequest,
  prepared: PreparedSamples,
  taught: readonly WideNetwork[],
  read: readonly ReadSeries[],
  lines: string[],
): Promise<{ readonly members: readonly WideNetwork[]; readonly unseen?: Float32Array }> {
  if (read.length === 0) return { members: taught };
  const { extent } = findRecipe(request.recipe);
  const settings = { seed: request.seed, materialMm: DEFAULT_MATERIAL_MM, cycleMm: cycleMm(), extent };
  const plain = await measureReadings(runtime, read, { ...settings, copies: 0 });
  const copies = await measureReadings(runtime, read, { ...settings, copies: COPIES });
  const judge = (title: string, logits: Float32Array) =>
    lines.push(title, '', formatAgreement(agreementOf(read, logits)), '');
  const seedOf = (index: number) => memberSeed(request.seed, index);
  judge(
    'taught by simulations only, on all labelled real series:',
    await classLogits(runtime, joinMembers(taught), plain.features),
  );
  let unseen: Float32Array | undefined;
  if (request.crossValidate) {
    for (const [rule, what] of FOLD_RULES) {
      const folds = foldsOf(read, rule, request.seed);
      const votes: Float32Array[] = [];
      for (const [index, member] of taught.entries()) {
        votes.push(await crossValidate(runtime, member, prepared, plain, copies, folds, seedOf(index)));
      }
      unseen = meanOf(votes);
      judge(`refined on the others, ${what} kept together:`, unseen);
    }
  }
  const members: WideNetwork[] = [];
  for (const [index, member] of taught.entries()) {
    const hooks = { signal: request.signal };
    members.push(await refineWide(runtime, member, prepared, copies, seedOf(index), hooks));
  }
  return { members, unseen };
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

async function simulate(runtime: Runtime, request: WideTrainingRequest) {
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
    extent: findRecipe(request.recipe).extent,
    sources: sources.length > 0 ? sources : undefined,
    signal: request.signal,
    onSeries: (done) => progress.update({ fraction: done / (series * (1 + TEXTBOOK_SHARE)), done }),
  }).finally(() => progress.finish());
}

/** A line an epoch on standard error. */
function epochLines(request: WideTrainingRequest, index: number): TrainingHooks {
  const member = request.members === 1 ? '' : `member ${index + 1}/${request.members}  `;
  return {
    signal: request.signal,
    onEpoch({ epoch, trainingLoss, validationLoss, validationAccuracy }, { epochs, seconds }) {
      process.stderr.write(
        `${member}epoch ${epoch}/${epochs}  loss ${trainingLoss.toFixed(4)}  validation ${validationLoss.toFixed(4)}  ` +
          `accuracy ${(100 * validationAccuracy.class).toFixed(2)} %  ${formatDuration(seconds * (epochs - epoch))} left\n`,
      );
    },
  };
}
