import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { createDataFiles } from '../../../src/server/data-files.js';
import { startExploreServer } from '../../../src/server/explore-server.js';
import { type LabelStore, openLabelStore } from '../../../src/server/label-store.js';
import { answerPlainly, type PlainAnswer, type PlainLabel } from '../../reference/answer-plainly.js';
import { splitPlainly } from '../../reference/split-plainly.js';
import { mutateText, ODD_TEXTS } from '../mutate-text.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const SECRET = 'nobody may read this';
const SESSION = { isSession: true };
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

/** A request that may not be whole is waited for; its sender gives up. */
const GIVE_UP_MS = 60;
/** A whole one is answered, on a busy machine too. */
const ANSWER_MS = 5000;

/** Raw requests to the server of the page: answered as the reference says, nothing is read that was not opened, and it lives on. */
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
      session: SESSION,
      labels,
      basemapOrigins: [],
    });
    const { host, pathname } = new URL(url);
    const token = pathname.split('/')[1];
    const fill = (text: string) => text.replaceAll(TOKEN, token).replaceAll(HOST, host);
    return {
      inputs: requests.map((text) => ({ files: { 'request.txt': new TextEncoder().encode(text) } })),
      check: async ({ files }: FuzzInput) => {
        const text = fill(new TextDecoder('utf-8', { ignoreBOM: true }).decode(files['request.txt']));
        const expected = answerPlainly(text, { host, token, file: FILE, session: SESSION });
        const known = labels.entries.length;
        const answer = await ask(host, text, expected === undefined ? GIVE_UP_MS : ANSWER_MS);
        checkAnswer(text, token, answer);
        if (labels.entries.length > known + 1) throw new WrongValue('one request wrote several labels');
        if (expected !== undefined) {
          compareAnswer(answer, expected);
          await checkLabel(labels, known, expected.label);
        }
        const alive = await ask(host, fill(request(`GET /${TOKEN}/session.json`, [])), ANSWER_MS);
        if (!alive.toString('latin1').endsWith(JSON.stringify(SESSION)))
          throw new WrongValue('it answers no more');
      },
    };
  },
};

/** What holds of every answer, also where the reference says nothing. */
function checkAnswer(asked: string, token: string, answer: Buffer): void {
  const text = answer.toString('latin1');
  if (text.includes(SECRET)) throw new WrongValue('a file was read that nobody opened');
  const isAnswered = /^HTTP\/1\.1 (2\d\d|4\d\d|50[17]) /.test(text);
  if (text !== '' && !isAnswered) throw new WrongValue(`answers ${text.slice(0, 200)}`);
  if (/^HTTP\/1\.1 2/.test(text) && !asked.includes(token)) throw new WrongValue('answers without the token');
}

function compareAnswer(answer: Buffer, expected: PlainAnswer): void {
  const [, status, head] = /^HTTP\/1\.1 (\d+) [^\r]*\r\n(.*?\r\n)\r\n/s.exec(answer.toString('latin1')) ?? [];
  if (Number(status) !== expected.status) {
    throw new WrongValue(`answers with status ${status}, the reference with ${expected.status}`);
  }
  const range = /^content-range: (.*)\r$/im.exec(head)?.[1];
  if (expected.range !== undefined && range !== expected.range) {
    throw new WrongValue(`answers with ${range}, the reference with ${expected.range}`);
  }
  const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  if (expected.body !== undefined && !body.equals(expected.body)) {
    throw new WrongValue(`answers with ${body.length} bytes, the reference with others: ${body.toString()}`);
  }
}

/** A label that was taken stands in the log and in the file as it was sent, and nothing else does. */
async function checkLabel(labels: LabelStore, known: number, sent: PlainLabel | undefined): Promise<void> {
  const taken = labels.entries
    .slice(known)
    .map(({ pid, label, annotator, note }) => [pid, label, annotator, note]);
  const wanted = sent === undefined ? [] : [[sent.pid, sent.label, sent.annotator, sent.note]];
  if (JSON.stringify(taken) !== JSON.stringify(wanted)) {
    throw new WrongValue(`the log took ${JSON.stringify(taken)}, not ${JSON.stringify(wanted)}`);
  }
  if (sent === undefined) return;
  const lines = splitPlainly(await readFile(labels.path, 'utf8'), ',');
  const [pid, label, annotator, , note] = lines.at(-1)!.cells;
  if (JSON.stringify([pid, label, annotator, note]) !== JSON.stringify(wanted[0])) {
    throw new WrongValue(
      `the file holds ${JSON.stringify(lines.at(-1)!.cells)}, not ${JSON.stringify(wanted[0])}`,
    );
  }
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
