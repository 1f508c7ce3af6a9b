import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openResultFile } from '../../src/read/result-file.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import {
  CAN_BROWSE,
  launchBrowser,
  openPage,
  startExplore,
  startPlainHost,
  waitUntilReady,
} from './browser.js';
import { REAL_DATA, runCli } from './run-cli.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/readers', import.meta.url));

// A browser without graphics hardware on a busy machine takes its time.
vi.setConfig({ testTimeout: 150_000 });

let folder: string;
let browser: Browser;

beforeAll(async () => {
  if (!CAN_BROWSE) return;
  folder = mkdtempSync(join(tmpdir(), 'groundtrend-explore-'));
  const demo = await runCli(['demo', '--output', folder]);
  expect(demo.status, demo.stderr).toBe(0);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!CAN_BROWSE)('explore, in Chromium (skipped where Debian’s chromium is missing)', () => {
  it('shows the demo: points, filters, a series, an area, and opens a link again', async () => {
    const labels = join(folder, 'labels.csv');
    const areas = join(folder, 'landslides.geojson');
    const explore = await startExplore([
      join(folder, 'simulated-map.parquet'),
      '--areas',
      areas,
      '--labels',
      labels,
    ]);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      expect(await page.textContent('.source')).toContain('4,459 points');
      expect(await countColours(page)).toBeGreaterThan(4);

      await clickMiddlePoint(page);
      await page.waitForSelector('.point .u-over');
      const pid = await page.textContent('.point h2');
      expect(await page.textContent('.point .probabilities')).toMatch(/Stable.*Linear.*PUE/s);

      const before = await paintedPixels(page);
      await page.uncheck('.classes li:first-child input');
      await expect.poll(() => paintedPixels(page)).toBeLessThan(0.8 * before);
      expect(await page.textContent('.map-status')).toMatch(/of 4,459 shown/);

      await page.selectOption('[aria-label="Colours"] select', 'mean_velocity');
      await page.waitForSelector('.scale .ramp');

      await page.click('#tab-areas');
      await page.click('text=B El Arrecife');
      await page.waitForSelector('.area-report .u-over');
      const shown = Number((await page.textContent('.area-report .small'))!.replaceAll(/\D/g, ''));
      expect(shown).toBeGreaterThan(100);

      await drawTriangle(page);
      await expect.poll(() => page.textContent('.area-list')).toContain('Area 4');

      await expect.poll(() => page.url()).toMatch(/#map=.*colour=mean_velocity.*hide=0.*pid=/);
      await page.reload();
      await waitUntilReady(page);
      await expect.poll(() => page.textContent('.point h2')).toBe(pid);
      expect(await page.isChecked('.classes li:first-child input')).toBe(false);
      expect(await page.inputValue('[aria-label="Colours"] select')).toBe('mean_velocity');
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('labels ten series by keys alone, and finds them after a reload', async () => {
    const labels = join(folder, 'ten.labels.csv');
    const explore = await startExplore([join(folder, 'simulated-map.parquet'), '--labels', labels]);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      await pressUntilFocused(page, '#tab-labels');
      await page.keyboard.press('Enter');
      await pressUntilFocused(page, '.labels input[type=text]');
      await page.keyboard.type('Ann');
      await pressUntilFocused(page, '.labels button.primary');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.point .u-over');
      expect(await page.isHidden('.point .probabilities')).toBe(true);
      for (const [index, key] of [...'1234501234'].entries()) {
        await page.keyboard.press(key);
        await page.waitForSelector(`[data-labels="${index + 1}"]`);
      }
      await page.keyboard.press('s');
      await page.keyboard.press('u');
      await page.waitForSelector('[data-labels="9"]');
      await page.keyboard.press('5');
      await page.waitForSelector('[data-labels="10"]');

      await page.reload();
      await waitUntilReady(page);
      await page.click('#tab-labels');
      await page.waitForSelector('[data-labels="10"]');
      const lines = readFileSync(labels, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(1 + 12);
      expect(lines.slice(1).every((line) => /^sim\w+,(\w*),Ann,\d{4}-/.test(line))).toBe(true);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('can be used by keyboard alone: every control can be reached and has a name, and text is dark enough', async () => {
    const explore = await startExplore([join(folder, 'simulated-map.parquet')]);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      await pressUntilFocused(page, '.maplibregl-canvas');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.point .u-over');
      const first = await page.textContent('.point h2');
      await page.keyboard.press(']');
      await expect.poll(() => page.textContent('.point h2')).not.toBe(first);
      expect(await listNameless(page)).toEqual([]);
      for (const tab of ['map', 'areas', 'labels']) {
        await page.click(`#tab-${tab}`);
        expect(await listFaintTexts(page), tab).toEqual([]);
      }
      await page.keyboard.press('Escape');
      await expect.poll(() => page.isHidden('.point')).toBe(true);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('trains on the labels and shows the new model’s map beside the opened one', async () => {
    const labels = join(folder, 'train.labels.csv');
    writeFileSync(labels, await labelsFromTruth(join(folder, 'simulated-truth.csv'), 12));
    const explore = await startExplore([join(folder, 'simulated-map.parquet'), '--labels', labels]);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      await page.click('#tab-labels');
      await page.click('text=Train and classify');
      await page.waitForSelector('.change-table', { timeout: 60_000 });
      expect(await page.textContent('.training')).toMatch(/Tested on \d+ labels that it had not seen/);
      expect(await page.textContent('.source')).toContain('trained-1.parquet');
      const cells = await page.$$eval('.change-table td', (found) =>
        found.map((cell) => Number(cell.textContent!.replaceAll(',', ''))),
      );
      expect(cells.reduce((sum, count) => sum + count, 0)).toBe(4459);

      // The table says what the two files say.
      const saved = await openResultFile(
        toArrayBuffer(await clickForDownload(page, 'text=Save its map')),
        'trained',
      );
      const opened = await openResultFile(
        toArrayBuffer(await readFile(join(folder, 'simulated-map.parquet'))),
        'map',
      );
      const [after, before] = await Promise.all([saved.readColumn('class'), opened.readColumn('class')]);
      expect(await saved.readColumn('pid')).toEqual(await opened.readColumn('pid'));
      const changed = (before as string[]).filter((name, row) => name !== after[row]).length;
      expect(Number((await page.textContent('.change p'))!.replace(/ of .*/, '').replaceAll(',', ''))).toBe(
        changed,
      );

      await page.click('.map-switch button:first-of-type');
      await expect.poll(() => page.textContent('.source')).toContain('simulated-map.parquet');
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('says why it cannot train, stops a training, and goes on', async () => {
    const labels = join(folder, 'few.labels.csv');
    writeFileSync(labels, await labelsFromTruth(join(folder, 'simulated-truth.csv'), 1));
    const explore = await startExplore([join(folder, 'simulated-map.parquet'), '--labels', labels]);
    const { page } = await openPage(browser, explore.url);
    try {
      await page.click('#tab-labels');
      await page.click('text=Train and classify');
      await page.waitForSelector('.training .failure', { timeout: 30_000 });
      expect(await page.textContent('.training .failure')).toMatch(/label/i);
      await page.click('text=Train again');
      await page.click('.under-way button');
      await expect.poll(() => page.textContent('.training')).toContain('Stopped');
      expect(await page.textContent('.source')).toContain('simulated-map.parquet');
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('draws a map of very many points from tiles, with exact counts, and reads a point from its own file', async () => {
    const map = join(folder, 'simulated-map.parquet');
    const explore = await startExplore([map, '--tiles-above', '1000']);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      expect(await page.textContent('.source')).toContain('4,459 points');
      const whole = await openResultFile(toArrayBuffer(await readFile(map)), 'map');
      const classes = (await whole.readColumn('class')) as string[];
      const counts = await page.$$eval('.classes .count', (found) => found.map((cell) => cell.textContent));
      expect(counts).toEqual(
        TREND_CLASSES.map((name) => classes.filter((own) => own === name).length.toLocaleString('en-GB')),
      );
      await page.selectOption('[aria-label="Colours"] select', 'velocity_mm_yr');
      await page.waitForSelector('.scale .ramp');

      // Far out few are drawn, and all are counted.
      await zoomOutUntil(page, /drawn of 4,459 in view/);
      await page.click('.segments button:nth-of-type(2)');
      expect(await page.textContent('.pie text')).toBe('4,459');

      await page.click('.fit-control');
      await expect.poll(() => page.textContent('.panels')).toContain('Every point in view is drawn');
      await page.focus('.maplibregl-canvas');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.point .u-over');
      const pid = await page.textContent('.point h2');
      const row = ((await whole.readColumn('pid')) as string[]).indexOf(pid!);
      expect(row).toBeGreaterThanOrEqual(0);
      const expected = Array.from(await whole.readSeries(row), (value) => Number(value.toFixed(3)));
      expect(await savedSeries(page)).toEqual(expected);

      // The point stays chosen when the view leaves it.
      await zoomOutUntil(page, /drawn of 4,459 in view/);
      expect(await page.textContent('.point h2')).toBe(pid);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('fits a phone without scrolling sideways', async () => {
    const explore = await startExplore([join(folder, 'simulated-map.parquet')]);
    const { page } = await openPage(browser, explore.url, { width: 390, height: 844 });
    try {
      await clickMiddlePoint(page);
      await page.waitForSelector('.point .u-over');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    } finally {
      await page.close();
      await explore.stop();
    }
  });

  it('shows series from the file that was classified, where the map holds none', async () => {
    const map = join(folder, 'bare.parquet');
    const source = join(folder, 'simulated-series.csv');
    const done = await runCli(['classify', source, '-o', map, '--overwrite']);
    expect(done.status, done.stderr).toBe(0);
    const explore = await startExplore([map, source]);
    const { page, complaints } = await openPage(browser, explore.url);
    try {
      await clickMiddlePoint(page);
      await page.waitForSelector('.point .u-over');
      const series = await savedSeries(page);
      const whole = await openResultFile(
        toArrayBuffer(await readFile(join(folder, 'simulated-map.parquet'))),
        'map',
      );
      const pids = (await whole.readColumn('pid')) as string[];
      const row = pids.indexOf((await page.textContent('.point h2'))!);
      const expected = Array.from(await whole.readSeries(row), (value) => Number(value.toFixed(3)));
      expect(series).toEqual(expected);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await explore.stop();
    }
  });
});

describe.skipIf(!CAN_BROWSE)(
  'the page on a plain web host (skipped where Debian’s chromium is missing)',
  () => {
    it('classifies a dropped file as the command line does, and goes on after what it cannot read', async () => {
      const host = await startPlainHost();
      const { page, complaints } = await openPage(browser, host.url);
      try {
        await dropFile(page, 'picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]));
        await expect.poll(() => page.textContent('.problem p')).toContain('PNG image');
        await dropFile(page, 'broken.parquet', Buffer.from('PAR1 and nothing more'));
        await expect.poll(() => page.textContent('.problem p')).toContain('broken.parquet');
        await dropFile(page, 'broken.zip', Buffer.from('PK\u0003\u0004 and nothing more'));
        await expect.poll(() => page.textContent('.problem p')).toContain('damaged');

        await page.setInputFiles('header input[type=file]', join(folder, 'simulated-series.csv'));
        await page.waitForSelector('.classes', { timeout: 60_000 });
        await expectSameMap(await downloadMap(page), await readFile(join(folder, 'simulated-map.parquet')));
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
        await host.stop();
      }
    });

    it('classifies other formats too, says which it cannot read, and shows hostile names as they are', async () => {
      const hostile = '"><img src=x onerror=window.hacked=1><script>window.hacked=2</script>';
      const lines = (await readFile(join(folder, 'simulated-series.csv'), 'utf8')).split('\n').slice(0, 41);
      lines[1] = `"${hostile.replaceAll('"', '""')}"${lines[1].slice(lines[1].indexOf(','))}`;
      const file = join(folder, 'few-series.geojson');
      writeFileSync(file, geojsonFromCsv(lines));
      const map = join(folder, 'few.parquet');
      const done = await runCli(['classify', file, '--keep-series', '-o', map]);
      expect(done.status, done.stderr).toBe(0);
      const host = await startPlainHost();
      const { page, complaints } = await openPage(browser, host.url);
      try {
        // Too short to be classified; that the page knows how short shows that it has read them.
        const short = await runCli([
          'classify',
          join(FIXTURES, 'points.fgb'),
          '-o',
          join(folder, 'no.parquet'),
        ]);
        expect(short.status).toBe(4);
        for (const names of [
          ['points.fgb'],
          ['geo-gzip.parquet'],
          ['points.dbf', 'points.shp', 'points.prj'],
        ]) {
          await page.setInputFiles(
            'header input[type=file]',
            names.map((name) => join(FIXTURES, name)),
          );
          const message = short.stderr.trim().split('groundtrend: ')[1];
          await expect.poll(() => page.textContent('.problem p'), { timeout: 30_000 }).toBe(message);
          await page.click('.problem button');
        }

        await page.setInputFiles('header input[type=file]', file);
        await page.waitForSelector('.classes', { timeout: 60_000 });
        expect(await page.textContent('.source')).toContain('40 points');
        await expectSameMap(await downloadMap(page), await readFile(map));
        await page.fill('.search input', hostile);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.point .u-over');
        expect(await page.textContent('.point h2')).toBe(hostile);
        await page.click('text=Keep to compare');
        await page.click('[aria-label="Next point"]');
        await page.waitForSelector('.legend .kept');
        expect(await page.$$('#app img, #app script')).toEqual([]);
        expect(await page.evaluate(() => 'hacked' in window)).toBe(false);

        await dropFile(
          page,
          'map.gpkg',
          Buffer.from(`SQLite format 3\0${' '.repeat(52)}GPKG${' '.repeat(99)}`),
        );
        await expect
          .poll(() => page.textContent('.problem p'))
          .toContain('a GeoPackage, which a page cannot read');
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
        await host.stop();
      }
    });

    it.skipIf(REAL_DATA === undefined)(
      'gives a real EGMS archive the classes of the command line (skipped without ../shared/data)',
      async () => {
        const archive = join(REAL_DATA!, 'egms', 'EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip');
        const map = join(folder, 'egms.parquet');
        const done = await runCli(['classify', archive, '--keep-series', '-o', map]);
        expect(done.status, done.stderr).toBe(0);
        const host = await startPlainHost();
        const { page, complaints } = await openPage(browser, host.url);
        try {
          await page.setInputFiles('header input[type=file]', archive);
          await page.waitForSelector('.classes', { timeout: 100_000 });
          expect(await page.textContent('.source')).toContain('11,590 points');
          await expectSameMap(await downloadMap(page), await readFile(map));
          expect(complaints).toEqual([]);
        } finally {
          await page.close();
          await host.stop();
        }
      },
    );
  },
);

/** Chooses the point nearest to the middle of the map, by a click on it. */
async function clickMiddlePoint(page: Page): Promise<void> {
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.point h2');
  const wanted = await page.textContent('.point h2');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.point', { state: 'detached' });
  // Zoom in on it by its pid, so that it lies in the middle, and click there.
  await page.fill('.search input', wanted!);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.point h2');
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.point', { state: 'detached' });
  await page.waitForTimeout(300);
  const box = (await page.locator('.stage .map').boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => page.textContent('.point h2')).toBe(wanted);
}

async function drawTriangle(page: Page): Promise<void> {
  await page.click('text=Draw an area');
  const box = (await page.locator('.stage .map').boundingBox())!;
  const corners = [
    [0.3, 0.2],
    [0.6, 0.25],
    [0.45, 0.6],
  ];
  for (const [x, y] of corners) {
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    // Two clicks in quick succession would be a double click.
    await page.waitForTimeout(400);
  }
  await page.focus('.maplibregl-canvas');
  await page.keyboard.press('Enter');
}

function paintedPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.points')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 128) painted++;
    return painted;
  });
}

/** How many different opaque colours the points have, those of rims and edges left out. */
function countColours(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.points')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map<number, number>();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts.values()].filter((count) => count > 200).length;
  });
}

async function pressUntilFocused(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab never comes to ${selector}.`);
}

/** Controls without a name, by their markup. */
function listNameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, input:not([hidden]), select, canvas[tabindex], summary, progress',
      ),
    ]
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels;
        const name =
          element.getAttribute('aria-label') ??
          (labels && labels.length > 0 ? labels[0].textContent : element.textContent);
        return (name ?? '').trim() === '';
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** Visible texts whose contrast to what lies behind them is below 4.5 to 1 (WCAG AA); disabled controls are exempt. */
function listFaintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parse = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (rgb: number[]) => {
      const [r, g, b] = rgb.map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (start: Element): number[] => {
      for (let element: Element | null = start; element; element = element.parentElement) {
        const [r, g, b, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
        if (alpha > 0.9) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('#app *')) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent!.trim() !== '',
      );
      if (!hasText || element.closest('svg, :disabled, .hidden') || element.getClientRects().length === 0)
        continue;
      const [r, g, b] = parse(getComputedStyle(element).color);
      const light = luminance([r, g, b]);
      const behind = luminance(backgroundOf(element));
      const contrast = (Math.max(light, behind) + 0.05) / (Math.min(light, behind) + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${element.outerHTML.slice(0, 100)}`);
    }
    return faint;
  });
}

async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ fileName, content }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], fileName));
      return data;
    },
    { fileName: name, content: [...bytes] },
  );
  await page.dispatchEvent('.stage', 'drop', { dataTransfer: transfer });
}

/** A log of so many labels of every class, by the known truth of the simulation. */
async function labelsFromTruth(path: string, perClass: number): Promise<string> {
  const counts = new Map<string, number>();
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').slice(1);
  const chosen = lines.flatMap((line) => {
    const [pid, label] = line.split(',');
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count <= perClass ? [`${pid},${label},Ann,2026-01-01T00:00:00.000Z,`] : [];
  });
  return ['pid,label,annotator,date,note', ...chosen, ''].join('\n');
}

/** Zooms out by the keyboard until the foot of the map says so. */
async function zoomOutUntil(page: Page, wanted: RegExp): Promise<void> {
  await page.focus('.maplibregl-canvas');
  for (let presses = 0; presses < 12; presses++) {
    if (wanted.test((await page.textContent('.map-status')) ?? '')) return;
    await page.keyboard.press('Minus');
    await page.waitForTimeout(500);
  }
  throw new Error(`The map never says ${wanted}.`);
}

/** The lines of a table as GeoJSON: the place as geometry, everything else as properties. */
function geojsonFromCsv(lines: readonly string[]): string {
  const titles = lines[0].split(',');
  const features = lines.slice(1).map((line, index) => {
    const cells = index === 0 ? ['"', ...line.slice(line.lastIndexOf('",') + 2).split(',')] : line.split(',');
    const pid = index === 0 ? line.slice(1, line.lastIndexOf('",')).replaceAll('""', '"') : cells[0];
    const cell = (name: string) => Number(cells[titles.indexOf(name)]);
    const properties = Object.fromEntries(
      titles.map((title, i) => [title, i === 0 ? pid : cells[i] === '' ? null : Number(cells[i])]),
    );
    const coordinates = [cell('longitude'), cell('latitude')];
    return { type: 'Feature', properties, geometry: { type: 'Point', coordinates } };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

async function clickForDownload(page: Page, selector: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return await readFile((await download.path())!);
}

async function downloadMap(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.selectOption('[aria-label="Download"]', 'whole'),
  ]);
  return await readFile((await download.path())!);
}

/** The observed column of the saved series. */
async function savedSeries(page: Page): Promise<number[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.selectOption('[aria-label="Save the series"]', 'csv'),
  ]);
  const lines = (await readFile((await download.path())!, 'utf8')).trimEnd().split('\n').slice(1);
  return lines.map((line) => Number(line.split(',')[1]));
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

/** The same points with the same classes; probabilities differ by less than 1e-4. */
async function expectSameMap(left: Buffer, right: Buffer): Promise<void> {
  const [page, commandLine] = await Promise.all(
    [left, right].map((bytes) => openResultFile(toArrayBuffer(bytes), 'map.parquet')),
  );
  expect(page.points).toBe(commandLine.points);
  expect(page.fields).toEqual(commandLine.fields);
  expect(page.metadata['groundtrend:model_sha256']).toBe(commandLine.metadata['groundtrend:model_sha256']);
  expect(await page.readColumn('pid')).toEqual(await commandLine.readColumn('pid'));
  let largest = 0;
  for (const { name } of page.fields.filter((field) => /^p_|^confidence$/.test(field.name))) {
    const [a, b] = await Promise.all([page.readColumn(name), commandLine.readColumn(name)]);
    for (let row = 0; row < a.length; row++)
      largest = Math.max(largest, Math.abs(Number(a[row]) - Number(b[row])));
  }
  expect(largest).toBeLessThan(1e-4);
  expect(await page.readColumn('class')).toEqual(await commandLine.readColumn('class'));
  expect(await page.readSeries(0)).toEqual(await commandLine.readSeries(0));
}
