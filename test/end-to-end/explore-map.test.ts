import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { CAN_BROWSE, waitUntilReady } from './browser.js';
import { openMap, useDemoPages } from './demo-pages.js';
import { listFaintTexts, listNameless } from './page-accessibility.js';
import {
  clickMiddlePoint,
  countColours,
  drawTriangle,
  paintedPixels,
  pressUntilFocused,
  savedSeries,
  zoomOutUntil,
} from './page-driver.js';
import { runCli } from './run-cli.js';

const demo = useDemoPages();

describe.skipIf(!CAN_BROWSE)('explore, in Chromium (skipped where Debian’s chromium is missing)', () => {
  it('shows the demo: points, filters, a series, an area, and opens a link again', async () => {
    const labels = demo.path('labels.csv');
    const areas = demo.path('landslides.geojson');
    await demo.withExplore(
      [demo.path('simulated-map.parquet'), '--areas', areas, '--labels', labels],
      async ({ page, complaints }) => {
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
      },
    );
  });

  it('draws a map of very many points from tiles, with exact counts, and reads a point from its own file', async () => {
    const map = demo.path('simulated-map.parquet');
    await demo.withExplore([map, '--tiles-above', '1000'], async ({ page, complaints }) => {
      expect(await page.textContent('.source')).toContain('4,459 points');
      const whole = await openMap(await readFile(map));
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
    });
  });

  it('fits a phone without scrolling sideways', async () => {
    await demo.withExplore(
      [demo.path('simulated-map.parquet')],
      async ({ page }) => {
        await clickMiddlePoint(page);
        await page.waitForSelector('.point .u-over');
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      },
      { width: 390, height: 844 },
    );
  });

  it('shows series from the file that was classified, where the map holds none', async () => {
    const map = demo.path('bare.parquet');
    const source = demo.path('simulated-series.csv');
    const done = await runCli(['classify', source, '-o', map, '--overwrite']);
    expect(done.status, done.stderr).toBe(0);
    await demo.withExplore([map, source], async ({ page, complaints }) => {
      await clickMiddlePoint(page);
      await page.waitForSelector('.point .u-over');
      const series = await savedSeries(page);
      const whole = await openMap(await readFile(demo.path('simulated-map.parquet')));
      const pids = (await whole.readColumn('pid')) as string[];
      const row = pids.indexOf((await page.textContent('.point h2'))!);
      const expected = Array.from(await whole.readSeries(row), (value) => Number(value.toFixed(3)));
      expect(series).toEqual(expected);
      expect(complaints).toEqual([]);
    });
  });

  it('can be used by keyboard alone: every control can be reached and has a name, and text is dark enough', async () => {
    await demo.withExplore([demo.path('simulated-map.parquet')], async ({ page, complaints }) => {
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
    });
  });
});
