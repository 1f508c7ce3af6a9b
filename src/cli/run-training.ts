import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { DEFAULT_MATERIAL_MM } from '../simulate/material-label.js';
import { simulateSamples } from '../simulate/samples.js';
import { findRecipe, type RecipeName } from '../train/recipes.js';
import { type TrainedModel, type TrainModelOptions, trainOnReference } from '../train/train-model.js';
import type { TrainingHooks } from '../train/training-loop.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';

export interface TrainingRequest {
  readonly output: string;
  readonly recipe: RecipeName;
  readonly series?: number;
  readonly epochs?: number;
  readonly seed: string;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Simulates, trains, tests, writes the model file, and returns what to print. */
export async function runTraining(request: TrainingRequest): Promise<string> {
  const start = performance.now();
  const runtime = await loadNodeRuntime();
  const options: TrainModelOptions = {
    name: `${request.recipe} (granada, seed ${request.seed})`,
    recipe: request.recipe,
    seed: request.seed,
    training: request.epochs === undefined ? {} : { epochs: request.epochs },
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    versions: { groundtrend: packageVersion(), runtime: runtime.name },
  };
  const model = await trainGranada(runtime, request, options);
  await writeWhole(request.output, model.bytes, { overwrite: request.overwrite });
  const { classes, truth, predicted } = model.test;
  const metrics = computeMetrics(confusionOf(classes, truth, predicted));
  if (request.json)
    return `${JSON.stringify({ output: request.output, card: model.card, metrics }, null, 2)}\n`;
  return [
    `test on ${metrics.points} simulated series that the network never saw (epoch ${model.bestEpoch} of ${model.history.length}):`,
    '',
    formatMetricsTable(metrics),
    '',
    `written: ${request.output} (${formatDuration((performance.now() - start) / 1000)})`,
    '',
  ].join('\n');
}

function trainGranada(
  runtime: Runtime,
  request: TrainingRequest,
  options: TrainModelOptions,
): Promise<TrainedModel> {
  const seriesPerClass = Math.round((request.series ?? 5000) / TREND_CLASSES.length);
  const axis = granadaCalendar(request.seed);
  const samples = simulateSamples({ kind: 'textbook', axis, seed: request.seed, seriesPerClass });
  return trainOnReference(
    runtime,
    { ...samples, classes: TREND_CLASSES },
    options,
    epochLines(request, options),
  );
}

/** A line an epoch on standard error: losses, accuracy, time left. */
function epochLines(request: TrainingRequest, options: TrainModelOptions): TrainingHooks {
  const planned = request.epochs ?? findRecipe(options.recipe).training.epochs;
  return {
    signal: request.signal,
    onEpoch({ epoch, trainingLoss, validationLoss, validationAccuracy }, { seconds }) {
      const left = formatDuration(seconds * (planned - epoch));
      process.stderr.write(
        `epoch ${epoch}/${planned}  loss ${trainingLoss.toFixed(4)}  validation ${validationLoss.toFixed(4)}  ` +
          `accuracy ${(100 * validationAccuracy.class).toFixed(2)} %  ${seconds.toFixed(1)} s  ${left} left\n`,
      );
    },
  };
}
