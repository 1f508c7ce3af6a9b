/**
 * Classifies and serves without a pause, with random clicks, and looks whether memory, descriptors and threads stay
 * flat:
 *
 *     npm run soak                    two minutes
 *     npm run soak -- --minutes 60    an hour
 *
 * Ends with status 1 where something grows past its bound.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { classifyFiles } from '../../src/classify/classify-files.node.js';
import { classifyDefaults, DEFAULT_MODEL } from '../../src/cli/options.js';
import { createRandom } from '../../src/random.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { createDataFiles } from '../../src/server/data-files.js';
import { startExploreServer } from '../../src/server/explore-server.js';
import { openLabelStore } from '../../src/server/label-store.js';
import { listPageFiles } from '../../src/server/page-files.js';
import { encodeEgmsCsv } from '../../src/simulate/egms-csv.js';
import { simulateEgmsLike } from '../../src/simulate/egms-like.js';
import { writeWhole } from '../../src/write/write-whole.node.js';
import { type Bound, type Finding, formatFindings, judgeGrowth } from './leak-check.js';
import { PROCESS_BOUNDS, sampleProcess } from './process-sample.js';
import { sendRandomRequests } from './random-requests.js';

const POINTS = 1500;
const DATES = 100;
const REQUESTS_PER_ROUND = 60;
const CHROMIUM = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'].find((path) => existsSync(path));
const PAGE_BOUNDS: readonly Bound[] = [
  { name: "page's heap", unit: 'kB', mostPerRound: 40 },
  { name: "page's nodes", unit: 'count', mostPerRound: 1 },
  { name: "page's listeners", unit: 'count', mostPerRound: 0.5 },
];

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '2' } } });
const end = performance.now() + 60_000 * Number(values.minutes);
const folder = await mkdtemp(join(tmpdir(), 'groundtrend-soak-'));
try {
  const input = join(folder, 'points.csv');
  const axis = createEpochAxis(Array.from({ length: DATES }, (_, epoch) => 18_264 + 12 * epoch));
  const { dataset } = simulateEgmsLike({ points: POINTS, axis, seed: 'soak' });
  await writeWhole(input, encodeEgmsCsv(axis, dataset.batches()), { overwrite: false });
  const served = join(folder, 'served.parquet');
  await classify(input, [served]);
  const data = createDataFiles();
  await data.add('result.parquet', served);
  const server = await startExploreServer({
    page: await listPageFiles(fileURLToPath(new URL('../../app', import.meta.url))),
    data,
    session: { result: { name: 'served.parquet', url: 'data/result.parquet' } },
    labels: await openLabelStore(join(folder, 'labels.csv')),
    basemapOrigins: [],
  });
  const pageSamples: number[][] = [];
  const browser = CHROMIUM === undefined ? undefined : clickOnPage(server.url, CHROMIUM, pageSamples);
  if (browser === undefined) process.stderr.write('No Chromium here: the page itself is not looked at.\n');
  const samples: number[][] = [];
  const random = createRandom('soak');
  while (performance.now() < end) {
    await classify(
      input,
      ['map.parquet', 'map.gpkg', 'map.csv'].map((name) => join(folder, name)),
    );
    await sendRandomRequests(server.url, random, REQUESTS_PER_ROUND);
    samples.push(await sampleProcess());
  }
  // A page that ended by itself is a finding of its own.
  const hasPageEnded = browser !== undefined && browser.exitCode !== null;
  browser?.kill('SIGTERM');
  await server.close();
  const findings = [...judgeAll(samples, PROCESS_BOUNDS), ...judgeAll(pageSamples, PAGE_BOUNDS)];
  process.stdout.write(
    `${values.minutes} minutes: ${samples.length} rounds of ${POINTS} points in three formats and ${REQUESTS_PER_ROUND} requests` +
      `${browser === undefined ? '' : `; ${pageSamples.length} rounds of 40 clicks on the page`}\n\n${formatFindings(findings)}`,
  );
  if (hasPageEnded) process.stdout.write('\nThe clicks on the page ended early; the reason is above.\n');
  process.exitCode = hasPageEnded || findings.some(({ verdict }) => verdict === 'leak') ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function classify(input: string, outputs: readonly string[]): Promise<void> {
  await classifyFiles([input], {
    ...classifyDefaults(),
    outputs,
    overwrite: true,
    threads: 1,
    model: DEFAULT_MODEL,
  });
}

function clickOnPage(url: string, chromium: string, samples: number[][]): ChildProcess {
  const script = fileURLToPath(new URL('./page-clicks.js', import.meta.url));
  const child = spawn(process.execPath, [script, url, chromium], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout! }).on('line', (line) => samples.push(JSON.parse(line) as number[]));
  return child;
}

function judgeAll(samples: readonly (readonly number[])[], bounds: readonly Bound[]): Finding[] {
  if (samples.length === 0) return [];
  return bounds.map((bound, column) =>
    judgeGrowth(
      samples.map((sample) => sample[column]),
      bound,
    ),
  );
}
