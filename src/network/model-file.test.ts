import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { checkModel } from '../runtime/model-check.js';
import { createDense } from './architectures/dense.js';
import { createPaperCnn } from './architectures/paper-cnn.js';
import { encodeModelFile, type ModelCard, readModelCard, readNetwork } from './model-file.js';
import type { DecodedModel } from './onnx-reader.js';
import { initialiseParameters } from './parameters.js';
import { surveyArchitecture } from './trunk.js';

const architecture = createPaperCnn('paper-b', 60);
const parameters = initialiseParameters(surveyArchitecture(architecture), createRandom(4));
const card: ModelCard = {
  formatVersion: 1,
  name: 'paper-b on Granada',
  architecture: { name: architecture.name, options: architecture.options },
  classes: ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'],
  inputs: { kind: 'fixed', epochs: 60 },
  preprocessing: { name: 'series', options: {} },
  calibration: { class: { temperature: 1.2, biases: [0, 0, 0, 0, 0.1] } },
  training: { dataHash: 'a1', splitHash: 'b2', seed: 7, versions: { groundtrend: '0.1.0' }, accuracy: 0.95 },
};

describe('a model file', () => {
  it('gives back its card and its weights', () => {
    const model = checkModel(encodeModelFile(card, parameters));
    const network = readNetwork(model);
    expect(network.card).toEqual(card);
    expect(network.parameters).toEqual(parameters);
    expect(network.architecture.name).toBe('paper-b');
    expect(model.inputs).toEqual([{ name: 'input.series', type: 'float32', shape: ['batch', 60, 1] }]);
  });

  it('is read from a Buffer as from any bytes', () => {
    const bytes = encodeModelFile(card, parameters);
    // Odd places in memory are what small files have in Node.
    const pool = Buffer.alloc(bytes.length + 1);
    pool.set(bytes, 1);
    expect(readNetwork(checkModel(pool.subarray(1))).parameters).toEqual(parameters);
  });

  it('is refused without a card', () => {
    expect(() => readModelCard(withCard(undefined))).toThrow('carries no card');
  });

  it.each([
    ['is not JSON', '{', 'not JSON'],
    ['is of a later format', JSON.stringify({ ...card, formatVersion: 2 }), 'formatVersion'],
    ['has one class', JSON.stringify({ ...card, classes: ['Stable'] }), 'classes'],
    [
      'has no temperature',
      JSON.stringify({ ...card, calibration: { class: { biases: [] } } }),
      'temperature',
    ],
    ['has another input rule', JSON.stringify({ ...card, inputs: { kind: 'some' } }), 'inputs'],
  ])('is refused when its card %s', (_, text, reason) => {
    expect(() => readModelCard(withCard(text))).toThrow(reason);
    expect(() => readModelCard(withCard(text))).toThrowError(expect.objectContaining({ code: 'model' }));
  });

  it.each([
    ['of an unknown network', { name: 'oracle', options: {} }, 'not known'],
    ['of impossible options', { name: 'dense', options: { features: 'many' } }, 'cannot be built'],
    ['of another network', { name: 'paper-a', options: { epochs: 60, classes: 5 } }, 'another size'],
  ])('is refused with the card %s', (_, named, reason) => {
    expect(() => readNetwork(withCard(JSON.stringify({ ...card, architecture: named })))).toThrow(reason);
  });

  it.each([
    [
      'names more classes than its network tells',
      { classes: ['A', 'B', 'C', 'D', 'E', 'F'] },
      'names 6 classes',
    ],
    ['names fewer', { classes: ['A', 'B'] }, 'names 2 classes'],
    ['names a class twice', { classes: ['A', 'B', 'C', 'D', 'A'] }, 'a class twice'],
    ['calibrates another head', { calibration: { trend: { temperature: 1, biases: [0] } } }, '"trend"'],
    ['has too few biases', { calibration: { class: { temperature: 1, biases: [0] } } }, '1 biases'],
  ])('is refused when its card %s', (_, change, reason) => {
    expect(() => readNetwork(withCard(JSON.stringify({ ...card, ...change })))).toThrow(reason);
  });

  it('is refused when a weight is no number', () => {
    const model = checkModel(encodeModelFile(card, parameters.with(3, Number.NaN)));
    expect(() => readNetwork(model)).toThrow('not all numbers');
  });

  it('is refused when it would take for ever', () => {
    const slow = {
      channels: 4096,
      kernel: 255,
      dilations: Array(32).fill(1),
      gridLength: 4096,
      gridChannels: 4096,
    };
    const heads = { class: { size: 5, loss: 'softmax' } };
    const options = { ...slow, features: 0, widths: [], heads };
    const named = { architecture: { name: 'dilated', options }, calibration: {} };
    expect(() => readNetwork(withCard(JSON.stringify({ ...card, ...named })))).toThrow(
      'multiplications a series',
    );
  });

  it('can hold a network of features', () => {
    const heads = { class: { size: 2, loss: 'softmax' } } as const;
    const small = createDense({ features: 3, widths: [4], heads });
    const values = initialiseParameters(surveyArchitecture(small), createRandom(1));
    const smallCard = {
      ...card,
      classes: ['Stable', 'Linear'],
      architecture: { name: small.name, options: small.options },
      calibration: {},
    };
    const network = readNetwork(checkModel(encodeModelFile(smallCard, values)));
    expect(network.parameters).toEqual(values);
  });
});

