// Whether threads of WebAssembly or WebGPU would make the page faster: the network of the default model in Chromium,
// with one thread, with two, and on WebGPU where the browser finds an adapter (which may be software).
// node dist/bench/explore/page-threads.js
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { readModel } from '../../src/classify/load-classifier.node.js';

const RUNTIME = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const BATCH = 4096;
const model = Buffer.from(await readModel('default'));
const ROUNDS = 7;

/** Runs in the page: every way takes its turn in every round, so that other work on the machine hits all alike. */
const SCRIPT = `
const ways = [['1 thread', 'ort.wasm.min.mjs', 'wasm', 1], ['2 threads', 'ort.wasm.min.mjs', 'wasm', 2]];
const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
if (adapter) ways.push(['WebGPU (' + (adapter.info?.description || adapter.info?.vendor || 'unnamed') + ')', 'ort.webgpu.min.mjs', 'webgpu', 1]);
const model = new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
let seed = 1;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
const data = Float32Array.from({ length: ${BATCH} * 70 }, () => 4 * random());
const opened = [];
for (const [title, file, provider, threads] of ways) {
  // A copy of its own: the number of threads is settled once for each.
  const ort = await import('./' + file + '?' + encodeURIComponent(title));
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(model.slice(), { executionProviders: [provider] });
  opened.push({ title, ort, session, times: [], output: undefined });
}
for (let round = 0; round < ${ROUNDS}; round++) {
  for (const one of opened) {
    const start = performance.now();
    const result = await one.session.run({ 'input.features': new one.ort.Tensor('float32', data, [${BATCH}, 70]) });
    one.output = await result['probabilities.class'].getData();
    one.times.push(performance.now() - start);
  }
}
window.measured = opened.map(({ title, times, output }) => ({
  title,
  milliseconds: times.slice(1).sort((a, b) => a - b)[Math.floor((times.length - 1) / 2)],
  difference: Math.max(...output.map((value, i) => Math.abs(value - opened[0].output[i]))),
}));
`;

const server = createServer((request, response) => {
  const name = (request.url ?? '/').split('?')[0].slice(1);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  try {
    const isScript = name.endsWith('js');
    response.setHeader(
      'Content-Type',
      name === '' ? 'text/html' : isScript ? 'text/javascript' : 'application/wasm',
    );
    if (name === '') response.end('<!doctype html><script type="module" src="measure.js"></script>');
    else if (name === 'measure.js') response.end(SCRIPT);
    else response.end(name === 'model.onnx' ? model : readFileSync(join(RUNTIME, name)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: '/usr/lib/chromium/chromium',
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
try {
  const page = await browser.newPage();
  const failed = new Promise<never>((_, reject) => page.once('pageerror', reject));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await Promise.race([page.waitForFunction('window.measured', undefined, { timeout: 300_000 }), failed]);
  const measured = (await page.evaluate('window.measured')) as {
    title: string;
    milliseconds: number;
    difference: number;
  }[];
  for (const { title, milliseconds, difference } of measured) {
    process.stdout.write(
      `${title}: ${milliseconds.toFixed(1)} ms for ${BATCH} series (${(milliseconds / measured[0].milliseconds).toFixed(2)} times one thread), largest difference of a probability ${difference.toExponential(1)}\n`,
    );
  }
} finally {
  await browser.close();
  server.close();
}
