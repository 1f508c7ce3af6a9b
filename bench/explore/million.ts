// How long a page takes to show a large map on this machine, and what memory it holds.
// node dist/bench/explore/million.js [points] [tiles]
// With "tiles" the map is cut into tiles first, as explore does with more than five million points.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { createRandom } from '../../src/random.js';
import { openDiskBuffer } from '../../src/read/disk-buffer.node.js';
import { openResultFile } from '../../src/read/result-file.js';
import type { ResultSchema } from '../../src/series/result-table.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { createDataFiles } from '../../src/server/data-files.js';
import { startExploreServer } from '../../src/server/explore-server.js';
import { openLabelStore } from '../../src/server/label-store.js';
import { makeTiles } from '../../src/server/map-tiles.js';
import { listPageFiles } from '../../src/server/page-files.js';
import { openWriter } from '../../src/write/open-writer.node.js';

const points = Number(process.argv[2] ?? 1_000_000);
const isTiled = process.argv[3] === 'tiles';
const PAGE = new URL('../../app', import.meta.url).pathname;
const BATCH = 65_536;
const SHARES = [0.7, 0.12, 0.07, 0.09, 0.02];

const folder = mkdtempSync(join(tmpdir(), 'groundtrend-bench-'));
try {
  const path = join(folder, 'map.parquet');
  await writeMap(path);
  const data = createDataFiles();
  await data.add('result.parquet', path);
  if (isTiled) await data.add('tiles.pmtiles', await cutTiles(path));
  const server = await startExploreServer({
    page: await listPageFiles(PAGE),
    data,
    session: {
      result: { name: 'map.parquet', url: 'data/result.parquet' },
      labelFile: 'labels.csv',
      ...(isTiled && { tiles: 'data/tiles.pmtiles' }),
    },
    labels: await openLabelStore(join(folder, 'labels.csv')),
    basemapOrigins: [],
  });
  const browser = await chromium.launch({
    executablePath: '/usr/lib/chromium/chromium',
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const start = performance.now();
  await page.goto(server.url);
  await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes', undefined, {
    timeout: 180_000,
  });
  const shown = performance.now() - start;
  const busy = await processorSeconds(browser);
  const draw = await page.evaluate(async () => {
    const map = document.querySelector<HTMLElement>('.maplibregl-canvas')!;
    const times: number[] = [];
    map.focus();
    for (let i = 0; i < 5; i++) {
      const before = performance.now();
      map.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', keyCode: 39, bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      times.push(performance.now() - before);
    }
    return times.sort((a, b) => a - b)[2];
  });
  const clicked = performance.now();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.point h2');
  const click = performance.now() - clicked;
  process.stdout.write(
    `${points} points${isTiled ? ' from tiles' : ''}: first complete picture ${(shown / 1000).toFixed(1)} s (${busy.toFixed(1)} s of processor time by page and browser), a step of panning ${draw.toFixed(0)} ms, point chosen ${click.toFixed(0)} ms, at most ${await peakMegabytes(browser)} MB in the process of the page and its workers\n`,
  );
  await browser.close();
  await server.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function cutTiles(path: string): Promise<string> {
  const target = join(folder, 'map.explore.pmtiles');
  const start = performance.now();
  const buffer = await openDiskBuffer(path);
  await makeTiles(await openResultFile(buffer, path), target, {});
  await buffer.close();
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `tiles of ${points} points: ${seconds.toFixed(0)} s, ${(statSync(target).size / 1e6).toFixed(0)} MB, at most ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB of memory\n`,
  );
  return target;
}

/** The largest resident memory that the page's own process has had: the page, its workers, what the browser needs. */
async function peakMegabytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]));
  return Math.round(Math.max(...peaks) / 1000);
}

/**
 * What the browser has used so far, all its processes and threads: unlike the clock's time, the same on a busy machine.
 */
async function processorSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function writeMap(path: string): Promise<void> {
  const random = createRandom(1);
  const schema: ResultSchema = {
    layer: 'groundtrend',
    fields: [
      { name: 'pid', type: 'text' },
      { name: 'class', type: 'text' },
      { name: 'class_code', type: 'int32' },
      { name: 'confidence', type: 'float32' },
      { name: 'velocity_mm_yr', type: 'float32' },
    ],
    metadata: {},
  };
  const writer = await openWriter(path, schema, { overwrite: true });
  for (let first = 0; first < points; first += BATCH) {
    const count = Math.min(BATCH, points - first);
    const codes = Int32Array.from({ length: count }, () => random.weighted(SHARES));
    await writer.write({
      count,
      longitude: Float64Array.from({ length: count }, () => 14 + 0.6 * random.normal()),
      latitude: Float64Array.from({ length: count }, () => 47 + 0.4 * random.normal()),
      columns: [
        Array.from({ length: count }, (_, i) => `p${(first + i).toString(36)}`),
        Array.from(codes, (code) => TREND_CLASSES[code]),
        codes,
        Float32Array.from({ length: count }, () => random.between(0.3, 1)),
        Float32Array.from({ length: count }, () => 4 * random.normal()),
      ],
    });
  }
  await writer.finish();
}
