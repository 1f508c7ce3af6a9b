import { z } from 'zod';
import { GroundTrendError } from '../errors.js';
import { PAPER_SCALE_MM } from '../network/architectures/paper-cnn.js';
import { declareInput, type Graph, type Tensor } from '../network/graph.js';
import type { FrontEnd } from '../network/inference-model.js';
import { clip, multiply, subtract } from '../network/ops/arithmetic.js';
import { reshape } from '../network/ops/shape.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { EXTENT_NAMES } from './feature-extent.js';
import { appendFeatures, type FeatureSettings } from './feature-graph.js';
import { rowVector } from './graph-rows.js';

/** Name of the input of every bound model: displacements [batch, epochs], mm, gaps filled. */
export const DISPLACEMENT_INPUT = 'displacement';

/** Features beyond so many standard deviations of the training set say nothing more. */
export const FEATURE_LIMIT = 4;

const seriesSchema = z.object({ name: z.literal('series') });
const featuresSchema = z.object({
  name: z.literal('features'),
  options: z
    .object({
      /** Mean and standard deviation of every feature over the training set, by name. */
      means: z.record(z.string(), z.number()),
      deviations: z.record(z.string(), z.number().positive()),
      grid: z.boolean(),
      /** Which features there are; all of them where nothing is said. */
      extent: z.enum(EXTENT_NAMES).default('full'),
    })
    // The features of a sieve come without a grid.
    .refine(({ grid, extent }) => !(grid && extent === 'sieve')),
});

/** How displacements become what a trunk takes, as a model's card says it. */
export type Preprocessing = z.infer<typeof featuresSchema> | z.infer<typeof seriesSchema>;

/** Reads the `preprocessing` of a card. Throws `model` where this version does not know it. */
export function parsePreprocessing(value: {
  readonly name: string;
  readonly options: unknown;
}): Preprocessing {
  const parsed = z.discriminatedUnion('name', [featuresSchema, seriesSchema]).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GroundTrendError('model', `This model prepares its input in an unknown way ("${value.name}").`);
}

/** The front end of a model on one date axis; `prepare` may change the displacements first. */
export function createFrontEnd(
  preprocessing: Preprocessing,
  axis: EpochAxis,
  settings: FeatureSettings,
  prepare: (displacement: Tensor) => Tensor = (displacement) => displacement,
): FrontEnd {
  return (graph): Record<string, Tensor> => {
    const displacement = prepare(declareDisplacement(graph, axis));
    if (preprocessing.name === 'series') return { series: scaleSeries(displacement, axis) };
    const { means, deviations, grid, extent } = preprocessing.options;
    const raw = appendFeatures(displacement, axis, settings, extent);
    const features = standardize(raw.features, raw.names, means, deviations);
    return grid ? { features, grid: raw.grid!() } : { features };
  };
}

export function declareDisplacement(graph: Graph, axis: EpochAxis): Tensor {
  return declareInput(graph, DISPLACEMENT_INPUT, 'float32', ['batch', axis.days.length]);
}

/** What the paper's networks take: the series itself, in tens of millimetres. */
function scaleSeries(displacement: Tensor, axis: EpochAxis): Tensor {
  return reshape(multiply(displacement, 1 / PAPER_SCALE_MM), ['batch', axis.days.length, 1]);
}

function standardize(
  features: Tensor,
  names: readonly string[],
  means: Readonly<Record<string, number>>,
  deviations: Readonly<Record<string, number>>,
): Tensor {
  // The network takes its inputs by their place: the order counts as well as the names.
  const known = Object.keys(means);
  const isSame = known.length === names.length && names.every((name, i) => name === known[i]);
  if (!isSame || names.some((name) => deviations[name] === undefined)) {
    throw new GroundTrendError(
      'model',
      'This model was made for other features than this version computes.',
      {
        advice: 'Train it again with this version, or use the version that made it.',
      },
    );
  }
  const centre = rowVector(
    features,
    'feature_means',
    names.map((name) => means[name]),
  );
  const scale = rowVector(
    features,
    'feature_scales',
    names.map((name) => 1 / deviations[name]),
  );
  return clip(multiply(subtract(features, centre), scale), -FEATURE_LIMIT, FEATURE_LIMIT);
}
