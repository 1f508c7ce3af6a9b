import { SHAPE_GRID } from '../features/axis-matrices.js';
import type { ExtentName } from '../features/feature-extent.js';
import { GRID_CHANNELS } from '../features/feature-graph.js';
import { createDense } from '../network/architectures/dense.js';
import { createDilated } from '../network/architectures/dilated.js';
import { createPaperCnn } from '../network/architectures/paper-cnn.js';
import type { Architecture, HeadDescription } from '../network/trunk.js';
import { TRAINING_DEFAULTS, type TrainingOptions } from './training-options.js';

/**
 * Networks that can be trained by name: the paper's in both readings, features alone, the cheap ones of them, and
 * features beside a network.
 */
export const RECIPE_NAMES = ['paper-a', 'paper-b', 'features', 'lite', 'network'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

export interface RecipeShape {
  readonly epochs: number;
  readonly features: number;
  readonly heads: Readonly<Record<string, HeadDescription>>;
}

/** A network and how it is trained where nothing else is said. */
export interface Recipe {
  /** One of `RECIPE_NAMES`, or `sieve`. */
  readonly name: string;
  /** What the network is fed: the series of one date axis, or features (and grid) of any. */
  readonly input: 'series' | 'features' | 'features-and-grid';
  /** Which features are measured, where any are. */
  readonly extent: ExtentName;
  readonly training: TrainingOptions;
  createArchitecture(shape: RecipeShape): Architecture;
}

/** The paper gives neither optimiser nor epochs nor batch; these are Keras' and common usage. */
const PAPER_TRAINING: TrainingOptions = {
  ...TRAINING_DEFAULTS,
  epochs: 60,
  batchSize: 128,
  learningRate: 1e-3,
  watch: { accuracyOf: 'class' },
};

const FEATURE_TRAINING: TrainingOptions = {
  ...TRAINING_DEFAULTS,
  epochs: 12,
  batchSize: 256,
  learningRate: 2e-3,
  schedule: 'cosine',
  warmupEpochs: 1,
  weightDecay: 1e-3,
  averageDecay: 0.995,
  labelSmoothing: 0.03,
  headWeights: { class: 1, trend: 0.3, jump: 0.3 },
};

const DENSE_WIDTHS = [64, 32];
const LITE_WIDTHS = [48, 24];
const SIEVE_WIDTHS = [64, 32];
const DROPOUT = 0.1;

const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  'paper-a': paperRecipe('paper-a'),
  'paper-b': paperRecipe('paper-b'),
  features: {
    name: 'features',
    input: 'features',
    extent: 'full',
    training: FEATURE_TRAINING,
    createArchitecture: ({ features, heads }) =>
      createDense({ features, widths: DENSE_WIDTHS, dropout: DROPOUT, heads }),
  },
  lite: {
    name: 'lite',
    input: 'features',
    extent: 'lite',
    training: FEATURE_TRAINING,
    createArchitecture: ({ features, heads }) =>
      createDense({ features, widths: LITE_WIDTHS, dropout: DROPOUT, heads }),
  },
  network: {
    name: 'network',
    input: 'features-and-grid',
    extent: 'full',
    training: FEATURE_TRAINING,
    createArchitecture: ({ features, heads }) =>
      createDilated({
        gridLength: SHAPE_GRID,
        gridChannels: GRID_CHANNELS,
        features,
        channels: 16,
        stemKernel: 7,
        kernel: 7,
        dilations: [1, 2, 4],
        widths: DENSE_WIDTHS,
        dropout: DROPOUT,
        heads,
      }),
  },
};

/** The sieve of a network: taught by that network, not by name. */
export const SIEVE_RECIPE: Recipe = {
  name: 'sieve',
  input: 'features',
  extent: 'sieve',
  // What its teacher says is already as sure as it should be.
  training: { ...FEATURE_TRAINING, labelSmoothing: 0, epochs: 20 },
  createArchitecture: ({ features, heads }) => createDense({ features, widths: SIEVE_WIDTHS, heads }),
};

/**
 * What a sieve decides, and how sure it must be. Of real series decided so two or three in a thousand would have had another
 * class by the network; the model's card tells how many. Bilinear and PUE are not its affair: under smooth noise it takes
 * others for them however sure it is.
 */
export const SIEVE_RULE = { decides: ['Stable', 'Linear', 'Quadratic'], leastProbability: 0.9 } as const;

export function findRecipe(name: RecipeName): Recipe {
  return RECIPES[name];
}

function paperRecipe(name: 'paper-a' | 'paper-b'): Recipe {
  return {
    name,
    input: 'series',
    extent: 'full',
    training: PAPER_TRAINING,
    createArchitecture: ({ epochs, heads }) => createPaperCnn(name, epochs, heads.class.size),
  };
}
