import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CLI_PATH } from './run-cli.js';

const CHROMIUM = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'].find((path) => existsSync(path));
/** On a build machine a missing browser is a failure, elsewhere a reason to skip. */
export const CAN_BROWSE = CHROMIUM !== undefined || process.env.CI === 'true';
/** The built page: `npm test` builds it first. */
const PAGE_FOLDER = join(dirname(CLI_PATH), '..', '..', 'app');

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of the console, and requests that left the page's own host. */
  readonly complaints: string[];
}

/** Opens an address and waits until the page says that it is ready. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1440, height: 900 },
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport, acceptDownloads: true });
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Software graphics, and tests that look at pixels, make Chromium complain; that is no fault of the page.
    if (
      ['error', 'warning'].includes(message.type()) &&
      !/GPU stall|GL Driver|willReadFrequently/.test(message.text())
    ) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(url).host) complaints.push(`request to ${host}`);
  });
  await page.goto(url);
  await waitUntilReady(page);
  return { page, complaints };
}

export async function waitUntilReady(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes', undefined, {
    timeout: 60_000,
  });
}

/** Starts `groundtrend explore` as a person would; `url` is what it prints. */
export async function startExplore(
  args: readonly string[],
  cwd?: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [CLI_PATH, 'explore', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (status) => reject(new Error(`explore ended with ${status}: ${errors}`)));
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  json: 'application/json',
};

/** The page on a plain web host, as `npm run build:site` leaves it. */
export async function startPlainHost(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    const name = path === '/' ? 'index.html' : path.slice(1);
    readFile(join(PAGE_FOLDER, name)).then(
      (bytes) => {
        response.setHeader('Content-Type', TYPES[name.split('.').pop()!] ?? 'application/octet-stream');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
