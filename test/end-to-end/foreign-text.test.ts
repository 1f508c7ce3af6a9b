import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles } from 'pmtiles';
import { describe, expect, it } from 'vitest';
import type { ProgramRun } from '../../bench/run-program.js';
import { runCli, withFolder } from './run-cli.js';

/**
 * Names and texts that come from files of others, in everything that is written with them in it: parsed by Python's own
 * parsers, they have to be found as the texts that they are, and nothing else may be found that was not there before.
 */
const PYTHON = process.env.GROUNDTREND_PYTHON ?? 'python3';
const PARSER = fileURLToPath(new URL('../reference/read_texts.py', import.meta.url));
const isMissing = process.env.CI !== 'true' && spawnSync(PYTHON, ['-c', '']).status !== 0;
const note = isMissing ? ' (skipped: no Python)' : '';

const HOSTILE = [
  `"><script>window.hacked=1</script>&amp;`,
  `<img src=x onerror='window.hacked=2'>`,
  ']]><!-- &#x0; &#60;b&#62; -->',
  `=cmd|' /C calc'!A0`,
  '-1+1',
  '@SUM(1;2)',
  '+1',
  '\u001b]0;owned\u0007\u001b[2J',
  '\u001b[8mhidden',
  'x\u0085\u009b2Jy',
  '\u202egnp.exe',
  `'; DROP TABLE points; --`,
  `{{7*7}}$\{7*7}%s%n`,
  '../../etc/passwd',
  'tab\there',
  'é漢🛰',
  '"',
  '\\',
];
/** As many, of the same lengths and order, that nobody need fear. */
const HARMLESS = HOSTILE.map((_, i) => `point-${i}.`);
const ATTRIBUTE = `<b title="x">&'=1\u001b[2J`;
const FORGED = 'groundtrend: all is well';
const FILE_NAME = `<img src=x onerror=1>&"'\u001b[2J\n${FORGED}\n=1.csv`;

/** XML has no way at all to hold control characters below U+0020 but blanks. */
const inXml = (text: string) =>
  text.replaceAll(/\p{Cc}/gu, (control) => (/[\t\n\r\u007f-\u009f]/.test(control) ? control : '\ufffd'));

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** One a class, by the number of the date. */
const MOTIONS: readonly ((date: number) => number)[] = [
  (date) => 0.6 * date,
  (date) => 0.02 * date * date,
  (date) => 2 * Math.max(0, date - 30),
  (date) => (date < 25 ? 0 : 27.7),
  () => 0,
];

/**
 * Points that move differently, so that reports have something to show; each tells its own name in an attribute, too.
 */
async function writePoints(
  folder: string,
  pids: readonly string[],
  attribute: string,
  name: string,
): Promise<string> {
  const days = Array.from({ length: 60 }, (_, i) =>
    new Date(Date.UTC(2020, 0, 1 + 12 * i)).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const rows = pids.map((pid, i) => {
    const motion = MOTIONS[i % MOTIONS.length];
    const series = days.map((_, k) => (motion(k) * (1 + 0.1 * i) + 1.5 * Math.sin(5 * i + k * k)).toFixed(1));
    return [quote(pid), 13 + 0.001 * i, 38 + 0.001 * i, quote(pid), ...series].join(',');
  });
  const path = join(folder, name);
  await writeFile(
    path,
    `${['pid,longitude,latitude', quote(attribute), ...days].join(',')}\n${rows.join('\n')}\n`,
  );
  return path;
}

function parse(kind: string, path: string): never {
  return JSON.parse(
    execFileSync(PYTHON, [PARSER, kind, path], { encoding: 'utf8', maxBuffer: 1 << 26 }),
  ) as never;
}

interface Document {
  readonly elements: readonly (readonly string[])[];
  readonly texts: readonly string[];
  readonly values: readonly (string | null)[];
}

async function run(...args: string[]): Promise<ProgramRun> {
  const result = await runCli(args);
  expect(result.status, result.stderr).toBe(0);
  expectQuietTerminal(result);
  return result;
}

/** Control characters as JSON writes them. */
function shownInTerminal(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (control) => `\\u${control.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}

/** What a terminal is shown holds no character that it would act upon, and no line that a name has made. */
function expectQuietTerminal({ stdout, stderr }: ProgramRun): void {
  expect(`${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u);
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith(FORGED))).toEqual([]);
}

