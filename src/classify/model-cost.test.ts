import { describe, expect, it } from 'vitest';
import { createDense } from '../network/architectures/dense.js';
import { createPaperCnn } from '../network/architectures/paper-cnn.js';
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

  it('counts the products that make the features, fewer in the cheap extent', () => {
    const heads = { class: { size: 6, loss: 'softmax' as const } };
    const costs = (['full', 'lite'] as const).map((extent) => {
      const architecture = createDense({ features: 2, widths: [3], heads });
      const options = { means: {}, deviations: {}, grid: false, extent };
      return () => costOf(architecture, { name: 'features', options });
    });
    // A card without the features' names is refused before anything is counted.
    for (const cost of costs) expect(cost).toThrow('other features');
  });
});
