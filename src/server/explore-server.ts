import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { GroundTrendError } from '../errors.js';
import type { LabelEntry } from '../evaluate/label-log.js';
import { parseRange } from './byte-range.js';
import type { LabelStore } from './label-store.js';
import type { PageFile } from './page-files.js';
import { createToken, guardRequest } from './request-guard.js';
import { securityHeaders } from './security-headers.js';

const LARGEST_BODY_BYTES = 8192;
const LARGEST_HEADER_BYTES = 16_384;
const REQUEST_MS = 30_000;
/** A single answer holds no more than this; a reader asks again for the rest. */
const LARGEST_RANGE_BYTES = 256 << 20;

export interface ExploreServerOptions {
  /** The built page, from `listPageFiles`. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Files that the page may read by ranges, by the name it asks for. */
  readonly data: Readonly<Record<string, string>>;
  /** What the page is told at its start; any JSON. */
  readonly session: unknown;
  readonly labels: LabelStore;
  readonly basemapOrigins: readonly string[];
  /** Name or address to listen on; this machine alone where left out. */
  readonly host?: string;
  /** 0 takes any that is free. */
  readonly port?: number;
}

export interface ExploreServer {
  /** The address to open, token included. */
  readonly url: string;
  close(): Promise<void>;
}

interface DataFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Serves the page and the opened files to whoever has the address with its random token. Nothing else can be read:
 * names are looked up in fixed tables and files are held open from the start.
 */
export async function startExploreServer(options: ExploreServerOptions): Promise<ExploreServer> {
  const { host = '127.0.0.1', port = 0, page, labels } = options;
  const token = createToken();
  const headers = securityHeaders(options.basemapOrigins);
  const data = await openData(options.data);
  let hosts: ReadonlySet<string> = new Set();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const guarded = guardRequest(request, token, hosts);
    if ('status' in guarded) return sendText(response, guarded.status, guarded.why);
    const path = guarded.path === '' ? 'index.html' : guarded.path;
    if (path === 'labels') return await answerLabels(request, response, labels);
    if (request.method === 'POST') return sendText(response, 405, 'Nothing can be written here.');
    if (path === 'session.json') return sendJson(response, options.session);
    if (path.startsWith('data/')) {
      const file = data.get(path.slice('data/'.length));
      if (file) return sendRange(request, response, file);
    }
    const file = page.get(path);
    if (file === undefined) return sendText(response, 404, 'There is no such file.');
    response.setHeader('Content-Type', file.type);
    if (path === 'index.html') {
      const html = await readFile(file.path, 'utf8');
      // The mark by which the page knows that somebody answers for session.json.
      response.end(
        html.replace(
          '<meta charset="utf-8"',
          '<meta name="groundtrend-session" content="session.json"><meta charset="utf-8"',
        ),
      );
    } else if (request.method === 'HEAD') response.end();
    else
      createReadStream(file.path)
        .on('error', () => response.destroy())
        .pipe(response);
  }

  const server = createServer(
    { maxHeaderSize: LARGEST_HEADER_BYTES, requestTimeout: REQUEST_MS },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendText(response, 500, error instanceof Error ? error.message : String(error));
      });
    },
  );
  await listen(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  hosts = allowedHosts(host, bound);
  return {
    url: `http://${isAny(host) ? hostname() : formatHost(host)}:${bound}/${token}/`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...data.values()].map(({ handle }) => handle.close()));
      await labels.close();
    },
  };
}

async function openData(paths: Readonly<Record<string, string>>): Promise<Map<string, DataFile>> {
  const files = new Map<string, DataFile>();
  for (const [name, path] of Object.entries(paths)) {
    const handle = await open(path, 'r');
    files.set(name, { handle, size: (await handle.stat()).size });
  }
  return files;
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The names this server may be asked by: this machine's own, and no foreign ones. */
function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]', formatHost(host)];
  if (isAny(host)) {
    names.push(hostname());
    for (const addresses of Object.values(networkInterfaces())) {
      names.push(...(addresses ?? []).map(({ address }) => formatHost(address)));
    }
  }
  return new Set(names.map((name) => `${name.toLowerCase()}:${port}`));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new GroundTrendError(
          'usage',
          `The page cannot be served on ${formatHost(host)}:${port}: ${cause.message}.`,
          {
            advice: 'Leave out --port to take any that is free.',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

async function answerLabels(
  request: IncomingMessage,
  response: ServerResponse,
  labels: LabelStore,
): Promise<void> {
  if (request.method !== 'POST') return sendJson(response, labels.entries);
  if (request.headers['content-type'] !== 'application/json') {
    return sendText(response, 415, 'A label comes as application/json.');
  }
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('Connection', 'close');
    return sendText(response, 413, `A label is no longer than ${LARGEST_BODY_BYTES} bytes.`);
  }
  try {
    const { pid, label, annotator, note = '' } = JSON.parse(body) as Partial<LabelEntry>;
    const entry = { pid, label, annotator, note, date: new Date().toISOString() } as LabelEntry;
    await labels.append(entry);
    sendJson(response, entry);
  } catch (error) {
    const isOurs = error instanceof GroundTrendError && error.code === 'output';
    sendText(response, isOurs ? 507 : 400, (error as Error).message);
  }
}

/** The body as text, or `undefined` once it is longer than allowed. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sendRange(request: IncomingMessage, response: ServerResponse, { handle, size }: DataFile): void {
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Type', 'application/octet-stream');
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    sendText(response, 416, 'The file ends before this range.');
    return;
  }
  let start = 0;
  let end = size - 1;
  if (range !== 'whole') {
    start = range.start;
    end = Math.min(range.end, start + LARGEST_RANGE_BYTES - 1);
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  }
  response.setHeader('Content-Length', end - start + 1);
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  // Many ranges are read at once from one descriptor, which stays open.
  createReadStream('', { fd: handle.fd, start, end, autoClose: false })
    .on('error', () => response.destroy())
    .pipe(response);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}
