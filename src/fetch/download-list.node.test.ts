import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { readAddressList } from './address-list.js';
import { downloadList } from './download-list.node.js';
import { createPace } from './pace.js';

const TOKEN = 'sEcReT0123456789';
const random = createRandom('zip');
const noise = Uint8Array.from({ length: 200_000 }, () => random.integer(256));
const ARCHIVE = Buffer.from(zipSync({ 'series.csv': noise }, { level: 0 }));

type Handler = (request: IncomingMessage, response: ServerResponse, visit: number) => void;

let folder: string;
let server: Server;
let visits: Map<string, number>;
let ranges: string[];
let handlers: Record<string, Handler>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-'));
  visits = new Map();
  ranges = [];
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://here').pathname;
    const visit = (visits.get(path) ?? 0) + 1;
    visits.set(path, visit);
    if (request.headers.range !== undefined) ranges.push(request.headers.range);
    handlers[path](request, response, visit);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** What an orderly server sends: all of it, or what follows the start of the range while the version is the same. */
const serve: Handler = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === '"v1"';
  response.setHeader('etag', '"v1"');
  if (start > 0 && isSame) {
    response.writeHead(206, {
      'content-range': `bytes ${start}-${ARCHIVE.length - 1}/${ARCHIVE.length}`,
      'content-length': ARCHIVE.length - start,
    });
    response.end(ARCHIVE.subarray(start));
  } else {
    response.writeHead(200, { 'content-length': ARCHIVE.length });
    response.end(ARCHIVE);
  }
};

const cutShort: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': ARCHIVE.length, etag: '"v1"' });
  response.write(ARCHIVE.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 30));
};

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(code, headers);
    response.end('<html>no</html>');
  };

async function fetchAll(names: readonly string[], silenceMs = 20_000) {
  const { port } = server.address() as AddressInfo;
  const text = names.map((name) => `http://127.0.0.1:${port}/${name}?id=${TOKEN}`).join('\n');
  const results = await downloadList(readAddressList(text, 'list.txt'), {
    folder,
    parallel: 3,
    pace: createPace(2),
    silenceMs,
  });
  expect(JSON.stringify(results)).not.toContain(TOKEN);
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name), 'latin1')).not.toContain(TOKEN);
  return results;
}

const isWhole = (name: string) =>
  existsSync(join(folder, name)) && readFileSync(join(folder, name)).equals(ARCHIVE);

