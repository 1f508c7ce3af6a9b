import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { createAdam, type Optimiser, withAverage } from '../network/optimiser.js';
import { initialiseParameters } from '../network/parameters.js';
import { float32Tensor, type TensorData } from '../network/tensor.js';
import { buildTrainingStep } from '../network/training-step.js';
import { type Architecture, type ArchitectureSurvey, surveyArchitecture } from '../network/trunk.js';
import { createRandom, type Random } from '../random.js';
import type { Runtime, Session } from '../runtime/session.js';
import { hashOf } from './data-hash.js';
import { learningRateAt } from './learning-rate.js';
import { checkSamples, type NetworkSamples } from './network-samples.js';
import { batchFeeds, createBatch, fillBatch, maskFeeds, type StepBatch } from './step-batch.js';
import type { TrainingOptions } from './training-options.js';
import {
  decodeTrainingState,
  type EpochRecord,
  encodeTrainingState,
  type TrainingState,
} from './training-state.js';
import { createEvaluator, type Evaluator, type Score, scoreLogits } from './validation.js';

export interface TrainingTask {
  readonly architecture: Architecture;
  readonly samples: NetworkSamples;
  /** Sample numbers to train on, and those to choose the best epoch by (none: the last epoch is taken). */
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly options: TrainingOptions;
  /** Start from these instead of random ones: fine-tuning. */
  readonly startFrom?: Float32Array;
  /** Whatever else decides how it goes, such as what `augment` does: a state is resumed only with the same. */
  readonly settings?: unknown;
}

export interface TrainingHooks {
  readonly signal?: AbortSignal;
  /** Told after every epoch, with the seconds it took. */
  readonly onEpoch?: (
    record: EpochRecord,
    progress: { readonly epochs: number; readonly seconds: number },
  ) => void;
  /** Given after every epoch the bytes from which `resumeFrom` goes on. */
  readonly saveState?: (bytes: Uint8Array) => void | Promise<void>;
  readonly resumeFrom?: Uint8Array;
  /** May change the rows of a filled batch, with random numbers of its own for every epoch. */
  readonly augment?: (batch: StepBatch, random: Random) => void | Promise<void>;
  /**
   * Fresh samples for every epoch (counted from 1), as many each time, in place of the task's: all of them are trained
   * on, and validation stays with the task's. For simulated samples that are never seen twice. What is given must
   * depend on the epoch's number alone, or a resumed training will differ.
   */
  readonly epochSamples?: (epoch: number) => NetworkSamples | Promise<NetworkSamples>;
}

export interface TrainingResult {
  /** The parameters of the best epoch, one after the other (see `surveyArchitecture`). */
  readonly parameters: Float32Array;
  readonly bestEpoch: number;
  readonly history: readonly EpochRecord[];
}

/**
 * Trains a network. The same task gives the same bytes on the same kind of machine, whether it was interrupted or not.
 * Throws `input` for samples that do not fit, `usage` where the loss runs away, `cancelled`.
 */
export async function trainNetwork(
  runtime: Runtime,
  task: TrainingTask,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  checkSamples(task.samples, task.architecture);
  if (task.training.length === 0 && !hooks.epochSamples)
    throw new GroundTrendError('input', 'There are no samples to train on.');
  const { architecture, options } = task;
  const optimiser = createOptimiser(options);
  const { batchSize, longestGradient } = options;
  const model = buildTrainingStep(architecture, { batchSize, optimiser, longestGradient });
  const session = await runtime.createSession(model);
  const evaluator = await createEvaluator(runtime, architecture);
  try {
    const run = { task, hooks, session, evaluator, optimiser, survey: surveyArchitecture(architecture) };
    return await runEpochs(run, await startState(run));
  } finally {
    await session.dispose();
    await evaluator.dispose();
  }
}

interface TrainingRun {
  readonly task: TrainingTask;
  readonly hooks: TrainingHooks;
  readonly session: Session;
  readonly evaluator: Evaluator;
  readonly optimiser: Optimiser;
  readonly survey: ArchitectureSurvey;
}

function createOptimiser({ weightDecay, averageDecay }: TrainingOptions): Optimiser {
  const adam = createAdam({ weightDecay });
  return averageDecay === undefined ? adam : withAverage(adam, averageDecay);
}

async function startState({ task, hooks, optimiser, survey }: TrainingRun): Promise<TrainingState> {
  const isKept = hooks.saveState !== undefined || hooks.resumeFrom !== undefined;
  const plan = isKept ? await describePlan(task) : '';
  if (hooks.resumeFrom !== undefined) {
    const saved = decodeTrainingState(hooks.resumeFrom);
    if (saved.plan === plan) return saved;
    throw new GroundTrendError(
      'input',
      'The saved training is of another network, other samples or other options.',
      {
        advice: 'Give the same ones as before, or start anew.',
      },
    );
  }
  const parameters =
    task.startFrom ?? initialiseParameters(survey, createRandom(task.options.seed).fork('parameters'));
  if (parameters.length !== survey.parameterCount) {
    throw new GroundTrendError(
      'model',
      `The network has ${survey.parameterCount} parameters, not ${parameters.length}.`,
    );
  }
  return {
    plan,
    epoch: 0,
    step: 0,
    parameters,
    slots: optimiser.init(parameters),
    best: undefined,
    history: [],
  };
}

