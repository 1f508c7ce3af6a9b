import type { Preprocessing } from '../features/front-end.js';
import { encodeModelFile, type ModelCard } from '../network/model-file.js';
import type { Architecture } from '../network/trunk.js';
import type { Runtime } from '../runtime/session.js';
import { fitTemperature } from './calibrate.js';
import { hashOf } from './data-hash.js';
import type { NetworkSamples } from './network-samples.js';
import type { Recipe, RecipeName } from './recipes.js';
import type { Split } from './split.js';
import { type TrainingHooks, trainNetwork } from './training-loop.js';
import type { TrainingOptions } from './training-options.js';
import type { EpochRecord } from './training-state.js';
import { createEvaluator } from './validation.js';

/** Fewer dates than this and the front end's windows no longer fit. */
export const FEWEST_EPOCHS = 30;

export interface TrainModelOptions {
  readonly name: string;
  readonly recipe: RecipeName;
  readonly seed: number | string;
  /** Changes to the recipe's training options. */
  readonly training?: Partial<TrainingOptions>;
  readonly materialMm: number;
  readonly cycleMm: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface TrainedModel {
  readonly card: ModelCard;
  /** The model file. */
  readonly bytes: Uint8Array;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** What the finished network says of samples that it never saw, class by class. */
  readonly test: {
    /** What the class head tells apart: the card's classes, and Other where it knows of it. */
    readonly classes: readonly string[];
    readonly truth: Uint8Array;
    readonly predicted: Uint8Array;
  };
}

/** All that `fitAndPack` needs: a network, samples with their parts, and what the card is to say. */
export interface Fit {
  readonly architecture: Architecture;
  readonly recipe: Recipe;
  readonly samples: NetworkSamples;
  readonly labels: Uint8Array;
  readonly split: Split;
  readonly options: TrainModelOptions;
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly inputs: ModelCard['inputs'];
  readonly dataHash: string;
  /** Start from these parameters: fine-tuning. */
  readonly startFrom?: Float32Array;
  /** See `TrainingTask`. */
  readonly settings?: unknown;
  /** Goes into the card's training record beside what stands there always. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** Trains, calibrates on the validation part, tests, and writes the card. */
export async function fitAndPack(runtime: Runtime, hooks: TrainingHooks, fit: Fit): Promise<TrainedModel> {
  const { architecture, recipe, samples, labels, split, options } = fit;
  const training = { ...recipe.training, ...options.training, seed: options.seed };
  const result = await trainNetwork(
    runtime,
    {
      architecture,
      samples,
      training: split.training,
      validation: split.validation,
      options: training,
      startFrom: fit.startFrom,
      settings: fit.settings,
    },
    hooks,
  );
  const size = architecture.heads.class.size;
  const evaluator = await createEvaluator(runtime, architecture);
  try {
    const logitsOf = async (rows: Int32Array) =>
      (await evaluator.logits(result.parameters, samples, rows)).class;
    const validationLabels = takeLabels(labels, split.validation);
    const validationWeights = Float32Array.from(split.validation, (row) => samples.weights?.class[row] ?? 1);
    const calibration = fitTemperature(
      await logitsOf(split.validation),
      validationLabels,
      size,
      validationWeights,
    );
    const test = {
      classes: size > fit.classes.length ? [...fit.classes, 'Other'] : fit.classes,
      truth: takeLabels(labels, split.test),
      predicted: mostLikely(await logitsOf(split.test), size),
    };
    const card: ModelCard = {
      formatVersion: 1,
      name: options.name,
      architecture: { name: architecture.name, options: { ...architecture.options } },
      classes: [...fit.classes],
      inputs: fit.inputs,
      preprocessing:
        'options' in fit.preprocessing ? fit.preprocessing : { ...fit.preprocessing, options: {} },
      calibration: { class: { temperature: calibration.temperature, biases: [...calibration.biases] } },
      training: {
        dataHash: fit.dataHash,
        splitHash: await hashOf(split.training, split.validation, split.test),
        seed: options.seed,
        versions: { ...options.versions },
        ...fit.record,
        recipe: recipe.name,
        samples: samples.count,
        accuracy: shareEqual(test.truth, test.predicted),
      },
    };
    const bytes = encodeModelFile(card, result.parameters);
    return { card, bytes, history: result.history, bestEpoch: result.bestEpoch, test };
  } finally {
    await evaluator.dispose();
  }
}

function takeLabels(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row]);
}

/** The class with the greatest logit, a row each. */
export function mostLikely(logits: Float32Array, size: number): Uint8Array {
  return Uint8Array.from({ length: logits.length / size }, (_, row) => {
    const values = logits.subarray(row * size, (row + 1) * size);
    return values.indexOf(Math.max(...values));
  });
}

function shareEqual(left: Uint8Array, right: Uint8Array): number {
  return left.reduce((sum, value, i) => sum + (value === right[i] ? 1 : 0), 0) / left.length;
}
