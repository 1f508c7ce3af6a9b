import { surveyArchitecture } from '../../network/trunk.js';
import type { Runtime } from '../../runtime/session.js';
import { oneHot } from '../network-samples.js';
import type { Split } from '../split.js';
import { trainNetwork } from '../training-loop.js';
import { createEvaluator } from '../validation.js';
import type { TrialJob } from './halving.js';
import type { TrialResult } from './leaderboard.js';
import { configurationOf, recipeOfConfiguration } from './search-space.js';

/** Labelled series made ready for the networks of a search; the arrays may be shared between threads. */
export interface TrialSamples {
  readonly epochs: number;
  readonly classes: number;
  /** Row-major, mm / 10, gaps filled. */
  readonly series: Float32Array;
  readonly labels: Uint8Array;
  readonly split: Split;
}

/** Trains one network of a search and says how right it is. */
export async function runTrial(
  runtime: Runtime,
  { epochs, classes, series, labels, split }: TrialSamples,
  seed: string,
  job: TrialJob,
  signal?: AbortSignal,
): Promise<TrialResult> {
  const start = performance.now();
  const configuration = configurationOf(job.trial, seed);
  const recipe = recipeOfConfiguration(configuration, job.epochs);
  const architecture = recipe.createArchitecture({
    epochs,
    features: 0,
    heads: { class: { size: classes, loss: 'softmax' } },
  });
  const samples = { count: labels.length, inputs: { series }, targets: { class: oneHot(labels, classes) } };
  const task = {
    architecture,
    samples,
    training: split.training,
    validation: split.validation,
    options: { ...recipe.training, seed: `${seed}/${job.trial}` },
  };
  const { parameters } = await trainNetwork(runtime, task, { signal });
  const evaluator = await createEvaluator(runtime, architecture);
  try {
    const count = async (rows: Int32Array) => {
      const logits = (await evaluator.logits(parameters, samples, rows)).class;
      let right = 0;
      rows.forEach((row, i) => {
        const values = logits.subarray(i * classes, (i + 1) * classes);
        if (values.indexOf(Math.max(...values)) === labels[row]) right++;
      });
      return { right, count: rows.length };
    };
    const survey = surveyArchitecture(architecture);
    return {
      ...job,
      configuration,
      validation: await count(split.validation),
      test: await count(split.test),
      parameters: survey.parameterCount,
      multiplyAdds: survey.multiplyAdds,
      seconds: Math.round((performance.now() - start) / 10) / 100,
    };
  } finally {
    await evaluator.dispose();
  }
}
