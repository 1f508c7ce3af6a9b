import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDLE_TRAINING } from '../train/page-training.js';
import { createDataFiles } from './data-files.js';
import { type ExploreServer, startExploreServer } from './explore-server.js';
import { openLabelStore } from './label-store.js';
import { listPageFiles } from './page-files.js';

let folder: string;
let server: ExploreServer;
let base: URL;
let token: string;
/** What the server asked of the training. */
const orders: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'explore-'));
  const page = join(folder, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><html><head><meta charset="utf-8"></head></html>');
  writeFileSync(join(page, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(page, 'assets', 'link.txt'));
  writeFileSync(join(folder, 'map.parquet'), 'PAR1 0123456789 PAR1');
  const data = createDataFiles();
  await data.add('map.parquet', join(folder, 'map.parquet'));
  server = await startExploreServer({
    page: await listPageFiles(page),
    data,
    session: { name: 'map' },
    labels: await openLabelStore(join(folder, 'labels.csv')),
    training: {
      state: () => ({ ...IDLE_TRAINING, run: orders.length }),
      start: () => orders.push('start') === 1,
      cancel: () => void orders.push('cancel'),
      close: async () => {},
    },
    basemapOrigins: [],
  });
  base = new URL(server.url);
  token = base.pathname.split('/')[1];
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Asks without the niceties of `fetch`, which would tidy the path up first. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      {
        host: base.hostname,
        port: base.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

describe('the server of explore', () => {
  it('gives the page to whoever has the address', async () => {
    const answer = await ask(base.pathname);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<meta name="groundtrend-session"');
    expect((await ask(`/${token}/assets/main.js`)).headers['content-type']).toMatch(/^text\/javascript/);
    expect(JSON.parse((await ask(`/${token}/session.json`)).body)).toEqual({ name: 'map' });
  });

  it('listens on this machine only', () => {
    expect(base.hostname).toBe('127.0.0.1');
  });

  it('draws a new, long token every time', async () => {
    expect(token).toMatch(/^[\w-]{32}$/);
    const other = await startExploreServer({
      page: new Map(),
      data: createDataFiles(),
      session: {},
      labels: await openLabelStore(join(folder, 'other.csv')),
      basemapOrigins: [],
    });
    expect(other.url.split('/')[3]).not.toBe(token);
    await other.close();
  });

  it.each(['/', '/index.html', '/x', '//', `/${'a'.repeat(32)}/`, '/data/map.parquet', '/session.json'])(
    'gives nothing for %s, which lacks the token',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it.each([
    '../secret.txt',
    'assets/../../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/%2e%2e/secret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    '....//secret.txt',
    'data/../../secret.txt',
    'data/..%2f..%2fsecret.txt',
    '/etc/passwd',
    'data//etc/passwd',
    'assets/link.txt',
    'assets/main.js%00.txt',
    'constructor',
    'data/__proto__',
  ])('gives nothing for %s', async (path) => {
    const answer = await ask(`/${token}/${path}`);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('refuses other names in the Host header, as of a site that points its name here', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${base.port}`,
      '127.0.0.1',
      `127.0.0.1.evil:${base.port}`,
    ]) {
      expect((await ask(base.pathname, { headers: { Host: host } })).status).toBe(403);
    }
    expect((await ask(base.pathname, { headers: { Host: `localhost:${base.port}` } })).status).toBe(200);
    expect(await askRaw(`GET ${base.pathname} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403/);
  });

  it('refuses pages of other sites', async () => {
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:1` },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' },
    ];
    for (const headers of foreign) {
      const answer = await ask(`/${token}/data/map.parquet`, { headers });
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('PAR1');
    }
  });

  it('sends a strict policy and no permission for others', async () => {
    const { headers } = await ask(base.pathname);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('answers ranges, and only within the file', async () => {
    const path = `/${token}/data/map.parquet`;
    const part = await ask(path, { headers: { Range: 'bytes=5-9' } });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '01234', 'bytes 5-9/20']);
    const last = await ask(path, { headers: { Range: 'bytes=-4' } });
    expect([last.status, last.body]).toEqual([206, 'PAR1']);
    const far = await ask(path, { headers: { Range: 'bytes=15-999999999999' } });
    expect([far.status, far.body]).toEqual([206, ' PAR1']);
    for (const range of ['bytes=20-', 'bytes=999999999999999-', 'bytes=-0']) {
      expect((await ask(path, { headers: { Range: range } })).status).toBe(416);
    }
    for (const range of [
      'bytes=9-5',
      'bytes=a-b',
      'lines=1-2',
      'bytes=0-1,3-4',
      `bytes=${'9'.repeat(400)}-`,
    ]) {
      expect((await ask(path, { headers: { Range: range } })).status).toBe(200);
    }
    const head = await ask(path, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '20', '']);
  });

  it('takes no other methods, long headers or long bodies', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      expect((await ask(base.pathname, { method })).status).toBe(405);
    }
    expect((await ask(`/${token}/data/map.parquet`, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await ask(base.pathname, { headers: { 'X-Long': 'x'.repeat(20_000) } })).status).toBe(431);
    const long = await ask(`/${token}/labels`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ pid: 'a', label: 'PUE', annotator: 'x', note: 'x'.repeat(10_000) }),
    });
    expect(long.status).toBe(413);
  });

  it('keeps labels, each on the disk before it is confirmed, and refuses what is none', async () => {
    const post = (body: string, type = 'application/json') =>
      ask(`/${token}/labels`, { method: 'POST', headers: { 'Content-Type': type }, body });
    const label = { pid: 'p1', label: 'Bilinear', annotator: 'ann', note: 'clear, "sharp"' };
    expect((await post(JSON.stringify(label))).status).toBe(200);
    expect(readFileSync(join(folder, 'labels.csv'), 'utf8')).toMatch(
      /^pid,label,annotator,date,note\np1,Bilinear,ann,\d{4}-[^,]+,"clear, ""sharp"""\n$/,
    );
    expect(JSON.parse((await ask(`/${token}/labels`)).body)).toMatchObject([label]);
    expect((await post(JSON.stringify({ ...label, label: 'Wobbly' }))).status).toBe(400);
    expect((await post(JSON.stringify({ ...label, pid: 'a\nb' }))).status).toBe(400);
    expect((await post(JSON.stringify({ ...label, pid: 7 }))).status).toBe(400);
    expect((await post('{')).status).toBe(400);
    expect((await post('null')).status).toBe(400);
    expect((await post(JSON.stringify(label), 'text/plain')).status).toBe(415);
    expect((await ask(`/${token}/labels`)).body).toBe(
      JSON.stringify(JSON.parse((await ask(`/${token}/labels`)).body)),
    );
    expect(JSON.parse((await ask(`/${token}/labels`)).body)).toHaveLength(1);
  });
});

describe('orders from elsewhere', () => {
  const json = { 'Content-Type': 'application/json' };

  it('are not taken: no label and no training without the token, by another name, or from another site', async () => {
    const own = `http://${base.host}`;
    const attempts: [string, Record<string, string>][] = [
      ['/labels', json],
      ['/training', json],
      [`/${'a'.repeat(32)}/training`, json],
      [`/${token.toUpperCase()}/training`, json],
      [`/${token}x/training`, json],
      [`/${token.slice(0, -1)}/training`, json],
      [`/%${token.charCodeAt(0).toString(16)}${token.slice(1)}/training`, json],
      [`/${token}/training`, { ...json, Origin: 'https://evil.example' }],
      [`/${token}/training`, { ...json, Origin: `${own}.evil.example` }],
      [`/${token}/training`, { ...json, Origin: 'null' }],
      [`/${token}/training`, { ...json, Host: `evil.example:${base.port}` }],
      [`/${token}/training`, { ...json, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }],
      // A form of another site may navigate here, but cannot send JSON.
      [
        `/${token}/training`,
        {
          'Content-Type': 'text/plain',
          'Sec-Fetch-Site': 'cross-site',
          'Sec-Fetch-Mode': 'navigate',
        },
      ],
      [`/${token}/labels`, { ...json, Origin: 'https://evil.example' }],
    ];
    for (const [path, headers] of attempts) {
      const { status } = await ask(path, { method: 'POST', headers, body: '{"order":"start"}' });
      expect([403, 404, 415], `${path} ${JSON.stringify(headers)}`).toContain(status);
    }
    expect(orders).toEqual([]);
  });

  it('name no file, no option and nothing but start and cancel', async () => {
    const post = (body: string) => ask(`/${token}/training`, { method: 'POST', headers: json, body });
    for (const body of ['{}', '[]', 'null', '"start"', '{', '{"order":"rm"}', '{"order":["start"]}', '']) {
      expect((await post(body)).status, body).toBe(400);
    }
    expect((await post(JSON.stringify({ order: 'start', from: 'x'.repeat(9000) }))).status).toBe(413);
    expect(orders).toEqual([]);
    expect(JSON.parse((await post('{"order":"start","from":"/etc/passwd"}')).body).run).toBe(1);
    expect((await post('{"order":"start"}')).status).toBe(409);
    expect((await post('{"order":"cancel"}')).status).toBe(200);
    expect(orders).toEqual(['start', 'start', 'cancel']);
    expect(JSON.parse((await ask(`/${token}/training`)).body).phase).toBe('idle');
  });
});

describe('whoever wastes the time of the server', () => {
  it('is cut off: a head or a body that does not come whole', async () => {
    const strict = await startExploreServer({
      page: new Map(),
      data: createDataFiles(),
      session: {},
      labels: await openLabelStore(join(folder, 'strict.csv')),
      basemapOrigins: [],
      limits: { headersTimeout: 100, requestTimeout: 150, connectionsCheckingInterval: 20 },
    });
    const { host, port, pathname } = new URL(strict.url);
    for (const text of [
      'GET / HT',
      `POST ${pathname}labels HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ]) {
      expect(await askRaw(text, Number(port))).toMatch(/^(HTTP\/1\.1 408|$)/);
    }
    await strict.close();
  });

  it('keeps nobody else waiting when a body does not come', async () => {
    const slow = createConnection(Number(base.port), base.hostname);
    slow.write(
      `POST /${token}/labels HTTP/1.1\r\nHost: ${base.host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    // While one sender dawdles, others are answered; and the sender's end is no error of the server.
    expect((await ask(base.pathname)).status).toBe(200);
    slow.destroy();
    expect((await ask(base.pathname)).status).toBe(200);
  });

  it('gets an error for what is no HTTP, and others are served on', async () => {
    for (const text of [
      'GET\r\n\r\n',
      '\0\0\0\0\r\n\r\n',
      `GET ${base.pathname} HTTP/1.1\r\nHost: ${base.host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: ${base.host}\r\n\r\n`,
    ]) {
      expect(await askRaw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect(
      await askRaw(`GET http://${base.host}${base.pathname} HTTP/1.0\r\nHost: ${base.host}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 404/);
    expect((await ask(base.pathname)).status).toBe(200);
  });

  it('cannot hold a file by many ranges that it does not read', async () => {
    const asked = Array.from({ length: 40 }, () => {
      const socket = createConnection(Number(base.port), base.hostname);
      socket.on('error', () => {});
      socket.write(
        `GET /${token}/data/map.parquet HTTP/1.1\r\nHost: ${base.host}\r\nRange: bytes=0-3\r\n\r\n`,
      );
      socket.pause();
      return socket;
    });
    const answer = await ask(`/${token}/data/map.parquet`, { headers: { Range: 'bytes=0-3' } });
    expect(answer.body).toBe('PAR1');
    for (const socket of asked) socket.destroy();
  });
});

/** Sends bytes as they are; `http.request` would always add a Host header. */
function askRaw(text: string, port = Number(base.port)): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, base.hostname, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
