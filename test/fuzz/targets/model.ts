import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { loadClassifier } from '../../../src/classify/load-classifier.node.js';
import { createPaperCnn } from '../../../src/network/architectures/paper-cnn.js';
import { encodeModelFile, type ModelCard } from '../../../src/network/model-file.js';
import { initialiseParameters } from '../../../src/network/parameters.js';
import { surveyArchitecture } from '../../../src/network/trunk.js';
import { createRandom } from '../../../src/random.js';
import { createEpochAxis } from '../../../src/series/epoch-axis.js';
import { MODEL } from '../corpus.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateText } from '../mutate-text.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

const EPOCHS = 32;
const SERIES = 3;
const axis = createEpochAxis(Array.from({ length: EPOCHS }, (_, i) => 18264 + 12 * i));

const architecture = createPaperCnn('paper-b', EPOCHS);
const CARD: ModelCard = {
  formatVersion: 1,
  name: 'paper-b',
  architecture: { name: architecture.name, options: architecture.options },
  classes: ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'],
  inputs: { kind: 'fixed', epochs: EPOCHS },
  preprocessing: { name: 'series', options: {} },
  calibration: { class: { temperature: 1.2, biases: [0, 0, 0, 0, 0.1] } },
  // No real sieve is of its network's own form, but it may be.
  sieve: {
    architecture: { name: architecture.name, options: architecture.options },
    preprocessing: { name: 'series', options: {} },
    decides: ['Stable', 'PUE'],
    leastProbability: 0.5,
  },
  training: { dataHash: 'a1', splitHash: 'b2', seed: 7, versions: {} },
};
const WORDS = [
  'null',
  '-1',
  '0',
  '1e99',
  '[]',
  '{}',
  '"x"',
  '4096',
  '99999',
  '6',
  '"any"',
  '["a","a"]',
  '"dense"',
];

/**
 * Model files: their bytes changed anywhere, and sound files with a changed card; what loads has to give probabilities.
 */
export const model: FuzzTarget = {
  name: 'model',
  share: 3,
  async prepare() {
    const parameters = initialiseParameters(surveyArchitecture(architecture), createRandom(4));
    const small = encodeModelFile(CARD, parameters, parameters);
    const whole = new Uint8Array(await readFile(MODEL));
    const cards = mutateText([JSON.stringify(CARD)], ['{', '}', '[', ']', ',', ':', '"'], WORDS, 2);
    const inputs = fc.oneof(
      { weight: 3, arbitrary: mutateBytes([small, whole]) },
      { weight: 2, arbitrary: cards.map((card) => replaceCard(small, card)) },
    );
    return { inputs: inputs.map((bytes) => ({ files: { 'model.onnx': bytes } })), check };
  },
};

async function check({ files }: FuzzInput): Promise<void> {
  const bytes = files['model.onnx'];
  const classifier = await loadClassifier(bytes, { materialMm: 5, cycleMm: 27.7 });
  const bound = await classifier.bind(axis);
  try {
    const displacements = Float32Array.from({ length: SERIES * EPOCHS }, (_, i) => Math.sin(i) * 9);
    const { probabilities } = await bound.classify(displacements, SERIES);
    const classes = classifier.classes.length;
    if (probabilities.length !== SERIES * classes) throw new WrongValue('not a probability for every class');
    for (let row = 0; row < SERIES; row++) {
      const shares = probabilities.subarray(row * classes, (row + 1) * classes);
      const sum = shares.reduce((total, value) => total + value, 0);
      if (!(Math.abs(sum - 1) < 1e-3 && shares.every((value) => value >= 0))) {
        throw new WrongValue(`probabilities are ${[...shares]}`);
      }
    }
  } finally {
    await bound.dispose();
  }
}

/**
 * The same model with another card: the entry is a message of its own, and later ones of a name replace earlier ones.
 */
function replaceCard(file: Uint8Array, card: string): Uint8Array {
  const encoder = new TextEncoder();
  const [key, value] = [encoder.encode('groundtrend'), encoder.encode(card)];
  const entry = [...field(1, key), ...field(2, value)];
  return Uint8Array.from([...file, ...field(14, Uint8Array.from(entry))]);
}

/** A field of bytes in the wire format of protocol buffers. */
function field(number: number, bytes: Uint8Array): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
