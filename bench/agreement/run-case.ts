/**
 * Classifies the same series in one of the ways that must agree, and leaves the probabilities of the classes in a file.
 * A process of its own, so that it may be run by any version of Node:
 *
 *     <node> dist/bench/agreement/run-case.js <a case as JSON>
 */
import { readFile, writeFile } from 'node:fs/promises';
import { readModel } from '../../src/classify/load-classifier.node.js';
import { createNetworkClassifier } from '../../src/classify/network-classifier.js';
import { checkModel } from '../../src/runtime/model-check.js';
import type { Runtime } from '../../src/runtime/session.js';
import { loadNodeRuntime } from '../../src/runtime/session.node.js';
import { loadWebRuntime } from '../../src/runtime/session.web.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { cycleMm } from '../../src/series/wavelength.js';

/** One way to compute, and where its series lie. */
export interface AgreementCase {
  readonly runtime: 'native' | 'wasm';
  readonly threads: number;
  readonly seriesPerRun: number;
  readonly model: string;
  /** Days of the dates, and the file of the displacements: float32, a row a series. */
  readonly days: readonly number[];
  readonly series: string;
  readonly count: number;
  /** Gets the probabilities: float32, a row a series. */
  readonly output: string;
}

const wanted = JSON.parse(process.argv[2]) as AgreementCase;
const axis = createEpochAxis(wanted.days);
const bytes = await readFile(wanted.series);
const all = new Float32Array(bytes.buffer, bytes.byteOffset, wanted.count * axis.days.length);
const classifier = createNetworkClassifier(
  await loadRuntime(wanted),
  checkModel(await readModel(wanted.model)),
  '',
  { materialMm: 5, cycleMm: cycleMm() },
  wanted.seriesPerRun,
);
const bound = await classifier.bind(axis);
const { probabilities } = await bound.classify(all, wanted.count);
await bound.dispose();
await writeFile(wanted.output, new Uint8Array(probabilities.buffer));

/** The runtime that is asked for and no other, with so many threads inside an operator. */
async function loadRuntime({ runtime, threads }: AgreementCase): Promise<Runtime> {
  const loaded = runtime === 'wasm' ? loadWebRuntime() : await loadNodeRuntime();
  if (runtime === 'native' && !loaded.name.startsWith('onnxruntime-node')) {
    throw new Error('The native runtime does not load here.');
  }
  return { ...loaded, createSession: (model) => loaded.createSession(model, { threads }) };
}
