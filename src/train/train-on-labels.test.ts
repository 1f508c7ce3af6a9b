import { describe, expect, it } from 'vitest';
import type { Runtime } from '../runtime/session.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import type { RecipeName } from './recipes.js';
import type { ReferenceSamples } from './reference-samples.js';
import { trainOnLabels } from './train-on-labels.js';

const PER_CLASS = 10;

function labelledSeries(epochs: number): ReferenceSamples {
  const count = PER_CLASS * TREND_CLASSES.length;
  return {
    classes: TREND_CLASSES,
    stacks: [
      {
        name: 'points.csv',
        axis: createEpochAxis(Array.from({ length: epochs }, (_, i) => 12 * i)),
        count,
        pids: Array.from({ length: count }, (_, i) => `p${i}`),
        longitude: new Float64Array(count),
        latitude: new Float64Array(count),
        displacements: new Float32Array(count * epochs),
        labels: Uint8Array.from({ length: count }, (_, i) => i % TREND_CLASSES.length),
      },
    ],
    counts: TREND_CLASSES.map(() => PER_CLASS),
    problems: [],
    warnings: [],
    annotators: [],
  };
}

/** Nothing is run here: what cannot be trained is refused before. */
const noRuntime = {
  createSession: () => Promise.reject(new Error('The network was built.')),
} as unknown as Runtime;

const train = (epochs: number, recipe: RecipeName) =>
  trainOnLabels(noRuntime, labelledSeries(epochs), {
    name: 'test',
    recipe,
    seed: 1,
    materialMm: 5,
    cycleMm: 27.7,
    versions: {},
    split: { kind: 'random' },
    augmentations: [],
    copies: 1,
    classWeights: 'even',
  });

describe('trainOnLabels', () => {
  it.each(['features', 'lite', 'network'] as const)('refuses to measure %s of few dates', async (recipe) => {
    await expect(train(29, recipe)).rejects.toThrow(
      'points.csv: This file has 29 dates; features are measured of 30 at the least.',
    );
    await expect(train(30, recipe)).rejects.toThrow('The network was built.');
  });

  it.each([
    ['paper-a', 20],
    ['paper-b', 32],
  ] as const)('says for %s that series of less than %i dates are too short', async (recipe, fewest) => {
    const refusal = train(fewest - 1, recipe);
    await expect(refusal).rejects.toMatchObject({ code: 'usage', place: { file: 'points.csv' } });
    await expect(refusal).rejects.toThrow(
      `Series of ${fewest - 1} dates are too short for the network ${recipe}`,
    );
    await expect(train(fewest, recipe)).rejects.toThrow('The network was built.');
  });
});
