import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CAN_BROWSE, waitUntilReady } from './browser.js';
import { openMap, useDemoPages } from './demo-pages.js';
import { clickForDownload, pressUntilFocused } from './page-driver.js';

const demo = useDemoPages();

describe.skipIf(!CAN_BROWSE)('labels in explore (skipped where Debian’s chromium is missing)', () => {
  it('labels ten series by keys alone, and finds them after a reload', async () => {
    const labels = demo.path('ten.labels.csv');
    await demo.withExplore(
      [demo.path('simulated-map.parquet'), '--labels', labels],
      async ({ page, complaints }) => {
        await pressUntilFocused(page, '#tab-labels');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.labels input[type=text]');
        await pressUntilFocused(page, '.labels input[type=text]');
        await page.keyboard.type('Ann');
        await page.waitForSelector('.labels button.primary:enabled');
        await page.keyboard.press('Tab');
        expect(await page.locator('.labels button.primary:focus').count()).toBe(1);
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
      },
    );
  });

  it('trains on the labels and shows the new model’s map beside the opened one', async () => {
    const labels = demo.path('train.labels.csv');
    writeFileSync(labels, await labelsFromTruth(demo.path('simulated-truth.csv'), 12));
    await demo.withExplore(
      [demo.path('simulated-map.parquet'), '--labels', labels],
      async ({ page, complaints }) => {
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
        const saved = await openMap(await clickForDownload(page, 'text=Save its map'));
        const opened = await openMap(await readFile(demo.path('simulated-map.parquet')));
        const [after, before] = await Promise.all([saved.readColumn('class'), opened.readColumn('class')]);
        expect(await saved.readColumn('pid')).toEqual(await opened.readColumn('pid'));
        const changed = (before as string[]).filter((name, row) => name !== after[row]).length;
        expect(Number((await page.textContent('.change p'))!.replace(/ of .*/, '').replaceAll(',', ''))).toBe(
          changed,
        );

        await page.click('.map-switch button:first-of-type');
        await expect.poll(() => page.textContent('.source')).toContain('simulated-map.parquet');
        expect(complaints).toEqual([]);
      },
    );
  });

  it('says why it cannot train, stops a training, and goes on', async () => {
    const labels = demo.path('few.labels.csv');
    writeFileSync(labels, await labelsFromTruth(demo.path('simulated-truth.csv'), 1));
    await demo.withExplore([demo.path('simulated-map.parquet'), '--labels', labels], async ({ page }) => {
      await page.click('#tab-labels');
      await page.click('text=Train and classify');
      await page.waitForSelector('.training .failure', { timeout: 30_000 });
      expect(await page.textContent('.training .failure')).toMatch(/label/i);
      await page.click('text=Train again');
      await page.click('.under-way button');
      await expect.poll(() => page.textContent('.training')).toContain('Stopped');
      expect(await page.textContent('.source')).toContain('simulated-map.parquet');
    });
  });
});

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
