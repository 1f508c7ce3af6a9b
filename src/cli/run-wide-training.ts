import { GroundTrendError } from '../errors.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { measureAgreement } from '../evaluate/reading-agreement.js';
import type { DisplacementUnit } from '../read/read-options.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { DEFAULT_MATERIAL_MM, SAMPLE_LABELS } from '../simulate/material-label.js';
import { crossValidate, type FoldRule, foldsOf } from '../train/cross-validate.js';
import { loadReadings, loadSources } from '../train/load-readings.node.js';
import { measureReadings } from '../train/reading-samples.js';
import type { ReadSeries } from '../train/readings.js';
import { findRecipe, type RecipeName } from '../train/recipes.js';
import { mostLikely, type TrainModelOptions } from '../train/train-model.js';
import type { TrainingHooks } from '../train/training-loop.js';
import {
  classLogits,
  DECISION_BIASES,
  packWide,
  prepareWideSamples,
  refineWide,
  trainWide,
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
/** Pure shapes among the simulated series: a fifteenth keeps them right, more costs agreement on real series. */
const TEXTBOOK_SHARE = 1 / 15;
const COPIES = 24;

export interface WideTrainingRequest {
  readonly output: string;
  readonly recipe: RecipeName;
  readonly series?: number;
  readonly epochs?: number;
  readonly seed: string;
  /** Real files whose dates and noise are drawn from. */
  readonly sources: readonly string[];
  /** Table of labelled real series that refine the model. */
  readonly readings?: string;
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
    throw new GroundTrendError('usage', `--simulate wide is for --recipe features, not ${request.recipe}.`);
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
  const read = request.readings === undefined ? [] : await loadReadings(request.readings, request.fileUnits);
  const prepared = prepareWideSamples(await simulate(runtime, request), request.seed);
  const taught = await trainWide(runtime, prepared, options, epochLines(request));
  const lines: string[] = [];
  let network: Awaited<ReturnType<typeof refineWide>> = taught;
  if (read.length > 0) {
    const settings = { seed: request.seed, materialMm: options.materialMm, cycleMm: options.cycleMm };
    const plain = await measureReadings(runtime, read, { ...settings, copies: 0 });
    const copies = await measureReadings(runtime, read, { ...settings, copies: COPIES });
    const judge = (title: string, logits: Float32Array) =>
      lines.push(title, '', formatAgreement(agreementOf(read, logits)), '');
    judge(
      'taught by simulations only, on all labelled real series:',
      await classLogits(runtime, taught, plain.features),
    );
    if (request.crossValidate) {
      for (const [rule, what] of FOLD_RULES) {
        const folds = foldsOf(read, rule, request.seed);
        const logits = await crossValidate(runtime, taught, prepared, plain, copies, folds, request.seed);
        judge(`refined on the others, ${what} kept together:`, logits);
      }
    }
    network = await refineWide(runtime, taught, prepared, copies, request.seed, { signal: request.signal });
  }
  const model = await packWide(runtime, network, prepared, TREND_CLASSES, options, {
    simulated: 'wide',
    sources: request.sources.length,
    readings: read.reduce((sum, { count }) => sum + count, 0),
  });
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
  const card = formatModelCard({ name: options.name, bytes: model.bytes, report, command: request.command });
  await writeWhole(request.output, model.bytes, { overwrite });
  await writeWhole(cardPath, card, { overwrite });
  if (request.json) {
    return `${JSON.stringify({ output: request.output, card: model.card, metrics }, null, 2)}\n`;
  }
  const seconds = (performance.now() - start) / 1000;
  return `${report}\nwritten: ${request.output}, ${cardPath} (${formatDuration(seconds)})\n`;
}

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
    sources: sources.length > 0 ? sources : undefined,
    signal: request.signal,
    onSeries: (done) => progress.update({ fraction: done / (series * (1 + TEXTBOOK_SHARE)), done }),
  }).finally(() => progress.finish());
}

/** A line an epoch on standard error. */
function epochLines(request: WideTrainingRequest): TrainingHooks {
  return {
    signal: request.signal,
    onEpoch({ epoch, trainingLoss, validationLoss, validationAccuracy }, { epochs, seconds }) {
      process.stderr.write(
        `epoch ${epoch}/${epochs}  loss ${trainingLoss.toFixed(4)}  validation ${validationLoss.toFixed(4)}  ` +
          `accuracy ${(100 * validationAccuracy.class).toFixed(2)} %  ${formatDuration(seconds * (epochs - epoch))} left\n`,
      );
    },
  };
}
