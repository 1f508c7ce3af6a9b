import { FEATURE_LIMIT } from '../features/front-end.js';
import type { Calibration } from '../network/inference-model.js';
import { encodeModelFile, type ModelCard } from '../network/model-file.js';
import type { Architecture, HeadDescription } from '../network/trunk.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { joinArrays, takeRows } from '../series/matrix-rows.js';
import { SAMPLE_LABELS } from '../simulate/material-label.js';
import { fitTemperature } from './calibrate.js';
import { hashOf } from './data-hash.js';
import { type FeatureScale, scaleOf, standardizeRows } from './feature-samples.js';
import { type NetworkSamples, oneHot } from './network-samples.js';
import type { ReadingSamples } from './reading-samples.js';
import { findRecipe, type Recipe, type RecipeName, SIEVE_RULE } from './recipes.js';
import { type Split, splitStratified } from './split.js';
import type { TrainedModel, TrainModelOptions } from './train-model.js';
import { FEWEST_EPOCHS, mostLikely } from './train-model.js';
import { type TrainingHooks, trainNetwork } from './training-loop.js';
import { createEvaluator } from './validation.js';
import { balancingWeights, type WideSamples } from './wide-samples.js';

/** Simulated samples are plenty: a tenth each is enough to choose by and to test on. */
const WIDE_SHARES = { training: 0.8, validation: 0.1, test: 0.1 };
/** The last entry of the class head is Other; it becomes the flag for out of family. */
const CLASS_HEAD = SAMPLE_LABELS.length;
const OTHER = CLASS_HEAD - 1;
/** Stable, Linear, Quadratic, Bilinear, Other: the trend with jumps set aside. */
const TREND_HEAD = 5;
const OTHER_TREND = TREND_HEAD - 1;

/** How labelled real series refine a network that simulations have taught. */
const REFINEMENT = {
  epochs: 4,
  learningRate: 1e-3,
  weightDecay: 1e-2,
  /** Simulated samples that are repeated meanwhile, so that nothing is unlearnt. */
  simulated: 30_000,
  /** Share of pure shapes among these: that of the training. */
  pureShare: 1 / 6,
  /** Weight of all labelled samples together, in that of the simulated ones. */
  share: 0.5,
} as const;

/** A network for any date axis under construction, with what is needed to feed it. */
export interface UntaughtNetwork {
  readonly architecture: Architecture;
  readonly recipe: Recipe;
  readonly scale: FeatureScale;
  readonly names: readonly string[];
}

export interface WideNetwork extends UntaughtNetwork {
  readonly parameters: Float32Array;
}

/** Simulated samples made ready for training; `features` of the source are standardised in place. */
export interface PreparedSamples {
  readonly samples: NetworkSamples;
  readonly labels: Uint8Array;
  readonly split: Split;
  /**
   * Rows held out of training by which probabilities are calibrated: identifiable shapes, on which a class is right or
   * wrong.
   */
  readonly calibration: Int32Array;
  /** From here on the samples are pure, identifiable shapes. */
  readonly textbookFrom: number;
  readonly scale: FeatureScale;
  readonly names: readonly string[];
  /** Fingerprint of features and labels. */
  readonly dataHash: string;
}

export async function prepareWideSamples(wide: WideSamples, seed: number | string): Promise<PreparedSamples> {
  const scale = scaleOf(wide.names, wide.features);
  standardizeRows(wide.features, wide.names, scale, FEATURE_LIMIT);
  const weights = balancingWeights(wide.labels);
  const trends = wide.trends.map((trend) => (trend === OTHER ? OTHER_TREND : trend));
  const split = splitStratified(wide.labels, WIDE_SHARES, seed);
  return {
    samples: {
      count: wide.count,
      inputs: { features: wide.features, ...(wide.grid.length > 0 && { grid: wide.grid }) },
      targets: {
        class: oneHot(wide.labels, CLASS_HEAD),
        trend: oneHot(trends, TREND_HEAD),
        jump: Float32Array.from(wide.jumps),
      },
      weights: { class: weights, trend: weights, jump: weights },
    },
    labels: wide.labels,
    split,
    calibration: split.validation.filter((row) => row >= wide.textbookFrom),
    textbookFrom: wide.textbookFrom,
    scale,
    names: wide.names,
    dataHash: await hashOf(wide.features, wide.labels),
  };
}

