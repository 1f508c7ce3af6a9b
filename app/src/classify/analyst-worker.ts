import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { config } from 'zod';
import modelUrl from '../../../models/default.onnx?url';
import {
  type AnalysisJob,
  type AnalysisSettings,
  type Analyst,
  type BatchAnalysis,
  checkModel,
  createAnalyst,
  createEpochAxis,
  createNetworkClassifier,
  createRuntimeMeasurer,
  type EpochAxis,
  GroundTrendError,
  loadWebRuntime,
  type NoiseModel,
} from '../../../src/index.js';
import { type CallContext, serveCalls } from '../worker-call.js';

/** What the classes are called, and which model says so. */
export interface ModelFacts {
  readonly name: string;
  readonly classes: readonly string[];
  readonly fingerprint: string;
}

/** One file's dates and noise; sent ahead of its batches. */
export interface FileFacts {
  readonly fileId: number;
  readonly days: Int32Array;
  readonly noise: NoiseModel;
}

export type BatchJob = Omit<AnalysisJob, 'axis' | 'noise'> & { readonly fileId: number };

export interface BatchAnswer {
  readonly analysis: BatchAnalysis;
  readonly displacements: Float32Array;
}

// The page's policy forbids making code from text, which zod would try to do.
config({ jitless: true });
let analyst: Analyst | undefined;
const files = new Map<number, { readonly axis: EpochAxis; readonly noise: NoiseModel }>();

serveCalls({ load, file, analyze });

async function load(settings: AnalysisSettings): Promise<ModelFacts> {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new GroundTrendError('model', 'The model of this page cannot be loaded.');
  const bytes = new Uint8Array(await response.arrayBuffer());
  const runtime = loadWebRuntime({ wasmUrl: new URL(wasmUrl, location.href).href });
  const classifier = createNetworkClassifier(
    runtime,
    checkModel(bytes),
    await fingerprintOf(bytes),
    settings,
  );
  analyst = createAnalyst(classifier, settings, createRuntimeMeasurer(runtime).measure);
  return { name: classifier.name, classes: classifier.classes, fingerprint: classifier.fingerprint };
}

function file({ fileId, days, noise }: FileFacts): void {
  files.set(fileId, { axis: createEpochAxis(days), noise });
}

async function analyze({ fileId, ...job }: BatchJob, { transfer }: CallContext): Promise<BatchAnswer> {
  const analysis = await analyst!.analyze({ ...job, ...files.get(fileId)! });
  transfer(job.displacements.buffer);
  return { analysis, displacements: job.displacements };
}

/** Browsers lend their hash function to pages of secure hosts only. */
async function fingerprintOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!crypto.subtle) return 'unknown';
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
