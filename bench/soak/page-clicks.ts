/**
 * Clicks at random on the page of `explore` until its parent ends it, and prints a line of JSON a round: heap (kB, after
 * its garbage is collected), nodes and listeners. A process of its own, so that the browser's driver is not taken for the
 * server.
 *
 *     node dist/bench/soak/page-clicks.js <address> <path of Chromium>
 */
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { createRandom, type Random } from '../../src/random.js';

const CLICKS_PER_ROUND = 40;
const [, , url, executablePath] = process.argv;

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
await page.goto(url);
await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes');
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');
const random = createRandom('page clicks');
process.once('SIGTERM', () => {
  // What is under way on the page then fails, and nobody needs to hear of it.
  process.removeAllListeners('uncaughtException').on('uncaughtException', () => {});
  browser.close().finally(() => process.exit(0));
});
for (;;) {
  for (let i = 0; i < CLICKS_PER_ROUND; i++) await clickSomewhere(page, random);
  // Every round ends in the same view, so that rounds can be compared.
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await page.click('#tab-map').catch(() => {});
  process.stdout.write(`${JSON.stringify(await samplePage(session))}\n`);
}

async function clickSomewhere(page: Page, random: Random): Promise<void> {
  const kind = random.integer(6);
  if (kind === 0) {
    const tabs = page.locator('[role="tab"]');
    await tabs
      .nth(random.integer(await tabs.count()))
      .click({ timeout: 2000 })
      .catch(() => {});
  } else if (kind === 1) {
    await page.mouse.wheel(0, 200 * (random.uniform() - 0.5));
  } else if (kind === 2) {
    await page.focus('.maplibregl-canvas');
    await page.keyboard.press('Enter');
  } else {
    const box = await page.locator('.stage .map').boundingBox();
    if (box)
      await page.mouse.click(box.x + random.uniform() * box.width, box.y + random.uniform() * box.height);
  }
  await page.waitForTimeout(50);
}

async function samplePage(session: CDPSession): Promise<number[]> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metricOf = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return [metricOf('JSHeapUsedSize') / 1024, metricOf('Nodes'), metricOf('JSEventListeners')];
}