/** A network that knows nothing yet, fit for the samples. */
export function shapeWide({ scale, names }: PreparedSamples, name: RecipeName): UntaughtNetwork {
  const recipe = findRecipe(name);
  const heads: Record<string, HeadDescription> = {
    class: { size: CLASS_HEAD, loss: 'softmax' },
    trend: { size: TREND_HEAD, loss: 'softmax' },
    jump: { size: 1, loss: 'sigmoid' },
  };
  const architecture = recipe.createArchitecture({ epochs: 0, features: names.length, heads });
  return { architecture, recipe, scale, names };
}

/** Trains a network on simulated samples of many axes. */
export async function trainWide(
  runtime: Runtime,
  prepared: PreparedSamples,
  options: TrainModelOptions,
  hooks: TrainingHooks = {},
): Promise<WideNetwork> {
  const untaught = shapeWide(prepared, options.recipe);
  const { samples, split } = prepared;
  const task = {
    architecture: untaught.architecture,
    samples,
    training: split.training,
    validation: split.validation,
    options: { ...untaught.recipe.training, ...options.training, seed: options.seed },
  };
  return { ...untaught, parameters: (await trainNetwork(runtime, task, hooks)).parameters };
}

/**
 * Refines a network by labelled real series, mixed with simulated ones. `readings` may be a part of all, for
 * cross-validation; their features are taken before standardisation and left as they are.
 */
export async function refineWide(
  runtime: Runtime,
  network: WideNetwork,
  prepared: PreparedSamples,
  readings: ReadingSamples,
  seed: number | string,
  hooks: TrainingHooks = {},
): Promise<WideNetwork> {
  const mixed = mixSamples(prepared, readings, seed);
  const all = Int32Array.from({ length: mixed.count }, (_, i) => i);
  const { epochs, learningRate, weightDecay } = REFINEMENT;
  const options = { ...network.recipe.training, epochs, learningRate, weightDecay, seed };
  const task = {
    architecture: network.architecture,
    samples: mixed,
    training: all,
    validation: new Int32Array(0),
    options,
    startFrom: network.parameters,
  };
  return { ...network, parameters: (await trainNetwork(runtime, task, hooks)).parameters };
}

function mixSamples(
  prepared: PreparedSamples,
  readings: ReadingSamples,
  seed: number | string,
): NetworkSamples {
  const { samples, split, textbookFrom, scale, names } = prepared;
  const random = createRandom(seed).fork('refinement');
  const pure = Math.round(REFINEMENT.pureShare * REFINEMENT.simulated);
  const draw = (isWanted: (row: number) => boolean, count: number) =>
    random.shuffle(split.training.filter(isWanted)).subarray(0, count);
  const rows = Int32Array.from([
    ...draw((row) => row >= textbookFrom, pure),
    ...draw((row) => row < textbookFrom, REFINEMENT.simulated - pure),
  ]);
  const take = (source: Float32Array) => takeRows(source, source.length / samples.count, rows);
  const real = readings.features.slice();
  standardizeRows(real, names, scale, FEATURE_LIMIT);
  const simulatedWeights = take(samples.weights!.class);
  const each = (REFINEMENT.share * rows.length) / readings.count;
  // What the readers said is the class; of trend and jump apart the labelled samples tell nothing.
  const none = new Float32Array(readings.count);
  return {
    count: rows.length + readings.count,
    inputs: { features: joinArrays([take(samples.inputs.features), real]) },
    targets: {
      class: joinArrays([take(samples.targets.class), readings.targets]),
      trend: joinArrays([
        take(samples.targets.trend),
        new Float32Array(readings.count * TREND_HEAD).fill(1 / TREND_HEAD),
      ]),
      jump: joinArrays([take(samples.targets.jump), none]),
    },
    weights: {
      class: joinArrays([simulatedWeights, none.map(() => each)]),
      trend: joinArrays([simulatedWeights, none]),
      jump: joinArrays([simulatedWeights, none]),
    },
  };
}

/** Class logits (rows x 6, Other last) before calibration of features before standardisation. */
export async function classLogits(
  runtime: Runtime,
  network: WideNetwork,
  features: Float32Array,
): Promise<Float32Array> {
  return (await headLogits(runtime, network, standardized(network, features))).class;
}

