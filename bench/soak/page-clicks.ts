/**
 * Clicks at random on the page of `explore` until its parent ends it, and prints a line of JSON a round: heap (kB,
 * after its garbage is collected), nodes and listeners. A process of its own, so that the browser's driver is not taken
 * for the server. A page that hangs ends it with status 1; one that gets no processor on a busy machine is waited for.
 *
 *     node dist/bench/soak/page-clicks.js <address> <path of Chromium>
 */
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { createRandom, type Random } from '../../src/random.js';
import { readWaits, watchSilence } from './silence.js';

const CLICKS_PER_ROUND = 40;
/** Silence for which a want of processors is no excuse. */
const MOST_SILENT_SECONDS = 60;
const SECONDS_BETWEEN_LINES = 60;
const [, , url, executablePath] = process.argv;

const browser = await chromium.launch({
  executablePath,
  timeout: 300_000,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
// Whether an answer takes too long is for the watch to say.
page.setDefaultTimeout(0);
let rounds = 0;
const watch = await watchPage(browser);
await page.goto(url);
await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes');
watch.hear();
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');
const random = createRandom('page clicks');
process.once('SIGTERM', () => {
  // What is under way on the page then fails, and nobody needs to hear of it.
  process.removeAllListeners('uncaughtException').on('uncaughtException', () => {});
  browser.close().finally(() => process.exit(0));
});
for (;;) {
  for (let i = 0; i < CLICKS_PER_ROUND; i++) {
    await clickSomewhere(page, random);
    watch.hear();
  }
  // Every round ends in the same view, so that rounds can be compared.
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await page.click('#tab-map').catch(() => {});
  const sample = await samplePage(session);
  watch.hear();
  rounds++;
  process.stdout.write(`${JSON.stringify(sample)}\n`);
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

/** Looks once a second for how long the page has been silent, says so, and ends this process when it hangs. */
async function watchPage(browser: Browser): Promise<{ hear(): void }> {
  const system = await browser.newBrowserCDPSession();
  let processes = await listProcesses(system);
  const now = () => performance.now() / 1000;
  const watch = watchSilence(MOST_SILENT_SECONDS, now(), readWaits(processes));
  let nextLine = SECONDS_BETWEEN_LINES;
  setInterval(() => {
    // A page that is opened gets a process of its own. A browser that does not answer keeps the list it has.
    listProcesses(system).then(
      (listed) => {
        processes = listed;
      },
      () => {},
    );
    const { seconds, starvedSeconds, isHanging } = watch.look(now(), readWaits(processes));
    const words = `${rounds} rounds of clicks, then no answer for ${seconds.toFixed(0)} s, ${starvedSeconds.toFixed(0)} s of them in line for a processor`;
    if (isHanging) {
      process.stderr.write(`${words}: the page hangs.\n`);
      process.exit(1);
    }
    if (seconds < nextLine) return;
    process.stderr.write(`${words}: waiting on.\n`);
    nextLine = seconds + SECONDS_BETWEEN_LINES;
  }, 1000);
  return {
    hear() {
      watch.hear(now(), readWaits(processes));
      nextLine = SECONDS_BETWEEN_LINES;
    },
  };
}

/** What an answer needs: this driver, the server, and the browser's own. */
async function listProcesses(system: CDPSession): Promise<number[]> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return [process.pid, process.ppid, ...processInfo.map(({ id }) => id)];
}