describe.skipIf(isMissing)(`texts of others${note}`, () => {
  it(
    'come back from tables as they were, names of columns too',
    () =>
      withFolder(async (folder) => {
        const input = await writePoints(folder, HOSTILE, ATTRIBUTE, FILE_NAME);
        const path = (name: string) => join(folder, name);
        await run('convert', input, ...['a.csv', 'a.geojson', 'a.kmz', 'a.pmtiles'].map(path));

        const [titles, ...rows] = parse('csv', path('a.csv')) as string[][];
        expect(titles).toContain(ATTRIBUTE);
        expect(rows.map((row) => row[0])).toEqual(HOSTILE);
        expect(rows.map((row) => row[titles.indexOf(ATTRIBUTE)])).toEqual(HOSTILE);

        const features = parse('geojson', path('a.geojson')) as Record<string, string>[];
        expect(features.map(({ pid }) => pid)).toEqual(HOSTILE);
        expect(features.map((feature) => feature[ATTRIBUTE])).toEqual(HOSTILE);

        const places = parse('kmz', path('a.kmz')) as { name: string; data: Record<string, string> }[];
        expect(places.map(({ name }) => name)).toEqual(HOSTILE.map(inXml));
        expect(places.map(({ data }) => data.pid)).toEqual(HOSTILE.map(inXml));
        expect(places.map(({ data }) => data[inXml(ATTRIBUTE)])).toEqual(HOSTILE.map(inXml));

        const archive = openArchive(path('a.pmtiles'));
        const { maxZoom } = await archive.getHeader();
        const metadata = (await archive.getMetadata()) as { vector_layers: { fields: object }[] };
        expect(Object.keys(metadata.vector_layers[0].fields)).toContain(ATTRIBUTE);
        const seen = new Set<unknown>();
        for (const [x, y] of tilesAround(maxZoom)) {
          const tile = await archive.getZxy(maxZoom, x, y);
          const layer = tile && new VectorTile(new PbfReader(new Uint8Array(tile.data))).layers.points;
          for (let i = 0; i < (layer?.length ?? 0); i++) {
            const { pid, [ATTRIBUTE]: value } = layer!.feature(i).properties;
            expect(value).toBe(pid);
            seen.add(pid);
          }
        }
        expect(seen).toEqual(new Set(HOSTILE));
      }),
    60_000,
  );

  it(
    'are texts in the report and its drawings, which have the same elements as with harmless ones',
    () =>
      withFolder(async (folder) => {
        const documents: Document[] = [];
        for (const [pids, title, name] of [
          [HOSTILE, HOSTILE[0], FILE_NAME],
          [HARMLESS, 'A title', 'harmless.csv'],
        ] as const) {
          const input = await writePoints(folder, pids, 'a', name);
          const map = join(folder, name.replace('.csv', '.parquet'));
          await run('classify', input, '-o', map, '--keep-series', '--model', 'lite');
          const output = join(folder, 'report.html');
          await run('report', map, '-o', output, '--title', title, '--overwrite');
          documents.push(parse('html', output));
        }
        const [hostile, harmless] = documents;
        expect(hostile.elements).toEqual(harmless.elements);
        expect(hostile.elements.length).toBeGreaterThan(100);
        expect(
          hostile.elements.filter(([tag, ...names]) => tag === 'script' || names.includes('onerror')),
        ).toEqual([]);
        expect(hostile.texts).toContain(HOSTILE[0]);
        // Every text with a name in it is the harmless one with the other name in its place.
        const shown = HARMLESS.flatMap((name, i) =>
          harmless.texts.some((text) => text.includes(name)) ? [HOSTILE[i]] : [],
        );
        expect(shown.length).toBeGreaterThan(3);
        for (const pid of shown) {
          expect(hostile.texts.some((text) => text.includes(inXml(pid)))).toBe(true);
        }
      }),
    60_000,
  );

  it(
    'are texts in the figure of a point and in the terminal',
    () =>
      withFolder(async (folder) => {
        const input = await writePoints(folder, HOSTILE, ATTRIBUTE, FILE_NAME);
        const inspected = await run('inspect', input);
        expect(inspected.stdout.split('\n')[0]).toContain(shownInTerminal(FILE_NAME));
        expectQuietTerminal(inspected);
        for (const pid of [HOSTILE[2], HOSTILE[7], HOSTILE[9], HOSTILE[10]]) {
          const figure = join(folder, 'figure.svg');
          const described = await run(
            'describe',
            input,
            `--pid=${pid}`,
            '--svg',
            figure,
            '--overwrite',
            '--model',
            'lite',
          );
          expect(described.stdout.split('\n')[0]).toContain(shownInTerminal(pid));
          const { elements, texts } = parse('xml', figure) as Document;
          expect(texts.some((text) => text.startsWith(inXml(pid)))).toBe(true);
          expect(elements.filter(([tag]) => /script|img|foreignObject/.test(tag))).toEqual([]);
          const { stdout } = await run('describe', input, `--pid=${pid}`, '--json', '--model', 'lite');
          expect((JSON.parse(stdout) as { pid: string }).pid).toBe(pid);
        }
        for (const args of [
          ['describe', input, '--pid', '\u001b[2Jno such'],
          ['describe', input, '--pid', `no such\n${FORGED}`],
          ['inspect', join(folder, `missing\n${FORGED}`)],
        ]) {
          const missing = await runCli(args);
          expect(missing.status).toBe(3);
          expectQuietTerminal(missing);
        }
        const map = join(folder, `map\n${FORGED}.csv`);
        for (const args of [
          ['convert', input, join(folder, `table\n${FORGED}.csv`)],
          ['classify', input, '-o', map, '--model', 'lite'],
          ['shard', 'plan', input, '--into', '1', '-o', join(folder, `job\n${FORGED}`)],
        ]) {
          expectQuietTerminal(await run(...args));
        }
      }),
    120_000,
  );

  it(
    'are texts in statistics: the page, its tables, and the terminal',
    () =>
      withFolder(async (folder) => {
        const input = await writePoints(folder, HARMLESS, 'a', 'points.csv');
        const map = join(folder, 'map.parquet');
        await run('classify', input, '-o', map, '--keep-series', '--model', 'lite');
        const names = HOSTILE;
        const documents: Document[] = [];
        for (const titles of [names, names.map((_, i) => `place-${i}`)]) {
          const places = join(folder, 'places.geojson');
          await writeFile(
            places,
            JSON.stringify({ type: 'FeatureCollection', features: titles.map(square) }),
          );
          const outputs = ['stats.csv', 'stats.geojson'].map((name) => join(folder, name));
          const chart = join(folder, 'stats.html');
          await run('stats', map, '--by', places, '-o', ...outputs, '--chart', chart, '--overwrite');
          const [header, ...rows] = parse('csv', outputs[0]) as string[][];
          expect(rows.map((row) => row[header.indexOf('name')])).toEqual(titles);
          const features = parse('geojson', outputs[1]) as Record<string, string>[];
          expect(features.map(({ name }) => name)).toEqual(titles);
          documents.push(parse('html', chart));
        }
        const [hostile, harmless] = documents;
        expect(hostile.elements).toEqual(harmless.elements);
        for (const name of names) expect(hostile.texts.some((text) => text.includes(inXml(name)))).toBe(true);
      }),
    60_000,
  );

  it(
    'stay out of the style beside a map, which is XML whatever the map is called',
    () =>
      withFolder(async (folder) => {
        const input = await writePoints(folder, HOSTILE, ATTRIBUTE, 'points.csv');
        const map = join(folder, `<a>&"'.geojson`);
        await run('classify', input, '-o', map, '--model', 'lite');
        const { elements, values } = parse('xml', map.replace('.geojson', '.qml')) as Document;
        expect(elements[0][0]).toBe('qgis');
        expect(values).toContain('class');
        expect(values.filter((value) => HOSTILE.includes(value ?? ''))).toEqual([]);
      }),
    60_000,
  );
});

/** A square around the point of this number. */
function square(name: string, i: number) {
  const [west, south] = [13 + 0.001 * i - 0.0004, 38 + 0.001 * i - 0.0004];
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ].map(([x, y]) => [west + 0.0008 * x, south + 0.0008 * y]);
  return { type: 'Feature', properties: { name }, geometry: { type: 'Polygon', coordinates: [corners] } };
}

function openArchive(path: string): PMTiles {
  const bytes = readFileSync(path);
  return new PMTiles({
    getKey: () => path,
    getBytes: async (offset, length) => ({
      data: bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + length) as ArrayBuffer,
    }),
  });
}

/** Tiles of a zoom that hold 13.00 to 13.02 east, 38.00 to 38.02 north. */
function tilesAround(zoom: number): [x: number, y: number][] {
  const column = (longitude: number) => Math.floor(((longitude + 180) / 360) * 2 ** zoom);
  const row = (latitude: number) => {
    const angle = (latitude * Math.PI) / 180;
    return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom);
  };
  const tiles: [number, number][] = [];
  for (let x = column(12.999); x <= column(13.021); x++) {
    for (let y = row(38.021); y <= row(37.999); y++) tiles.push([x, y]);
  }
  return tiles;
}
