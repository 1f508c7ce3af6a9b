import { type CnnBlock, type CnnOptions, createCnn } from '../../network/architectures/cnn.js';
import type { ActivationName } from '../../network/ops/activation.js';
import { createRandom, type Random } from '../../random.js';
import type { Recipe } from '../recipes.js';
import { TRAINING_DEFAULTS } from '../training-options.js';

/** One network of the family and how it is trained. */
export interface TrialConfiguration extends Omit<CnnOptions, 'epochs' | 'heads'> {
  readonly learningRate: number;
  readonly batchSize: number;
}

const FILTERS = [8, 16, 32, 48, 64, 96, 138];
const KERNELS = [3, 5, 7, 9, 13];
const POOLS: readonly CnnBlock['pool'][] = ['max', 'average'];
const JOININGS: readonly CnnOptions['joining'][] = ['flatten', 'average', 'maximum'];
const DROPOUTS = [0, 0.2, 0.4, 0.5];
const WIDTHS = [16, 32, 64, 128];
const SLOPES: readonly ActivationName[] = ['relu', 'leaky', 'swish', 'gelu', 'tanh'];
const BATCHES = [64, 128, 256];
const LEARNING_RATES = [3e-4, 4e-3] as const;
const MOST_BLOCKS = 3;

/** The member that comes closest to the paper's network (its dense layer alone was leaky). */
const PAPER_LIKE: TrialConfiguration = {
  blocks: [
    { filters: 138, kernel: 5, pool: 'max' },
    { filters: 64, kernel: 5, pool: 'max' },
  ],
  joining: 'flatten',
  dropout: 0.4,
  width: 64,
  activation: 'relu',
  learningRate: 1e-3,
  batchSize: 128,
};

/** The configuration of a trial: the paper's first, then random ones; the same number and seed give the same. */
export function configurationOf(trial: number, seed: number | string): TrialConfiguration {
  if (trial === 0) return PAPER_LIKE;
  const random = createRandom(seed).fork(`trial ${trial}`);
  return {
    blocks: Array.from({ length: 1 + random.integer(MOST_BLOCKS) }, () => ({
      filters: pick(FILTERS, random),
      kernel: pick(KERNELS, random),
      pool: pick(POOLS, random),
    })),
    joining: pick(JOININGS, random),
    dropout: pick(DROPOUTS, random),
    width: pick(WIDTHS, random),
    activation: pick(SLOPES, random),
    learningRate: Number(random.logBetween(...LEARNING_RATES).toPrecision(3)),
    batchSize: pick(BATCHES, random),
  };
}

/** `138x5 max, 64x5 max | flatten | 64 relu | dropout 0.4 | rate 0.001 | batch 128` */
export function describeConfiguration(configuration: TrialConfiguration): string {
  const { blocks, joining, width, activation, dropout, learningRate, batchSize } = configuration;
  const layers = blocks.map(({ filters, kernel, pool }) => `${filters}x${kernel} ${pool}`).join(', ');
  return `${layers} | ${joining} | ${width} ${activation} | dropout ${dropout} | rate ${learningRate} | batch ${batchSize}`;
}

/** The recipe of a configuration, for training it like any other network. */
export function recipeOfConfiguration(configuration: TrialConfiguration, epochs: number): Recipe {
  const { learningRate, batchSize, ...network } = configuration;
  return {
    name: 'cnn',
    input: 'series',
    extent: 'full',
    training: {
      ...TRAINING_DEFAULTS,
      epochs,
      batchSize,
      learningRate,
      longestGradient: 5,
      watch: { accuracyOf: 'class' },
    },
    createArchitecture: (shape) => createCnn({ ...network, epochs: shape.epochs, heads: shape.heads }),
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)];
}
