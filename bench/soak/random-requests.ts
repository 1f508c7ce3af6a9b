import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Random } from '../../src/random.js';

/** One request, answered or given up in the middle. */
type Click = (url: string, random: Random) => Promise<void>;

const CLICKS: readonly Click[] = [
  (url) => send(`${url}`),
  (url) => send(`${url}session.json`),
  (url) => send(`${url}labels`),
  (url) => send(`${url}no-such-file`),
  (url) => send(new URL('/wrong-token/', url).href),
  (url, random) => send(`${url}data/result.parquet`, { headers: { range: randomRange(random) } }),
  (url, random) => send(`${url}data/result.parquet`, { headers: { range: randomRange(random) } }),
  (url) => send(`${url}data/result.parquet`, { headers: { range: 'bytes=99999999-' } }),
  (url) => send(`${url}labels`, { method: 'POST', headers: JSON_TYPE }, '{"pid":""}'),
  (url) => giveUp(`${url}data/result.parquet`),
];

const JSON_TYPE = { 'content-type': 'application/json' };

/** Requests as a page makes them, and as it does not: ranges, wrong addresses, refused labels, broken connections. */
export async function sendRandomRequests(url: string, random: Random, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await CLICKS[random.integer(CLICKS.length)](url, random);
  const label = { pid: `p${random.integer(1000)}`, label: 'Stable', annotator: 'soak' };
  await send(`${url}labels`, { method: 'POST', headers: JSON_TYPE }, JSON.stringify(label));
}

function randomRange(random: Random): string {
  const start = random.integer(50_000);
  return `bytes=${start}-${start + random.integer(20_000)}`;
}

function send(url: string, options: RequestOptions = {}, body?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, ...options }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
}

/** Hangs up after the first bytes of the answer. */
function giveUp(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (response: IncomingMessage) => {
      response.once('data', () => asked.destroy());
      response.on('close', () => resolve()).on('error', () => {});
    });
    asked.on('error', reject).end();
  });
}
