import { describe, expect, it } from 'vitest';
import { appendFeatures } from '../features/feature-graph.js';
import { declareDisplacement } from '../features/front-end.js';
import { createDense } from '../network/architectures/dense.js';
import { createPaperCnn } from '../network/architectures/paper-cnn.js';
import { createGraph } from '../network/graph.js';
import { encodeModelFile, type ModelCard } from '../network/model-file.js';
import type { Architecture } from '../network/trunk.js';
import { surveyArchitecture } from '../network/trunk.js';
import { checkModel } from '../runtime/model-check.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { measureModelCost } from './model-cost.js';

const axis = granadaCalendar(1);
const settings = { materialMm: 5, cycleMm: 27.733 };

function costOf(architecture: Architecture, preprocessing: ModelCard['preprocessing']) {
  const card: ModelCard = {
    formatVersion: 1,
    name: 'any',
    architecture: { name: architecture.name, options: { ...architecture.options } },
    classes: ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'],
    inputs: { kind: 'any', fewestEpochs: 30 },
    preprocessing,
    calibration: {},
    training: { dataHash: '', splitHash: '', seed: 1, versions: {} },
  };
  const parameters = new Float32Array(surveyArchitecture(architecture).parameterCount);
  return measureModelCost(checkModel(encodeModelFile(card, parameters)), axis, settings);
}

describe('measureModelCost', () => {
  it("finds the paper's network as dear as its layers say, and its scaling free", () => {
    const cost = costOf(createPaperCnn('paper-a', 139), { name: 'series', options: {} });
    expect(cost).toEqual({ epochs: 139, parameters: 106_881, frontEnd: 0, network: 2_936_990 });
  });

  it.each([
    ['full', 80, 69_995],
    ['lite', 76, 48_211],
    ['sieve', 29, 19_906],
  ] as const)('counts the products that make the features of the %s extent', (extent, features, products) => {
    const displacement = declareDisplacement(createGraph(), axis);
    const { names } = appendFeatures(displacement, axis, settings, extent);
    expect(names).toHaveLength(features);
    const scale = Object.fromEntries(names.map((name) => [name, 1]));
    const heads = { class: { size: 6, loss: 'softmax' as const } };
    const cost = costOf(createDense({ features, widths: [8], heads }), {
      name: 'features',
      options: { means: scale, deviations: scale, grid: false, extent },
    });
    expect(cost.frontEnd).toBe(products);
    expect(cost.network).toBe(features * 8 + 8 * 6);
  });
});
