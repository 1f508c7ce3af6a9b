import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { createDataFiles } from '../../../src/server/data-files.js';
import { startExploreServer } from '../../../src/server/explore-server.js';
import { openLabelStore } from '../../../src/server/label-store.js';
import { mutateText, ODD_TEXTS } from '../mutate-text.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const SECRET = 'nobody may read this';
/** Stand for what is known once the server runs. */
const [TOKEN, HOST] = ['@token@', '@host@'];

const request = (line: string, headers: readonly string[], body = '') =>
  [`${line} HTTP/1.1`, `Host: ${HOST}`, ...headers, 'Connection: close', '', body].join('\r\n');

const LABEL = '{"pid":"P1","label":"Linear","annotator":"ann","note":"x"}';
const SEEDS = [
  request(`GET /${TOKEN}/`, []),
  request(`GET /${TOKEN}/data/map.parquet`, ['Range: bytes=10-19']),
  request(`HEAD /${TOKEN}/data/map.parquet`, []),
  request(`GET /${TOKEN}/labels`, [`Origin: http://${HOST}`]),
  request(
    `POST /${TOKEN}/labels`,
    ['Content-Type: application/json', `Content-Length: ${LABEL.length}`],
    LABEL,
  ),
  request(`GET /${TOKEN}/../../secret.txt`, ['Sec-Fetch-Site: cross-site']),
];

const NUMBERS = [
  '0',
  '9',
  '10',
  '999',
  '1000',
  '-1',
  '99999999999999999999',
  '',
  '5-',
  '-5',
  '0-0',
  '1e3',
  '0x5',
];
const requests: Arbitrary<string> = fc.oneof(
  mutateText(
    SEEDS,
    ['/', '..', '%2e', '%2f', '\\', '?', '#', ' ', '\r\n', ':', ',', '{', '"', '\u0000'],
    [
      ...ODD_TEXTS,
      ...NUMBERS,
      '../secret.txt',
      '__proto__',
      'constructor',
      'http://evil.example',
      'TRACE',
      'OPTIONS',
    ],
  ),
  fc
    .tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(...NUMBERS))
    .map(([first, last]) => request(`GET /${TOKEN}/data/map.parquet`, [`Range: bytes=${first}-${last}`])),
  fc
    .tuple(fc.constantFrom(...ODD_TEXTS), fc.constantFrom(...ODD_TEXTS, 'Linear'), fc.string())
    .map(([pid, label, annotator]) => JSON.stringify({ pid, label, annotator }))
    .map((body) =>
      request(
        `POST /${TOKEN}/labels`,
        ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`],
        body,
      ),
    ),
);

/** A request that is not whole is waited for; its sender gives up. */
const GIVE_UP_MS = 60;
/** A whole one is answered, on a busy machine too. */
const ANSWER_MS = 5000;

/** Raw requests to the server of the page: nothing is read that was not opened, ranges are exact, and it lives on. */
export const server: FuzzTarget = {
  name: 'server',
  share: 5,
  async prepare() {
    const folder = await mkdtemp(join(tmpdir(), 'groundtrend-fuzz-'));
    const file = (name: string) => join(folder, name);
    await writeFile(file('map.parquet'), FILE);
    await writeFile(file('index.html'), '<meta charset="utf-8" />');
    await writeFile(file('secret.txt'), SECRET);
    const labels = await openLabelStore(file('labels.csv'));
    const data = createDataFiles();
    await data.add('map.parquet', file('map.parquet'));
    const { url } = await startExploreServer({
      page: new Map([['index.html', { path: file('index.html'), type: 'text/html' }]]),
      data,
      session: { isSession: true },
      labels,
      basemapOrigins: [],
    });
    const { host, pathname } = new URL(url);
    const token = pathname.split('/')[1];
    const fill = (text: string) => text.replaceAll(TOKEN, token).replaceAll(HOST, host);
    return {
      inputs: requests.map((text) => ({ files: { 'request.txt': new TextEncoder().encode(text) } })),
      check: async ({ files }: FuzzInput) => {
        const text = new TextDecoder().decode(files['request.txt']);
        const known = labels.entries.length;
        const answer = await ask(host, fill(text));
        checkAnswer(text, answer);
        if (labels.entries.length > known + 1) throw new WrongValue('one request wrote several labels');
        const alive = await ask(host, fill(request(`GET /${TOKEN}/session.json`, [])), ANSWER_MS);
        if (!alive.toString('latin1').endsWith('{"isSession":true}'))
          throw new WrongValue('it answers no more');
      },
    };
  },
};

function checkAnswer(asked: string, answer: Buffer): void {
  const text = answer.toString('latin1');
  if (text.includes(SECRET)) throw new WrongValue('a file was read that nobody opened');
  const isAnswered = /^HTTP\/1\.1 (2\d\d|4\d\d|50[17]) /.test(text);
  if (text !== '' && !isAnswered) throw new WrongValue(`answers ${text.slice(0, 200)}`);
  if (/^HTTP\/1\.1 2/.test(text) && !asked.includes(TOKEN)) throw new WrongValue('answers without the token');
  const range = /^HTTP\/1\.1 206 .*?Content-Range: bytes (\d+)-(\d+)\/1000\r\n.*?\r\n\r\n/is.exec(text);
  if (range === null || asked.startsWith('HEAD')) return;
  const [start, end] = [Number(range[1]), Number(range[2])];
  const body = answer.subarray(range[0].length);
  if (!body.equals(FILE.subarray(start, end + 1))) throw new WrongValue(`bytes ${start}-${end} are others`);
  const wanted = /Range: bytes=(\d+)-(\d+)\r\n/i.exec(asked);
  const isAsked =
    wanted === null || (start === Number(wanted[1]) && end === Math.min(999, Number(wanted[2])));
  if (!isAsked) throw new WrongValue(`${wanted?.[0]} is answered with ${start}-${end}`);
}

/** Sends bytes and gives what comes back until the other end closes, or nothing comes for so long. */
function ask(host: string, text: string, silenceMs = GIVE_UP_MS): Promise<Buffer> {
  const [name, port] = host.split(':');
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect({ host: name, port: Number(port) }, () => socket.write(text));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(pieces)));
  });
}
