import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { openResultFile, type ResultFile } from '../../src/read/result-file.js';
import {
  CAN_BROWSE,
  launchBrowser,
  type OpenedPage,
  openPage,
  startExplore,
  startPlainHost,
} from './browser.js';
import { runCli } from './run-cli.js';

/** The demo's files in a folder of their own, and pages of a browser that show them. */
export interface DemoPages {
  /** Path of a file in that folder. */
  path(name: string): string;
  /** What `use` finds on the page of `groundtrend explore` with these arguments. */
  withExplore(
    args: readonly string[],
    use: (opened: OpenedPage) => Promise<void>,
    viewport?: { width: number; height: number },
  ): Promise<void>;
  /** The same on a web host that knows nothing of groundtrend. */
  withPlainHost(use: (opened: OpenedPage) => Promise<void>): Promise<void>;
}

/** Makes them before the tests of a file and removes them afterwards. */
export function useDemoPages(): DemoPages {
  // A browser without graphics hardware on a busy machine takes its time.
  vi.setConfig({ testTimeout: 150_000 });
  let folder = '';
  let browser: Browser | undefined;

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

  async function withServer(
    server: { readonly url: string; stop(): Promise<void> },
    use: (opened: OpenedPage) => Promise<void>,
    viewport?: { width: number; height: number },
  ): Promise<void> {
    try {
      const opened = await openPage(browser!, server.url, viewport);
      await use(opened).finally(() => opened.page.close());
    } finally {
      await server.stop();
    }
  }

  return {
    path: (name) => join(folder, name),
    withExplore: async (args, use, viewport) => withServer(await startExplore(args), use, viewport),
    withPlainHost: async (use) => withServer(await startPlainHost(), use),
  };
}

/** A map as `downloads` or the command line wrote it. */
export function openMap(bytes: Buffer): Promise<ResultFile> {
  return openResultFile(Uint8Array.from(bytes).buffer, 'map.parquet');
}
