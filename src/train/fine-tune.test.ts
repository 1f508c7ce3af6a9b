import { describe, expect, it } from 'vitest';
import { createCommittee } from '../network/architectures/committee.js';
import { createDense } from '../network/architectures/dense.js';
import { createPaperCnn } from '../network/architectures/paper-cnn.js';
import type { ModelCard } from '../network/model-file.js';
import { type Architecture, surveyArchitecture } from '../network/trunk.js';
import { adaptNetwork } from './fine-tune.js';

function trained(architecture: Architecture, classes: string[]) {
  const { parameterCount } = surveyArchitecture(architecture);
  const parameters = Float32Array.from({ length: parameterCount }, (_, i) => i + 1);
  return { card: { name: 'test', classes } as ModelCard, architecture, parameters };
}

describe('going on from a trained network', () => {
  it('keeps all of it for the same classes', () => {
    const network = trained(createPaperCnn('paper-a', 60, 2), ['a', 'b']);
    const { architecture, startFrom } = adaptNetwork(network, ['a', 'b'], 1);
    expect(architecture).toBe(network.architecture);
    expect(startFrom).toBe(network.parameters);
  });

  it.each([
    ['paper-a', createPaperCnn('paper-a', 60, 2)],
    [
      'committee',
      createCommittee({
        members: 2,
        features: 7,
        widths: [4],
        heads: { class: { size: 2, loss: 'softmax' } },
      }),
    ],
    ['dense', createDense({ features: 7, widths: [4], heads: { class: { size: 2, loss: 'softmax' } } })],
  ])('keeps the body of %s and begins a new head for other classes', (_, before) => {
    const network = trained(before, ['a', 'b']);
    const { architecture, startFrom } = adaptNetwork(network, ['c', 'd'], 1);
    expect(Object.keys(architecture.heads)).toEqual(['class']);
    const old = surveyArchitecture(before).parameters;
    for (const { name, offset, size } of surveyArchitecture(architecture).parameters) {
      const was = old.find((layout) => layout.name === name)!;
      const values = startFrom.subarray(offset, offset + size);
      const kept = values.every((value, i) => value === network.parameters[was.offset + i]);
      expect(kept).toBe(!/class/.test(name));
    }
    expect(adaptNetwork(network, ['c', 'd', 'e'], 1).architecture.heads.class.size).toBe(3);
  });
});
