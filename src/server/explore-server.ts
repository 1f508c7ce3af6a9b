import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { GroundTrendError } from '../errors.js';
import { sendJson, sendText } from './answers.js';
import type { DataFiles } from './data-files.js';
import { answerLabels } from './label-requests.js';
import type { LabelStore } from './label-store.js';
import type { PageFile } from './page-files.js';
import { createToken, guardRequest } from './request-guard.js';
import { securityHeaders } from './security-headers.js';
import type { TrainingJob } from './training-job.js';
import { answerTraining } from './training-requests.js';

/** Against whoever sends without end: a request must come whole, and soon. Milliseconds and bytes. */
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
};
const MOST_CONNECTIONS = 200;

export interface ExploreServerOptions {
  /** The built page, from `listPageFiles`. */
  readonly page: ReadonlyMap<string, PageFile>;
  /** Files that the page may read by ranges; closed with the server. */
  readonly data: DataFiles;
  /** What the page is told at its start; any JSON. */
  readonly session: unknown;
  readonly labels: LabelStore;
  /** Left out where the series of the map are not at hand. */
  readonly training?: TrainingJob;
  readonly basemapOrigins: readonly string[];
  /** Name or address to listen on; this machine alone where left out. */
  readonly host?: string;
  /** 0 takes any that is free. */
  readonly port?: number;
  /** Other limits for the time and size of requests. */
  readonly limits?: Partial<typeof LIMITS>;
}

export interface ExploreServer {
  /** The address to open, token included. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page and the opened files to whoever has the address with its random token. Nothing else can be read:
 * names are looked up in fixed tables and files are held open from the start.
 */
export async function startExploreServer(options: ExploreServerOptions): Promise<ExploreServer> {
  const { host = '127.0.0.1', port = 0, page, data, labels, training } = options;
  const token = createToken();
  const headers = securityHeaders(options.basemapOrigins);
  let hosts: ReadonlySet<string> = new Set();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const guarded = guardRequest(request, token, hosts);
    if ('status' in guarded) return sendText(response, guarded.status, guarded.why);
    const path = guarded.path === '' ? 'index.html' : guarded.path;
    if (path === 'labels') return await answerLabels(request, response, labels);
    if (path === 'training' && training) return await answerTraining(request, response, training);
    if (request.method === 'POST') return sendText(response, 405, 'Nothing can be written here.');
    if (path === 'session.json') return sendJson(response, options.session);
    if (path.startsWith('data/') && data.send(path.slice('data/'.length), request, response)) return;
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

  const server = createServer({ ...LIMITS, ...options.limits }, (request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'This could not be answered.');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  hosts = allowedHosts(host, bound);
  return {
    url: `http://${isAny(host) ? hostname() : formatHost(host)}:${bound}/${token}/`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await training?.close();
      await data.close();
      await labels.close();
    },
  };
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