describe('downloadList', () => {
  it('brings all files and leaves no parts; a second run fetches nothing', async () => {
    handlers = { '/a.zip': serve, '/b.zip': serve, '/c.zip': serve, '/d.zip': serve };
    const names = ['a.zip', 'b.zip', 'c.zip', 'd.zip'];
    expect((await fetchAll(names)).map(({ state }) => state)).toEqual(names.map(() => 'fetched'));
    expect(readdirSync(folder).sort()).toEqual(names);
    expect(names.every(isWhole)).toBe(true);
    expect((await fetchAll(names)).map(({ state }) => state)).toEqual(names.map(() => 'present'));
    expect(visits.get('/a.zip')).toBe(1);
  });

  it('waits when asked to, and tries again what may pass', async () => {
    handlers = {
      '/busy.zip': (...call) => (call[2] <= 2 ? status(429, { 'retry-after': '0.05' }) : serve)(...call),
      '/broken.zip': (...call) => (call[2] <= 2 ? status(500) : serve)(...call),
      '/gone.zip': (...call) => (call[2] === 1 ? call[1].destroy() : serve(...call)),
      '/silent.zip': (...call) => {
        if (call[2] > 1) serve(...call);
      },
    };
    const results = await fetchAll(['busy.zip', 'broken.zip', 'gone.zip', 'silent.zip'], 1000);
    expect(results.map(({ state }) => state)).toEqual(['fetched', 'fetched', 'fetched', 'fetched']);
    expect(visits.get('/busy.zip')).toBe(3);
    expect(isWhole('silent.zip')).toBe(true);
  });

  it('goes on where a connection broke', async () => {
    handlers = { '/cut.zip': (...call) => (call[2] === 1 ? cutShort : serve)(...call) };
    expect((await fetchAll(['cut.zip']))[0].state).toBe('fetched');
    expect(ranges).toHaveLength(1);
    expect(Number(/\d+/.exec(ranges[0])![0])).toBeGreaterThan(0);
    expect(isWhole('cut.zip')).toBe(true);
  });

  it('starts anew where the server cannot go on, has another version, or has less', async () => {
    const whole: Handler = (_, response) => response.end(ARCHIVE);
    const changed: Handler = (request, response, visit) => {
      if (request.headers['if-range'] !== '"v1"') throw new Error('asked without a version');
      delete request.headers.range;
      serve(request, response, visit);
    };
    handlers = {
      '/no-range.zip': (...call) => (call[2] === 1 ? cutShort : whole)(...call),
      '/changed.zip': (...call) => (call[2] === 1 ? cutShort : changed)(...call),
      '/shorter.zip': (...call) => (call[2] === 1 ? cutShort : call[2] === 2 ? status(416) : serve)(...call),
    };
    const names = ['no-range.zip', 'changed.zip', 'shorter.zip'];
    expect((await fetchAll(names)).map(({ state }) => state)).toEqual(['fetched', 'fetched', 'fetched']);
    expect(names.every(isWhole)).toBe(true);
  });

  it('goes on with a part that an earlier run left', async () => {
    writeFileSync(join(folder, '.later.zip.part'), ARCHIVE.subarray(0, 50_000));
    handlers = { '/later.zip': serve };
    expect((await fetchAll(['later.zip']))[0].state).toBe('fetched');
    expect(ranges).toEqual(['bytes=50000-']);
    expect(isWhole('later.zip')).toBe(true);
  });

  it('gives up at once where the server refuses, and says so without the token', async () => {
    handlers = { '/old.zip': status(403), '/none.zip': status(404), '/fine.zip': serve };
    const results = await fetchAll(['old.zip', 'none.zip', 'fine.zip']);
    expect(results.map(({ state }) => state)).toEqual(['failed', 'failed', 'fetched']);
    expect(results[0]).toMatchObject({ reason: expect.stringContaining('expired') });
    expect(visits.get('/old.zip')).toBe(1);
  });

  it('takes no page and no damaged archive for a file, and gives up in the end', async () => {
    const damaged = Buffer.from(ARCHIVE);
    damaged[100_000] ^= 0xff;
    handlers = {
      '/page.zip': status(200),
      '/damaged.zip': (_, response) => response.end(damaged),
      '/mended.zip': (...call) => (call[2] === 1 ? call[1].end(damaged) : serve(...call)),
    };
    const results = await fetchAll(['page.zip', 'damaged.zip', 'mended.zip']);
    expect(results.map(({ state }) => state)).toEqual(['failed', 'failed', 'fetched']);
    expect(results[0]).toMatchObject({ reason: expect.stringContaining('not a whole ZIP archive') });
    expect(readdirSync(folder)).toEqual(['mended.zip']);
  });

  it('stops when told to', async () => {
    handlers = { '/silent.zip': () => {} };
    const controller = new AbortController();
    const { port } = server.address() as AddressInfo;
    const list = readAddressList(`http://127.0.0.1:${port}/silent.zip?id=${TOKEN}`, 'list.txt');
    setTimeout(() => controller.abort(), 30);
    const options = {
      folder,
      parallel: 1,
      pace: createPace(2),
      silenceMs: 10_000,
      signal: controller.signal,
    };
    await expect(downloadList(list, options)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('readAddressList', () => {
  it('passes over blank lines, notes and repetitions', () => {
    const list = readAddressList(
      `# EGMS\n\nhttps://example.org/a/x.zip?id=1\r\nhttps://example.org/a/x.zip?id=1\nhttps://example.org/y.zip\n`,
      'list.txt',
    );
    expect(list.map(({ fileName }) => fileName)).toEqual(['x.zip', 'y.zip']);
  });

  it('keeps names in their folder', () => {
    const [download] = readAddressList('https://example.org/a/..%2F..%2Fetc%2Fpasswd?id=1', 'list.txt');
    expect(download.fileName).toBe('_.._etc_passwd');
  });

  it('refuses what is no address or would overwrite, without showing the token', () => {
    for (const text of ['ftp://example.org/x.zip', 'x.zip', 'https://example.org/']) {
      expect(() => readAddressList(text, 'list.txt')).toThrow('list.txt, line 1');
    }
    const clash = `https://a.org/x.zip?id=${TOKEN}\nhttps://b.org/x.zip?id=${TOKEN}`;
    expect(() => readAddressList(clash, 'list.txt')).toThrow(/^(?!.*sEcReT)[\s\S]*both become x\.zip/);
  });
});

describe('createPace', () => {
  it('understands seconds and dates', async () => {
    let clock = 1_000_000;
    const pace = createPace(1000, () => clock);
    pace.pause('3');
    const waiting = pace.wait().then(() => clock);
    clock += 3001;
    expect(await waiting).toBe(1_003_001);
    pace.pause(new Date(clock + 5000).toUTCString());
    clock += 5001;
    await pace.wait();
    expect(clock).toBe(1_008_002);
  });
});
