import { FEATURE_LIMIT, type Preprocessing, parsePreprocessing } from '../features/front-end.js';
import { PAPER_SCALE_MM } from '../network/architectures/paper-cnn.js';
import type { HeadDescription } from '../network/trunk.js';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { fillGaps } from '../series/fill-gaps.js';
import { joinArrays, takeRows } from '../series/matrix-rows.js';
import { trendCode } from '../series/trend-class.js';
import { type Augmentation, augmentSeries, type SeriesOnAxis } from './augment.js';
import { measureFeatures, scaleOf, standardizeRows } from './feature-samples.js';
import type { TrainedNetwork } from './fine-tune.js';
import { type NetworkSamples, oneHot } from './network-samples.js';
import type { Recipe } from './recipes.js';
import type { ReferenceSamples, ReferenceStack } from './reference-samples.js';
import type { Split } from './split.js';
import { FEWEST_EPOCHS, type TrainModelOptions } from './train-model.js';

/** A class that a model with one more answer than classes tells as "none of them". */
export const OTHER = 'Other';
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

/** Labelled series as a network is fed them. */
export interface LabelledInputs {
  readonly samples: Pick<NetworkSamples, 'count' | 'inputs'>;
  readonly labels: Uint8Array;
  readonly split: Split;
  readonly preprocessing: Preprocessing;
}

/** Measures the series, copies of the training part too, or fills their gaps, as the recipe wants. */
export async function prepareLabelled(
  runtime: Runtime,
  { stacks }: ReferenceSamples,
  labels: Uint8Array,
  split: Split,
  recipe: Recipe,
  options: LabelTrainingOptions,
): Promise<LabelledInputs> {
  if (recipe.input === 'series') {
    const filled = stacks.map(({ axis, displacements, count }) => fillGaps(axis, displacements, count));
    const series = joinArrays(filled).map((value) => value / PAPER_SCALE_MM);
    return {
      samples: { count: labels.length, inputs: { series } },
      labels,
      split,
      preprocessing: { name: 'series' },
    };
  }
  const { materialMm, cycleMm } = options;
  const given = givenFeatures(options.from);
  const extent = given?.extent ?? recipe.extent;
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
  const features = joinArrays(parts.map((part) => part.features));
  const allLabels = joinBytes([labels, Uint8Array.from(copied.rows, (row) => labels[row])]);
  const extra = Int32Array.from(copied.rows, (_, i) => labels.length + i);
  const training = Int32Array.from([...split.training, ...extra]);
  const scale = given ?? scaleOf(names, takeRows(features, names.length, training));
  standardizeRows(features, names, scale, FEATURE_LIMIT);
  return {
    samples: {
      count: allLabels.length,
      inputs: { features, ...(grid && { grid: joinArrays(parts.map((part) => part.grid)) }) },
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

/** What a network to go on from was fed, where that was features. */
function givenFeatures(from: TrainedNetwork | undefined) {
  if (from === undefined) return undefined;
  const preprocessing = parsePreprocessing(from.card.preprocessing);
  return preprocessing.name === 'features' ? preprocessing.options : undefined;
}

/** Targets of every head that the network has; those that the labels say nothing of have no weight. */
export function addTargets(
  { samples, labels }: LabelledInputs,
  heads: Readonly<Record<string, HeadDescription>>,
  classes: readonly string[],
): NetworkSamples {
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

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
