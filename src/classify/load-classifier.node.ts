import type { FeatureSettings } from '../features/feature-graph.js';
import { checkModel } from '../runtime/model-check.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import type { Classifier } from './classifier.js';
import { createNetworkClassifier } from './network-classifier.js';

/** A classifier from the bytes of a model file. Throws `model` with the reason where they are not one. */
export async function loadClassifier(bytes: Uint8Array, settings: FeatureSettings): Promise<Classifier> {
  const model = checkModel(bytes);
  // A copy: what is hashed must not be shared between threads.
  const hash = await crypto.subtle.digest('SHA-256', bytes.slice());
  return createNetworkClassifier(await loadNodeRuntime(), model, toHex(new Uint8Array(hash)), settings);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