/** Features as a network takes them. */
export function standardized({ names, scale }: UntaughtNetwork, features: Float32Array): Float32Array {
  const standard = features.slice();
  standardizeRows(standard, names, scale, FEATURE_LIMIT);
  return standard;
}

/** Logits of every head before calibration, of features as the network takes them. */
export async function headLogits(
  runtime: Runtime,
  { architecture, names, parameters }: WideNetwork,
  features: Float32Array,
): Promise<Record<string, Float32Array>> {
  const count = features.length / names.length;
  const evaluator = await createEvaluator(runtime, architecture);
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  try {
    return await evaluator.logits(parameters, { count, inputs: { features } }, rows);
  } finally {
    await evaluator.dispose();
  }
}

/**
 * Added to the trained logits: more weight for the class that is heard least in training, a little less for the one
 * that does most harm where it is wrong. Chosen on the labelled real series by cross-validation with whole files kept
 * together.
 */
export const DECISION_BIASES: readonly number[] = [0, 0, 0, 0, -0.5, 0.5];

/** Logits of the class head after decision biases and temperature: rows x 6. */
export function calibratedLogits(logits: Float32Array, temperature: number): Float32Array {
  return logits.map((value, i) => (value + DECISION_BIASES[i % CLASS_HEAD]) / temperature);
}

/** The temperature that suits held-out, identifiable simulations. */
export async function temperatureOf(
  runtime: Runtime,
  network: WideNetwork,
  { samples, labels, calibration }: PreparedSamples,
): Promise<number> {
  const evaluator = await createEvaluator(runtime, network.architecture);
  try {
    const logits = (await evaluator.logits(network.parameters, samples, calibration)).class;
    const truth = Uint8Array.from(calibration, (row) => labels[row]);
    return fitTemperature(calibratedLogits(logits, 1), truth, CLASS_HEAD).temperature;
  } finally {
    await evaluator.dispose();
  }
}

/** Tests on simulations that took no part, and packs the model file. */
export async function packWide(
  runtime: Runtime,
  network: WideNetwork,
  prepared: PreparedSamples,
  classes: readonly string[],
  options: TrainModelOptions,
  training: Readonly<Record<string, unknown>>,
  calibrations: { readonly temperature: number; readonly real?: Calibration },
  sieve?: WideNetwork,
): Promise<Pick<TrainedModel, 'card' | 'bytes' | 'test'>> {
  const { samples, labels, split } = prepared;
  const { temperature, real } = calibrations;
  const evaluator = await createEvaluator(runtime, network.architecture);
  try {
    const logitsOf = async (rows: Int32Array) =>
      (await evaluator.logits(network.parameters, samples, rows)).class;
    const pick = (rows: Int32Array) => Uint8Array.from(rows, (row) => labels[row]);
    const truth = pick(split.test);
    const predicted = mostLikely(calibratedLogits(await logitsOf(split.test), temperature), CLASS_HEAD);
    const card: ModelCard = {
      formatVersion: 1,
      name: options.name,
      ...describeNetwork(network),
      classes: [...classes],
      inputs: { kind: 'any', fewestEpochs: FEWEST_EPOCHS },
      calibration: { class: { temperature, biases: DECISION_BIASES.map((bias) => bias / temperature) } },
      realCalibration: real && { ...real, biases: [...real.biases] },
      sieve: sieve && { ...describeNetwork(sieve), ...SIEVE_RULE, decides: [...SIEVE_RULE.decides] },
      training: {
        dataHash: prepared.dataHash,
        splitHash: await hashOf(split.training, split.validation, split.test),
        seed: options.seed,
        versions: { ...options.versions },
        recipe: network.recipe.name,
        samples: samples.count,
        accuracy: truth.reduce((sum, label, i) => sum + (label === predicted[i] ? 1 : 0), 0) / truth.length,
        ...training,
      },
    };
    const bytes = encodeModelFile(card, network.parameters, sieve?.parameters);
    return { card, bytes, test: { classes: SAMPLE_LABELS, truth, predicted } };
  } finally {
    await evaluator.dispose();
  }
}

/** A network and what it is fed, as a card says it. */
function describeNetwork({ architecture, recipe, scale }: WideNetwork) {
  return {
    architecture: { name: architecture.name, options: { ...architecture.options } },
    preprocessing: {
      name: 'features',
      options: { ...scale, grid: recipe.input === 'features-and-grid', extent: recipe.extent },
    },
  };
}
