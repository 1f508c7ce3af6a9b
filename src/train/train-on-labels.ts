import { GroundTrendError } from '../errors.js';
import { FEATURE_LIMIT, type Preprocessing, parsePreprocessing } from '../features/front-end.js';
import { PAPER_SCALE_MM } from '../network/architectures/paper-cnn.js';
import type { HeadDescription } from '../network/trunk.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { isSameAxis } from '../series/epoch-axis.js';
import { fillGaps } from '../series/fill-gaps.js';
import { trendCode } from '../series/trend-class.js';
import { type Augmentation, augmentBatch, augmentSeries, type SeriesOnAxis } from './augment.js';
import { hashOf } from './data-hash.js';
import { type FeatureScale, measureFeatures, scaleOf, standardizeRows } from './feature-samples.js';
import { adaptNetwork, type TrainedNetwork } from './fine-tune.js';
import { findRecipe, type Recipe, type RecipeName } from './recipes.js';
import type { ReferenceSamples, ReferenceStack } from './reference-samples.js';
import { metricGrid, PAPER_SHARES, type Split, splitBlocks, splitStratified } from './split.js';
import { FEWEST_EPOCHS, fitAndPack, type TrainedModel, type TrainModelOptions } from './train-model.js';
import type { TrainingHooks } from './training-loop.js';
import { oneHot, type TrainingSamples } from './training-samples.js';

/** A class that a model with one more answer than classes tells as "none of them". */
export const OTHER = 'Other';
/** A trained network needs only small steps more. */
const FINE_TUNING_RATE = 0.2;

export interface LabelTrainingOptions extends TrainModelOptions {
  /** `random` keeps class shares in each part; `blocks` keeps squares on the ground together. */
  readonly split: { readonly kind: 'random' } | { readonly kind: 'blocks'; readonly sizeMetres: number };
  readonly augmentations: readonly Augmentation[];
  /** Changed copies of every training series, for networks fed with features. */
  readonly copies: number;
  /** `balanced` makes every class count alike, however few its series. */
  readonly classWeights: 'even' | 'balanced';
  /** In place of the recipe of that name: what a search has found. */
  readonly found?: Recipe;
  /** Go on from this network in place of a new one. */
  readonly from?: TrainedNetwork;
}

/**
 * Trains on labelled series of one or several files, 70 % to learn from, 10 % to choose and calibrate by, 20 % to test
 * on. The last class may be `Other` where the network that is gone on from knows of it.
 *
 * Throws `usage` where a network of one date axis is asked for and the files have several, `input` where there are too
 * few series, `model` where the network to go on from takes other dates.
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
  const labels = joinBytes(stacks.map((stack) => stack.labels));
  const split = splitSamples(samples, labels, options);
  const prepared = await prepare(runtime, samples, labels, split, recipe, options);
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

interface Prepared {
  readonly samples: Pick<TrainingSamples, 'count' | 'inputs'>;
  readonly labels: Uint8Array;
  readonly split: Split;
  readonly preprocessing: Preprocessing;
}

async function prepare(
  runtime: Runtime,
  { stacks }: ReferenceSamples,
  labels: Uint8Array,
  split: Split,
  recipe: Recipe,
  options: LabelTrainingOptions,
): Promise<Prepared> {
  if (recipe.input === 'series') {
    const filled = stacks.map(({ axis, displacements, count }) => fillGaps(axis, displacements, count));
    const series = joinFloats(filled).map((value) => value / PAPER_SCALE_MM);
    return {
      samples: { count: labels.length, inputs: { series } },
      labels,
      split,
      preprocessing: { name: 'series' },
    };
  }
  const { materialMm, cycleMm } = options;
  const { extent } = recipe;
  const grid = recipe.input === 'features-and-grid';
  const measure = (series: SeriesOnAxis) => {
    return measureFeatures(runtime, series.axis, series.displacements, series.count, {
      materialMm,
      cycleMm,
      grid,
      extent,
    });
  };
  const measured = [];
  for (const stack of stacks) measured.push(await measure(stack));
  const copied = await copyTraining(stacks, split.training, options, measure);
  const { names } = measured[0];
  const parts = [...measured, ...copied.measured];
  const features = joinFloats(parts.map((part) => part.features));
  const allLabels = joinBytes([labels, Uint8Array.from(copied.rows, (row) => labels[row])]);
  const extra = Int32Array.from(copied.rows, (_, i) => labels.length + i);
  const training = Int32Array.from([...split.training, ...extra]);
  const scale = givenScale(options.from) ?? scaleOf(names, takeRows(features, names.length, training));
  standardizeRows(features, names, scale, FEATURE_LIMIT);
  return {
    samples: {
      count: allLabels.length,
      inputs: { features, ...(grid && { grid: joinFloats(parts.map((part) => part.grid)) }) },
    },
    labels: allLabels,
    split: { ...split, training },
    preprocessing: { name: 'features', options: { ...scale, grid, extent } },
  };
}

/** Changed copies of the training part, measured once; `rows` says which sample each is a copy of. */
async function copyTraining<T>(
  stacks: readonly ReferenceStack[],
  training: Int32Array,
  { augmentations, copies, seed }: LabelTrainingOptions,
  measure: (series: SeriesOnAxis) => Promise<T>,
): Promise<{ measured: T[]; rows: number[] }> {
  const measured: T[] = [];
  const rows: number[] = [];
  if (augmentations.length === 0) return { measured, rows };
  let first = 0;
  for (const [index, { axis, count, displacements }] of stacks.entries()) {
    const own = [...training].filter((row) => row >= first && row < first + count);
    const local = Int32Array.from(own, (row) => row - first);
    first += count;
    if (own.length === 0) continue;
    const part = { axis, count: own.length, displacements: takeRows(displacements, axis.days.length, local) };
    for (let copy = 0; copy < copies; copy++) {
      const random = createRandom(seed).fork(`copy ${copy} of file ${index}`);
      measured.push(await measure(augmentSeries(part, augmentations, FEWEST_EPOCHS, random)));
      rows.push(...own);
    }
  }
  return { measured, rows };
}

