import { GroundTrendError } from '../errors.js';
import { confusionOf } from '../evaluate/confusion-matrix.js';
import { computeMetrics } from '../evaluate/metrics.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { showText } from '../shown-text.js';
import { DEFAULT_MATERIAL_MM } from '../simulate/material-label.js';
import { type FileUnits, loadSources } from '../train/load-readings.node.js';
import { openSeries } from '../train/load-samples.node.js';
import { matchSimulator } from '../train/match-simulator.js';
import { findRecipe, type RecipeName } from '../train/recipes.js';
import type { TrainModelOptions } from '../train/train-model.js';
import type { TrainingOptions } from '../train/training-options.js';
import { packWide, prepareWideSamples, temperatureOf, trainWide } from '../train/wide-model.js';
import { drawWideSamples } from '../train/wide-samples.js';
import { formatMetricsTable } from './metrics-table.js';
import { formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';
import { trainResumably } from './training-files.js';

const SERIES_PER_AXIS = 128;
const DEFAULT_SERIES = 30_000;
/** Pure shapes of many dates, by which probabilities are calibrated. */
const TEXTBOOK_SHARE = 1 / 15;

export interface MatchedTrainingRequest {
  readonly output: string;
  /** The file whose dates, noise and season the simulator is to have. */
  readonly like: string;
  readonly fileUnits: FileUnits;
  readonly recipe: RecipeName;
  readonly series?: number;
  readonly training: Partial<TrainingOptions>;
  readonly seed: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Gives a file a model of its own, taught by simulations that look like it. */
export async function runMatchedTraining(request: MatchedTrainingRequest): Promise<string> {
  const start = performance.now();
  if (findRecipe(request.recipe).input === 'series') {
    throw new GroundTrendError('usage', `--simulate-like is for features or network, not ${request.recipe}.`);
  }
  const runtime = await loadNodeRuntime();
  const [dataset] = await openSeries([request.like], request.fileUnits);
  const matched = await matchSimulator(dataset);
  for (const line of matched.findings) process.stderr.write(`${line}\n`);
  const series = request.series ?? DEFAULT_SERIES;
  const options: TrainModelOptions = {
    name: `${request.recipe} (like ${dataset.name.split(/[\\/]/).at(-1)}, seed ${request.seed})`,
    recipe: request.recipe,
    seed: request.seed,
    training: request.training,
    materialMm: DEFAULT_MATERIAL_MM,
    cycleMm: cycleMm(),
    versions: { groundtrend: packageVersion(), runtime: runtime.name },
  };
  const model = await trainResumably(request, async (hooks) => {
    const progress = createProgress('simulate', 'series');
    const samples = await drawWideSamples(runtime, {
      seed: request.seed,
      series,
      textbookSeries: Math.round(series * TEXTBOOK_SHARE),
      seriesPerAxis: SERIES_PER_AXIS,
      materialMm: options.materialMm,
      grid: findRecipe(request.recipe).input === 'features-and-grid',
      extent: findRecipe(request.recipe).extent,
      sources: await loadSources([request.like], request.fileUnits),
      parameters: matched.parameters,
      signal: request.signal,
      onSeries: (done) => progress.update({ fraction: done / (series * (1 + TEXTBOOK_SHARE)), done }),
    }).finally(() => progress.finish());
    const prepared = await prepareWideSamples(samples, request.seed);
    const network = await trainWide(runtime, prepared, options, hooks);
    const record = { simulated: 'like a file', findings: matched.findings };
    const temperature = await temperatureOf(runtime, network, prepared);
    return packWide(runtime, network, prepared, TREND_CLASSES, options, record, { temperature });
  });
  const { classes, truth, predicted } = model.test;
  const metrics = computeMetrics(confusionOf(classes, truth, predicted));
  if (request.json)
    return `${JSON.stringify({ output: request.output, card: model.card, metrics }, null, 2)}\n`;
  return [
    `test on ${metrics.points} series simulated like ${showText(dataset.name)} that the network never saw:`,
    '',
    formatMetricsTable(metrics),
    '',
    `written: ${showText(request.output)} (${formatDuration((performance.now() - start) / 1000)})`,
    '',
  ].join('\n');
}
