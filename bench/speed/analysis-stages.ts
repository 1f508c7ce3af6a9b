import { createAnalyst } from '../../src/classify/analysis.js';
import { loadClassifier, readModel } from '../../src/classify/load-classifier.node.js';
import { createFrontEnd, DISPLACEMENT_INPUT } from '../../src/features/front-end.js';
import type { DescribeLevel } from '../../src/kinematics/description-columns.js';
import { createNoiseEstimator } from '../../src/kinematics/noise-estimate.js';
import { createPaperCnn } from '../../src/network/architectures/paper-cnn.js';
import { buildInferenceModel } from '../../src/network/inference-model.js';
import { initialiseParameters } from '../../src/network/parameters.js';
import { float32Tensor } from '../../src/network/tensor.js';
import { surveyArchitecture } from '../../src/network/trunk.js';
import { createRandom } from '../../src/random.js';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { createRuntimeMeasurer } from '../../src/runtime/series-measurer.js';
import { loadNodeRuntime } from '../../src/runtime/session.node.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';
import { type BenchInput, DEFAULT_MODEL, DEFAULT_SETTINGS, type Stage, timed } from './stages.js';

/** Enough to time, few enough to hold. */
const MOST_POINTS = 40_960;
const SERIES_PER_RUN = 256;

async function readSome({ csv }: BenchInput): Promise<SeriesBatch[]> {
  const [dataset] = await openDatasets([csv]);
  const batches: SeriesBatch[] = [];
  let points = 0;
  for await (const batch of dataset.batches({ pointsPerBatch: 4096 })) {
    batches.push(batch);
    points += batch.count;
    if (points >= MOST_POINTS) break;
  }
  return batches;
}

function analyse(model: string, describe: DescribeLevel, sieve = true): Stage {
  return async (input) => {
    const batches = await readSome(input);
    const { axis } = batches[0];
    const estimator = createNoiseEstimator(axis);
    for (const batch of batches) if (!estimator.add(batch)) break;
    const noise = estimator.finish();
    const settings = { ...DEFAULT_SETTINGS, describe, sieve };
    const classifier = await loadClassifier(await readModel(model), settings);
    const { measure } = createRuntimeMeasurer(await loadNodeRuntime());
    const analyst = createAnalyst(classifier, settings, measure);
    const jobs = batches.map((batch) => ({ ...batch, axis, noise, pids: [] }));
    // The first batch binds the model to the dates.
    await analyst.analyze(jobs[0]);
    const { seconds } = await timed(async () => {
      for (const job of jobs) await analyst.analyze(job);
    });
    return { seconds, points: batches.reduce((sum, { count }) => sum + count, 0) };
  };
}

/** The paper's network in our own runtime. Its weights are not trained: that changes no time. */
async function runPaperCnn(input: BenchInput) {
  const batches = await readSome(input);
  const { axis } = batches[0];
  const epochs = axis.days.length;
  const architecture = createPaperCnn('paper-a', epochs);
  const parameters = initialiseParameters(surveyArchitecture(architecture), createRandom('bench'));
  const model = buildInferenceModel(architecture, parameters, {
    frontEnd: createFrontEnd({ name: 'series' }, axis, DEFAULT_SETTINGS),
  });
  const session = await (await loadNodeRuntime()).createSession(model);
  let points = 0;
  const { seconds } = await timed(async () => {
    for (const { count, displacements } of batches) {
      for (let start = 0; start < count; start += SERIES_PER_RUN) {
        const end = Math.min(count, start + SERIES_PER_RUN);
        const rows = displacements.subarray(start * epochs, end * epochs);
        await session.run({ [DISPLACEMENT_INPUT]: float32Tensor(rows, [end - start, epochs]) });
        points += end - start;
      }
    }
  });
  return { seconds, points };
}

export const ANALYSIS_STAGES: Readonly<Record<string, Stage>> = {
  'classify, default model, one core': analyse(DEFAULT_MODEL, 'none'),
  'classify, default model without its sieve, one core': analyse(DEFAULT_MODEL, 'none', false),
  'classify, lite model, one core': analyse('lite', 'none'),
  'classify and describe basic, one core': analyse(DEFAULT_MODEL, 'basic'),
  'classify and describe full, one core': analyse(DEFAULT_MODEL, 'full'),
  'classify, test tree, one core': analyse('test-tree', 'none'),
  "classify, the paper's CNN in our runtime, one core": runPaperCnn,
};
