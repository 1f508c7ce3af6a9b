import { GroundTrendError } from '../errors.js';
import { surveyArchitecture } from '../network/trunk.js';
import type { Runtime } from '../runtime/session.js';
import { isSameAxis } from '../series/epoch-axis.js';
import { augmentBatch } from './augment.js';
import { hashOf } from './data-hash.js';
import { adaptNetwork } from './fine-tune.js';
import {
  addTargets,
  joinBytes,
  type LabelledInputs,
  type LabelTrainingOptions,
  OTHER,
  prepareLabelled,
} from './label-samples.js';
import { findRecipe, type Recipe, type RecipeName } from './recipes.js';
import type { ReferenceSamples, ReferenceStack } from './reference-samples.js';
import { metricGrid, PAPER_SHARES, type Split, splitBlocks, splitStratified } from './split.js';
import { FEWEST_EPOCHS, fitAndPack, type TrainedModel } from './train-model.js';
import type { TrainingHooks } from './training-loop.js';

/** A trained network needs only small steps more. */
const FINE_TUNING_RATE = 0.2;

/**
 * Trains on labelled series of one or several files, 70 % to learn from, 10 % to choose and calibrate by, 20 % to test
 * on. The last class may be `Other` where the network that is gone on from knows of it.
 *
 * Throws `usage` where a network of one date axis is asked for and the files have several or too few dates for it,
 * `input` where there are too few series or too few dates to measure features of, `model` where the network to go on
 * from takes other dates.
 */