describe('a sieve in a model file', () => {
  const heads = { class: { size: 2, loss: 'softmax' } } as const;
  const whole = createDense({ features: 3, widths: [4], heads });
  const small = createDense({ features: 2, widths: [], heads });
  const weights = initialiseParameters(surveyArchitecture(whole), createRandom(1));
  const sieveWeights = initialiseParameters(surveyArchitecture(small), createRandom(2));
  const sieve = {
    architecture: { name: small.name, options: small.options },
    preprocessing: { name: 'features', options: {} },
    decides: ['Stable'],
    leastProbability: 0.9,
  };
  const sieved: ModelCard = {
    ...card,
    classes: ['Stable', 'Linear'],
    architecture: { name: whole.name, options: whole.options },
    calibration: {},
    sieve,
  };

  it('comes back with its own weights beside those of the network', () => {
    const model = checkModel(encodeModelFile(sieved, weights, sieveWeights));
    const stored = readNetwork(model);
    expect(stored.card.sieve).toEqual(sieve);
    expect(stored.parameters).toEqual(weights);
    expect(stored.sieve?.parameters).toEqual(sieveWeights);
    // The graph of the file is that of the network alone.
    expect(model.inputs).toEqual([{ name: 'input.features', type: 'float32', shape: ['batch', 3] }]);
  });

  it('is not there where the card names none', () => {
    const { sieve: _, ...plain } = sieved;
    expect(readNetwork(checkModel(encodeModelFile(plain, weights))).sieve).toBeUndefined();
  });

  const threeHeads = { class: { size: 3, loss: 'softmax' } };
  it.each([
    ['whose weights are missing', {}, undefined, 'weights "sieve.'],
    [
      'that tells something else',
      { architecture: { name: 'dense', options: { ...small.options, heads: threeHeads } } },
      undefined,
      'does not tell',
    ],
    ['that decides an unknown class', { decides: ['PUE'] }, undefined, 'decides "PUE"'],
    ['that is never sure', { leastProbability: 1.5 }, undefined, 'leastProbability'],
    ['whose weights are no numbers', {}, sieveWeights.with(0, Number.NaN), 'not all numbers'],
  ])('is refused %s', (_, change: object, values, reason) => {
    const changed = { ...sieved, sieve: { ...sieve, ...change } };
    const model = checkModel(encodeModelFile(sieved, weights, values));
    const read = () => readNetwork({ ...model, metadata: { groundtrend: JSON.stringify(changed) } });
    expect(read).toThrow(reason);
    expect(read).toThrowError(expect.objectContaining({ code: 'model' }));
  });
});

function withCard(text: string | undefined): DecodedModel {
  const model = checkModel(encodeModelFile(card, parameters));
  return { ...model, metadata: text === undefined ? {} : { groundtrend: text } };
}
