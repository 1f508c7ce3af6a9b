import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createPaperCnn } from '../network/architectures/paper-cnn.js';
import { buildInferenceModel } from '../network/inference-model.js';
import { initialiseParameters } from '../network/parameters.js';
import { float32Tensor } from '../network/tensor.js';
import { surveyArchitecture } from '../network/trunk.js';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from './session.node.js';
import { loadWebRuntime } from './session.web.js';

const architecture = createPaperCnn('paper-b', 60);
const model = buildInferenceModel(
  architecture,
  initialiseParameters(surveyArchitecture(architecture), createRandom(1)),
);
const random = createRandom(2);
const series = Float32Array.from({ length: 4 * 60 }, () => random.normal());

describe('a session', () => {
  it('gives the same natively and as WebAssembly', async () => {
    const [native, web] = await Promise.all([
      loadNodeRuntime().then(runProbabilities),
      runProbabilities(loadWebRuntime()),
    ]);
    expect(native).toHaveLength(20);
    native.forEach((value, i) => {
      expect(web[i]).toBeCloseTo(value, 5);
    });
  });

  it('says which runtime it is', async () => {
    expect((await loadNodeRuntime()).name).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/);
    expect(loadWebRuntime().name).toMatch(/^onnxruntime-web \d+\.\d+\.\d+$/);
  });

  it('lets its values be kept while it runs again', async () => {
    const session = await (await loadNodeRuntime()).createSession(model);
    const first = await session.run({ 'input.series': float32Tensor(series, [4, 60, 1]) });
    const kept = Float32Array.from(first['logits.class'].data as Float32Array);
    await session.run({ 'input.series': float32Tensor(new Float32Array(240), [4, 60, 1]) });
    expect(first['logits.class'].data).toEqual(kept);
    await session.dispose();
  });

  it('writes into the targets it is given, again and again, and leaves no copies behind', async () => {
    const session = await (await loadNodeRuntime()).createSession(model);
    const rows = 1000;
    const feeds = { 'input.series': float32Tensor(new Float32Array(rows * 60).fill(1), [rows, 60, 1]) };
    const expected = await session.run(feeds);
    const targets = Object.fromEntries(
      Object.entries(expected).map(([name, { shape, data }]) => {
        return [name, float32Tensor(new Float32Array((data as Float32Array).length), shape)];
      }),
    );
    const outputBytes = Object.values(targets).reduce(
      (sum, { data }) => sum + (data as Float32Array).byteLength,
      0,
    );
    const before = process.memoryUsage().arrayBuffers;
    const runs = 50;
    for (let run = 0; run < runs; run++) {
      const results = await session.run(feeds, targets);
      for (const name of session.outputNames) expect(results[name].data).toBe(targets[name].data);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((runs * outputBytes) / 2);
    for (const name of session.outputNames) expect(targets[name].data).toEqual(expected[name].data);
    await session.dispose();
  });

  it('runs in worker threads', async () => {
    const expected = await loadNodeRuntime().then(runProbabilities);
    const answers = await Promise.all([runInWorker(), runInWorker()]);
    expect(answers).toEqual([[...expected], [...expected]]);
  });
});

async function runProbabilities(runtime: Awaited<ReturnType<typeof loadNodeRuntime>>): Promise<Float32Array> {
  const session = await runtime.createSession(model);
  const result = await session.run({ 'input.series': float32Tensor(series, [4, 60, 1]) });
  await session.dispose();
  return result['probabilities.class'].data as Float32Array;
}

/**
 * ONNX Runtime with the settings of `loadNodeRuntime`; the worker is plain JavaScript, since it is not compiled here.
 */
function runInWorker(): Promise<number[]> {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const ort = require('onnxruntime-node');
    (async () => {
      const session = await ort.InferenceSession.create(workerData.model, { intraOpNumThreads: 1 });
      const feeds = { 'input.series': new ort.Tensor('float32', workerData.series, [4, 60, 1]) };
      const result = await session.run(feeds);
      parentPort.postMessage(Array.from(result['probabilities.class'].data));
      await session.release();
    })();
  `;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: { model, series } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
