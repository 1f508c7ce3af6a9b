import { readModel } from '../classify/load-classifier.node.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { readNetwork } from '../network/model-file.js';
import { checkModel } from '../runtime/model-check.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { simulatedPid } from '../simulate/egms-attributes.js';
import { DEFAULT_MATERIAL_MM } from '../simulate/material-label.js';
import { simulateSamples } from '../simulate/samples.js';
import type { Augmentation } from '../train/augment.js';
import type { TrainedNetwork } from '../train/fine-tune.js';
import { type LabelTrainingOptions, OTHER } from '../train/label-samples.js';
import type { FileUnits } from '../train/load-readings.node.js';
import { loadReferenceSamples } from '../train/load-samples.node.js';
import type { RecipeName } from '../train/recipes.js';
import type { ReferenceSamples } from '../train/reference-samples.js';
import { trainOnLabels } from '../train/train-on-labels.js';
import type { TrainingOptions } from '../train/training-options.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatCount, formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';
import { trainResumably } from './training-files.js';

export interface TrainingRequest {
  readonly output: string;
  /** Files of labelled series; without any, series of Granada are simulated. */
  readonly samples: readonly string[];
  readonly labels?: string;
  readonly labelColumn?: string;
  readonly classes?: readonly string[] | 'found';
  readonly fileUnits: FileUnits;
  readonly recipe: RecipeName;
  /** Path of a model to go on from. */
  readonly from?: string;
  readonly series?: number;
  readonly split: 'random' | 'blocks';
  readonly blockSize: number;
  readonly augment: readonly Augmentation[];
  readonly copies: number;
  readonly classWeights: 'even' | 'balanced';
  readonly training: Partial<TrainingOptions>;
  readonly seed: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Trains on labelled series, tests, writes the model file, and returns what to print. */
export async function runTraining(request: TrainingRequest): Promise<string> {
  const start = performance.now();
  const runtime = await loadNodeRuntime();
  const from = request.from === undefined ? undefined : await readTrained(request.from);
  const samples = await takeSamples(request, from);
  for (const line of describeSamples(samples)) process.stderr.write(`${line}\n`);
  const isSimulated = request.samples.length === 0;
  const options: LabelTrainingOptions = {
    name: `${from?.card.name ?? request.recipe} (${isSimulated ? 'granada' : 'own labels'}, seed ${request.seed})`,
    recipe: request.recipe,
    seed: request.seed,
    training: request.training,
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    versions: { groundtrend: packageVersion(), runtime: runtime.name },
    split:
      request.split === 'random' ? { kind: 'random' } : { kind: 'blocks', sizeMetres: request.blockSize },
    augmentations: request.augment,
    copies: request.copies,
    classWeights: request.classWeights,
    from,
  };
  const model = await trainResumably(request, (hooks) => trainOnLabels(runtime, samples, options, hooks));
  const { classes, truth, predicted } = model.test;
  const metrics = computeMetrics(confusionOf(classes, truth, predicted));
  if (request.json) {
    const { problems, warnings } = samples;
    const result = { output: request.output, card: model.card, metrics, problems, warnings };
    return `${JSON.stringify(result, null, 2)}\n`;
  }
  return [
    `test on ${metrics.points} ${isSimulated ? 'simulated' : 'labelled'} series that the network never saw (epoch ${model.bestEpoch} of ${model.history.length}):`,
    '',
    formatMetricsTable(metrics),
    '',
    ...(isSimulated || request.split === 'blocks'
      ? []
      : [
          'Split at random: neighbours share motion and noise, so that this is likely too good. See --split blocks.',
          '',
        ]),
    `written: ${showText(request.output)} (${formatDuration((performance.now() - start) / 1000)})`,
    '',
  ].join('\n');
}

/** What was joined and what was left out, a line each. */
export function describeSamples({ stacks, classes, counts, problems, warnings }: ReferenceSamples): string[] {
  const series = stacks.reduce((sum, { count }) => sum + count, 0);
  const perClass = classes.map((name, code) => `${name} ${formatCount(counts[code])}`).join(', ');
  return [
    `${formatCount(series)} labelled series in ${stacks.length} ${stacks.length === 1 ? 'file' : 'files'}: ${perClass}`,
    ...problems.map(({ reason, count, examples }) => {
      return `left out: ${formatCount(count)} x ${reason} (${showText(examples.join('; '))}${count > examples.length ? '; ...' : ''})`;
    }),
    ...warnings.map((warning) => `note: ${showText(warning)}`),
  ];
}

async function readTrained(path: string): Promise<TrainedNetwork> {
  return readNetwork(checkModel(await readModel(path)));
}

async function takeSamples(
  request: TrainingRequest,
  from: TrainedNetwork | undefined,
): Promise<ReferenceSamples> {
  if (request.samples.length === 0) return simulateGranada(request);
  const { labels, labelColumn, fileUnits, signal } = request;
  const classes = request.classes ?? ownClasses(from);
  return loadReferenceSamples(request.samples, { labels, labelColumn, classes, units: fileUnits, signal });
}

/** The classes of the model to go on from, with Other where it knows of it. */
function ownClasses(from: TrainedNetwork | undefined): readonly string[] {
  if (from === undefined) return TREND_CLASSES;
  const { classes } = from.card;
  return from.architecture.heads.class.size > classes.length ? [...classes, OTHER] : classes;
}

/** The paper's protocol: as many series of every class on 139 dates of Granada. */
function simulateGranada({ series = 5000, seed }: TrainingRequest): ReferenceSamples {
  const seriesPerClass = Math.round(series / TREND_CLASSES.length);
  const axis = granadaCalendar(seed);
  const samples = simulateSamples({ kind: 'textbook', axis, seed, seriesPerClass });
  const place = new Float64Array(samples.count);
  return {
    classes: TREND_CLASSES,
    stacks: [
      {
        name: 'granada',
        axis,
        count: samples.count,
        pids: Array.from({ length: samples.count }, (_, index) => simulatedPid(index)),
        longitude: place,
        latitude: place,
        displacements: samples.displacements,
        labels: samples.labels,
      },
    ],
    counts: TREND_CLASSES.map(() => seriesPerClass),
    problems: [],
    warnings: [],
    annotators: ['simulator'],
  };
}