export async function trainOnLabels(
  runtime: Runtime,
  samples: ReferenceSamples,
  options: LabelTrainingOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedModel> {
  const { stacks } = samples;
  const recipe = recipeOf(options);
  if (recipe.input === 'series') requireOneAxis(stacks, options);
  else requireDates(stacks);
  const labels = joinBytes(stacks.map((stack) => stack.labels));
  const split = splitSamples(samples, labels, options);
  const prepared = await prepareLabelled(runtime, samples, labels, split, recipe, options);
  const knowsOther = options.from !== undefined && samples.classes.at(-1) === OTHER;
  const classes = knowsOther ? samples.classes.slice(0, -1) : samples.classes;
  const network = createNetwork(prepared.samples, classes, recipe, samples, options);
  const training = {
    ...options.training,
    ...(options.classWeights === 'balanced' && { classWeights: { class: balancedWeights(samples.counts) } }),
  };
  const { axis } = stacks[0];
  const kinds = options.augmentations;
  const augment: TrainingHooks['augment'] =
    recipe.input === 'series' && kinds.length > 0
      ? (batch, random) => augmentBatch(batch, axis, kinds, random)
      : undefined;
  return fitAndPack(
    runtime,
    { ...hooks, augment },
    {
      ...network,
      recipe,
      settings: { augmentations: kinds },
      samples: addTargets(prepared, network.architecture.heads, samples.classes),
      labels: prepared.labels,
      split: prepared.split,
      options: { ...options, training },
      classes,
      preprocessing: prepared.preprocessing,
      inputs:
        recipe.input === 'series'
          ? { kind: 'fixed', epochs: axis.days.length, days: Array.from(axis.days) }
          : { kind: 'any', fewestEpochs: FEWEST_EPOCHS },
      dataHash: await hashOf(
        ...stacks.flatMap((stack) => [stack.displacements, stack.labels, stack.axis.days]),
      ),
      record: {
        sources: stacks.map(({ name }) => name.split(/[\\/]/).at(-1)),
        labelledBy: samples.annotators,
        split: {
          kind: options.split.kind,
          validation: Array.from(split.validation),
          test: Array.from(split.test),
        },
        ...(options.from && { from: options.from.card.name }),
      },
    },
  );
}

/** How a trained network is trained on, by the name of its architecture; a `cnn` like the network it generalises. */
const RECIPE_OF_NETWORK: Readonly<Record<string, RecipeName>> = {
  'paper-a': 'paper-a',
  'paper-b': 'paper-b',
  cnn: 'paper-a',
  dense: 'features',
  committee: 'features',
};

/** The recipe asked for, or that of the network to go on from. */
function recipeOf({ recipe, found: other, from }: LabelTrainingOptions): Recipe {
  if (from === undefined) return other ?? findRecipe(recipe);
  const { name } = from.architecture;
  const found = findRecipe(RECIPE_OF_NETWORK[name] ?? 'network');
  const learningRate = FINE_TUNING_RATE * found.training.learningRate;
  return { ...found, training: { ...found.training, learningRate } };
}

function requireOneAxis(stacks: readonly ReferenceStack[], { recipe, from }: LabelTrainingOptions): void {
  const odd = stacks.find(({ axis }) => !isSameAxis(axis, stacks[0].axis));
  if (odd !== undefined) {
    throw new GroundTrendError(
      'usage',
      `The network ${from?.card.name ?? recipe} takes one date axis; ${stacks[0].name} and ${odd.name} differ.`,
      { advice: 'Use --recipe features or --recipe network.' },
    );
  }
  const inputs = from?.card.inputs;
  const epochs = stacks[0].axis.days.length;
  if (inputs?.kind !== 'fixed' || inputs.epochs === epochs) return;
  throw new GroundTrendError(
    'model',
    `The model "${from?.card.name}" takes series of ${inputs.epochs} dates and no others; ${stacks[0].name} has ${epochs}.`,
  );
}

/** Throws where a file has fewer dates than features are measured of: its model could not be used on it. */
function requireDates(stacks: readonly ReferenceStack[]): void {
  const short = stacks.find(({ axis }) => axis.days.length < FEWEST_EPOCHS);
  if (short === undefined) return;
  throw new GroundTrendError(
    'input',
    `This file has ${short.axis.days.length} dates; features are measured of ${FEWEST_EPOCHS} at the least.`,
    { place: { file: short.name }, advice: 'Give files of more dates; --recipe paper-a takes 20.' },
  );
}

function splitSamples(
  { stacks, classes }: ReferenceSamples,
  labels: Uint8Array,
  { split, seed }: LabelTrainingOptions,
): Split {
  const parts =
    split.kind === 'random'
      ? splitStratified(labels, PAPER_SHARES, seed)
      : splitBlocks(
          metricGrid(
            stacks.flatMap(({ longitude }) => [...longitude]),
            stacks.flatMap(({ latitude }) => [...latitude]),
            split.sizeMetres,
          ),
          PAPER_SHARES,
          seed,
        );
  if (Math.min(parts.training.length, parts.validation.length, parts.test.length) > 0) return parts;
  throw new GroundTrendError(
    'input',
    `${labels.length} labelled series of ${classes.length} classes cannot be split in three parts.`,
    {
      advice:
        split.kind === 'blocks'
          ? 'Take smaller blocks (--block-size) or label more places.'
          : 'Label more series: ten of each class at the least.',
    },
  );
}

function createNetwork(
  { inputs, count }: LabelledInputs['samples'],
  classes: readonly string[],
  recipe: Recipe,
  { stacks }: ReferenceSamples,
  { from, seed }: LabelTrainingOptions,
) {
  if (from !== undefined) return adaptNetwork(from, classes, seed);
  const epochs = stacks[0].axis.days.length;
  const architecture = recipe.createArchitecture({
    epochs,
    features: inputs.features ? inputs.features.length / count : 0,
    heads: { class: { size: classes.length, loss: 'softmax' } },
  });
  try {
    surveyArchitecture(architecture);
  } catch (cause) {
    throw new GroundTrendError(
      'usage',
      `Series of ${epochs} dates are too short for the network ${recipe.name}.`,
      { place: { file: stacks[0].name }, advice: 'Give a file of more dates.', cause },
    );
  }
  return { architecture };
}

function balancedWeights(counts: readonly number[]): number[] {
  const present = counts.filter((count) => count > 0);
  const total = present.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 0 : total / (present.length * count)));
}