function givenScale(from: TrainedNetwork | undefined): FeatureScale | undefined {
  if (from === undefined) return undefined;
  const preprocessing = parsePreprocessing(from.card.preprocessing);
  return preprocessing.name === 'features' ? preprocessing.options : undefined;
}

function createNetwork(
  { inputs, count }: Prepared['samples'],
  classes: readonly string[],
  recipe: Recipe,
  { stacks }: ReferenceSamples,
  { from, seed }: LabelTrainingOptions,
) {
  if (from !== undefined) return adaptNetwork(from, classes, seed);
  return {
    architecture: recipe.createArchitecture({
      epochs: stacks[0].axis.days.length,
      features: inputs.features ? inputs.features.length / count : 0,
      heads: { class: { size: classes.length, loss: 'softmax' } },
    }),
  };
}

/** Targets of every head that the network has; those that the labels say nothing of have no weight. */
function addTargets(
  { samples, labels }: Prepared,
  heads: Readonly<Record<string, HeadDescription>>,
  classes: readonly string[],
): TrainingSamples {
  const targets: Record<string, Float32Array> = {};
  const weights: Record<string, Float32Array> = {};
  for (const [name, { size }] of Object.entries(heads)) {
    const rule = name === 'class' ? undefined : (HEAD_RULES[name] ?? (() => undefined));
    targets[name] = new Float32Array(labels.length * size);
    weights[name] = new Float32Array(labels.length);
    if (rule === undefined) {
      targets[name] = oneHot(labels, size);
      weights[name].fill(1);
      continue;
    }
    labels.forEach((label, row) => {
      const values = rule(classes[label], size);
      if (values === undefined) return;
      targets[name].set(values, row * size);
      weights[name][row] = 1;
    });
  }
  return { ...samples, targets, weights };
}

/** What a class says of the other heads of the default model: of a jumping series no trend is known. */
const HEAD_RULES: Readonly<Record<string, (className: string, size: number) => number[] | undefined>> = {
  jump: (className) => [className === 'PUE' ? 1 : 0],
  trend(className, size) {
    if (className === 'PUE') return undefined;
    const code = className === OTHER ? size - 1 : trendCode(className as Parameters<typeof trendCode>[0]);
    return code < 0 ? undefined : Array.from({ length: size }, (_, k) => (k === code ? 1 : 0));
  },
};

function balancedWeights(counts: readonly number[]): number[] {
  const present = counts.filter((count) => count > 0);
  const total = present.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 0 : total / (present.length * count)));
}

function takeRows(values: Float32Array, width: number, rows: Int32Array): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}

function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
