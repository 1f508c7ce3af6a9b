/**
 * Classifies the same series in one of the ways that must agree, again and again with another number of them at a time,
 * and leaves the probabilities of the classes in a file. A process of its own, so that any version of Node may run it:
 *
 *     <node> dist/bench/agreement/run-case.js <a case as JSON>
 */
import { open, readFile } from 'node:fs/promises';
import { readModel } from '../../src/classify/load-classifier.node.js';
import { createNetworkClassifier } from '../../src/classify/network-classifier.js';
import { CARD_KEY, readModelCard, SIEVE_PREFIX } from '../../src/network/model-file.js';
import type { DecodedModel } from '../../src/network/onnx-reader.js';
import { checkModel } from '../../src/runtime/model-check.js';
import type { Runtime } from '../../src/runtime/session.js';
import { loadNodeRuntime } from '../../src/runtime/session.node.js';
import { loadWebRuntime } from '../../src/runtime/session.web.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { cycleMm } from '../../src/series/wavelength.js';
import type { Part } from './compare-scores.js';

/** The first `count` series, given to the runtime so many at a time. */
export interface AgreementRun {
  readonly seriesPerRun: number;
  readonly count: number;
}

/** One way to compute, and where its series lie. */
export interface AgreementCase {
  readonly part: Part;
  readonly runtime: 'native' | 'wasm';
  readonly threads: number;
  readonly runs: readonly AgreementRun[];
  readonly model: string;
  /** Days of the dates, and the file of the displacements: float32, a row a series. */
  readonly days: readonly number[];
  readonly series: string;
  /** Gets the probabilities: float32, a row a series, one run after the other. */
  readonly output: string;
}

const wanted = JSON.parse(process.argv[2]) as AgreementCase;
const axis = createEpochAxis(wanted.days);
const { buffer, byteOffset, byteLength } = await readFile(wanted.series);
const series = new Float32Array(buffer, byteOffset, byteLength / 4);
const runtime = await loadRuntime(wanted);
const whole = checkModel(await readModel(wanted.model));
const model = wanted.part === 'sieve' ? sieveOf(whole) : whole;
const output = await open(wanted.output, 'w');
for (const { seriesPerRun, count } of wanted.runs) {
  const settings = { materialMm: 5, cycleMm: cycleMm(), sieve: wanted.part === 'both' };
  const bound = await createNetworkClassifier(runtime, model, '', settings, seriesPerRun).bind(axis);
  const { probabilities } = await bound.classify(series.subarray(0, count * axis.days.length), count);
  await bound.dispose();
  await output.write(new Uint8Array(probabilities.buffer));
}
await output.close();

/** The sieve that a model has, as a model of its own. */
function sieveOf(model: DecodedModel): DecodedModel {
  const { sieve, ...card } = readModelCard(model);
  const { architecture, preprocessing } = sieve!;
  const own = { ...card, architecture, preprocessing, calibration: {} };
  const weights = [...model.initializers].flatMap(([name, value]) => {
    return name.startsWith(SIEVE_PREFIX) ? ([[name.slice(SIEVE_PREFIX.length), value]] as const) : [];
  });
  return { ...model, initializers: new Map(weights), metadata: { [CARD_KEY]: JSON.stringify(own) } };
}

/** The runtime that is asked for and no other, with so many threads inside an operator. */
async function loadRuntime({ runtime, threads }: AgreementCase): Promise<Runtime> {
  const loaded = runtime === 'wasm' ? loadWebRuntime() : await loadNodeRuntime();
  if (runtime === 'native' && !loaded.name.startsWith('onnxruntime-node')) {
    throw new Error('The native runtime does not load here.');
  }
  return { ...loaded, createSession: (model) => loaded.createSession(model, { threads }) };
}
