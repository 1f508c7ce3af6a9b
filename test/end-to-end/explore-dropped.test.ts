import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CAN_BROWSE } from './browser.js';
import { openMap, useDemoPages } from './demo-pages.js';
import { downloadMap, dropFile } from './page-driver.js';
import { REAL_DATA, runCli } from './run-cli.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/readers', import.meta.url));
const demo = useDemoPages();

describe.skipIf(!CAN_BROWSE)(
  'the page on a plain web host (skipped where Debian’s chromium is missing)',
  () => {
    it('classifies a dropped file as the command line does, and goes on after what it cannot read', async () => {
      await demo.withPlainHost(async ({ page, complaints }) => {
        await dropFile(page, 'picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]));
        await expect.poll(() => page.textContent('.problem p')).toContain('PNG image');
        await dropFile(page, 'broken.parquet', Buffer.from('PAR1 and nothing more'));
        await expect.poll(() => page.textContent('.problem p')).toContain('broken.parquet');
        await dropFile(page, 'broken.zip', Buffer.from('PK\u0003\u0004 and nothing more'));
        await expect.poll(() => page.textContent('.problem p')).toContain('damaged');

        await page.setInputFiles('header input[type=file]', demo.path('simulated-series.csv'));
        await page.waitForSelector('.classes', { timeout: 60_000 });
        await expectSameMap(await downloadMap(page), await readFile(demo.path('simulated-map.parquet')));
        expect(complaints).toEqual([]);
      });
    });

    it('classifies other formats too, says which it cannot read, and shows hostile names as they are', async () => {
      const hostile = '"><img src=x onerror=window.hacked=1><script>window.hacked=2</script>';
      const lines = (await readFile(demo.path('simulated-series.csv'), 'utf8')).split('\n').slice(0, 41);
      lines[1] = `"${hostile.replaceAll('"', '""')}"${lines[1].slice(lines[1].indexOf(','))}`;
      const file = demo.path('few-series.geojson');
      writeFileSync(file, geojsonFromCsv(lines));
      const map = demo.path('few.parquet');
      const done = await runCli(['classify', file, '--keep-series', '-o', map]);
      expect(done.status, done.stderr).toBe(0);
      await demo.withPlainHost(async ({ page, complaints }) => {
        // Too short to be classified; that the page knows how short shows that it has read them.
        const short = await runCli(['classify', join(FIXTURES, 'points.fgb'), '-o', demo.path('no.parquet')]);
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
      });
    });

    it.skipIf(REAL_DATA === undefined)(
      'gives a real EGMS archive the classes of the command line (skipped without ../shared/data)',
      async () => {
        const archive = join(REAL_DATA!, 'egms', 'EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip');
        const map = demo.path('egms.parquet');
        const done = await runCli(['classify', archive, '--keep-series', '-o', map]);
        expect(done.status, done.stderr).toBe(0);
        await demo.withPlainHost(async ({ page, complaints }) => {
          await page.setInputFiles('header input[type=file]', archive);
          await page.waitForSelector('.classes', { timeout: 100_000 });
          expect(await page.textContent('.source')).toContain('11,590 points');
          await expectSameMap(await downloadMap(page), await readFile(map));
          expect(complaints).toEqual([]);
        });
      },
    );
  },
);

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

/** The same points with the same classes; probabilities differ by less than 1e-4. */
async function expectSameMap(left: Buffer, right: Buffer): Promise<void> {
  const [page, commandLine] = await Promise.all([left, right].map((bytes) => openMap(bytes)));
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