/** All that decides how a training goes: what is resumed must be the same to the byte. */
async function describePlan(task: TrainingTask): Promise<string> {
  const { architecture, samples, training, validation, options, startFrom, settings } = task;
  const { inputs, targets, weights = {} } = samples;
  const arrays = [inputs, targets, weights].flatMap((named) => Object.values(named));
  return JSON.stringify({
    name: architecture.name,
    architectureOptions: architecture.options,
    options,
    settings,
    dataHash: await hashOf(training, validation, ...arrays, ...(startFrom === undefined ? [] : [startFrom])),
  });
}

async function runEpochs(run: TrainingRun, start: TrainingState): Promise<TrainingResult> {
  const { task, hooks } = run;
  const { epochs, patience } = task.options;
  let state = start;
  while (state.epoch < epochs && !hasWaited(state, patience)) {
    const began = performance.now();
    state = await runEpoch(run, state);
    const seconds = (performance.now() - began) / 1000;
    await hooks.saveState?.(encodeTrainingState(state));
    hooks.onEpoch?.(state.history[state.history.length - 1], { epochs, seconds });
  }
  const { best, history } = state;
  return {
    parameters: best?.parameters ?? countedParameters(state),
    bestEpoch: best?.epoch ?? state.epoch,
    history,
  };
}

function hasWaited(state: TrainingState, patience: number | undefined): boolean {
  return patience !== undefined && state.best !== undefined && state.epoch - state.best.epoch >= patience;
}

async function runEpoch(run: TrainingRun, state: TrainingState): Promise<TrainingState> {
  const { task, evaluator } = run;
  const epoch = state.epoch + 1;
  const trained = await runSteps(run, state, epoch);
  const score = await validate(evaluator, task, countedParameters(trained));
  const record: EpochRecord = {
    epoch,
    trainingLoss: trained.loss,
    validationLoss: score.loss,
    validationAccuracy: score.accuracy,
  };
  const { step, parameters, slots } = trained;
  const watched = task.options.watch === 'loss' ? -score.loss : score.accuracy[task.options.watch.accuracyOf];
  const isBetter = task.validation.length > 0 && (state.best === undefined || watched > state.best.score);
  const best = isBetter ? { epoch, score: watched, parameters: countedParameters(trained) } : state.best;
  return { plan: state.plan, epoch, step, parameters, slots, best, history: [...state.history, record] };
}

/** The running average where one is kept, else the parameters themselves. */
function countedParameters({ parameters, slots }: Pick<TrainingState, 'parameters' | 'slots'>): Float32Array {
  return slots.average ?? parameters;
}

async function validate(evaluator: Evaluator, task: TrainingTask, parameters: Float32Array): Promise<Score> {
  const { architecture, samples, validation, options } = task;
  const logits = await evaluator.logits(parameters, samples, validation);
  return scoreLogits(architecture, logits, samples, validation, options.headWeights);
}

async function runSteps(run: TrainingRun, state: TrainingState, epoch: number) {
  const { task, hooks, survey } = run;
  const { architecture, options } = task;
  const { batchSize } = options;
  const { samples, rows } = await samplesOfEpoch(run, epoch);
  const random = createRandom(options.seed).fork(`epoch ${epoch}`);
  const order = random.fork('order').shuffle(rows.slice());
  const dropout = random.fork('dropout');
  const augmentation = random.fork('augmentation');
  const batch = createBatch(architecture, batchSize);
  const stepsPerEpoch = Math.ceil(order.length / batchSize);
  let { parameters, slots, step } = state;
  let lossSum = 0;
  for (let start = 0; start < order.length; start += batchSize) {
    throwIfCancelled(hooks.signal);
    fillBatch(batch, samples, order.subarray(start, start + batchSize));
    await hooks.augment?.(batch, augmentation);
    const rate = learningRateAt(step, stepsPerEpoch, options);
    step++;
    const results = await run.session.run({
      ...batchFeeds(batch, architecture, options),
      ...maskFeeds(survey, batchSize, dropout),
      ...stateFeeds(run.optimiser, parameters, slots, step, rate),
    });
    const loss = Number(results.loss.data[0]);
    if (!Number.isFinite(loss)) {
      throw new GroundTrendError('usage', `The loss became ${loss} in epoch ${epoch}.`, {
        advice: 'Try a smaller learning rate.',
      });
    }
    lossSum += loss * batch.rows.length;
    parameters = results['new.parameters'].data as Float32Array;
    slots = mapValues(slots, (_, name) => results[`new.${name}`].data as Float32Array);
  }
  return { parameters, slots, step, loss: lossSum / order.length };
}

async function samplesOfEpoch({ task, hooks }: TrainingRun, epoch: number) {
  if (hooks.epochSamples === undefined) return { samples: task.samples, rows: task.training };
  const samples = await hooks.epochSamples(epoch);
  checkSamples(samples, task.architecture);
  return { samples, rows: Int32Array.from({ length: samples.count }, (_, row) => row) };
}

function stateFeeds(
  optimiser: Optimiser,
  parameters: Float32Array,
  slots: Readonly<Record<string, Float32Array>>,
  step: number,
  learningRate: number,
): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = { parameters: float32Tensor(parameters, [parameters.length]) };
  for (const [name, slot] of Object.entries(slots))
    feeds[`slot.${name}`] = float32Tensor(slot, [slot.length]);
  for (const [name, value] of Object.entries(optimiser.scalars(step, learningRate))) {
    feeds[`scalar.${name}`] = float32Tensor(Float32Array.of(value), []);
  }
  return feeds;
}

function mapValues<T>(
  source: Readonly<Record<string, T>>,
  change: (value: T, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, change(value, name)]));
}
