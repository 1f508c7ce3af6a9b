import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import { checkModel } from '../runtime/model-check.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import type { Classifier } from './classifier.js';
import { type ClassifierSettings, createNetworkClassifier } from './network-classifier.js';
import { createTestTree, TEST_TREE } from './test-tree.js';

/** No model file is so short; these bytes say that the test tree is wanted, between threads too. */
const TEST_TREE_BYTES = new TextEncoder().encode(TEST_TREE);

/** Models that come with groundtrend, to be called by name. */
const SHIPPED_MODELS: readonly string[] = ['default', 'lite'];
const MODELS_FOLDER = new URL('../../../models/', import.meta.url);

/**
 * What `loadClassifier` takes, from the path of a model file, the name of one that comes with groundtrend or the name
 * `test-tree`, in memory that threads can share.
 * Throws `model` where the file cannot be read.
 */
export async function readModel(nameOrPath: string): Promise<Uint8Array> {
  if (nameOrPath === TEST_TREE) return shareBytes(TEST_TREE_BYTES);
  const isShipped = SHIPPED_MODELS.includes(nameOrPath);
  const file = isShipped ? new URL(`${nameOrPath}.onnx`, MODELS_FOLDER) : nameOrPath;
  try {
    return shareBytes(await readFile(file));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing ? 'There is no such model file.' : 'This model file cannot be read.';
    throw new GroundTrendError('model', what, {
      place: { file: nameOrPath },
      advice: isMissing
        ? `Give the path of a model file, or ${[...SHIPPED_MODELS, TEST_TREE].join(', ')}.`
        : undefined,
      cause,
    });
  }
}

/** Loaded when it has to run something: the thread that hands out the work never does. */
const LAZY_RUNTIME: Pick<Runtime, 'createSession'> = {
  createSession: async (model, options) => (await loadNodeRuntime()).createSession(model, options),
};

/** A classifier from what `readModel` gives. Throws `model` with the reason where the bytes are no model. */
export async function loadClassifier(bytes: Uint8Array, settings: ClassifierSettings): Promise<Classifier> {
  if (isTestTree(bytes)) return createTestTree(settings);
  const model = checkModel(bytes);
  const fingerprint = createHash('sha256').update(bytes).digest('hex');
  return createNetworkClassifier(LAZY_RUNTIME, model, fingerprint, settings);
}

function isTestTree(bytes: Uint8Array): boolean {
  return bytes.length === TEST_TREE_BYTES.length && TEST_TREE_BYTES.every((byte, i) => byte === bytes[i]);
}

function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}
