import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import type { ByteSource } from '../../../src/read/byte-source.js';
import { openDelimited } from '../../../src/read/delimited/open-delimited.js';
import { openDatasets } from '../../../src/read/open-datasets.node.js';
import { MM_PER_UNIT } from '../../../src/read/read-options.js';
import type { SourceDataset } from '../../../src/read/source-dataset.js';
import { plainDate } from '../../reference/plain-points.js';
import { plainAttribute, readTextPlainly } from '../../reference/read-text-plainly.js';
import { collectBatches, compareWithReference } from '../compare-points.js';
import { readSeeds } from '../corpus.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateText, ODD_CELLS, ODD_TEXTS } from '../mutate-text.js';
import type { FuzzInput, FuzzTarget } from '../target.js';

const HEADERS = [
  ['pid', 'latitude', 'longitude', 'note', 'height', '20191228', '20200103', 'D20200109'],
  ['pid', 'longitude', 'latitude', '2020-02-29', '2020_03_01', 'name_of'],
  ['lat', 'lon', 'id', 'D_20200301', 'D_20200229', 'velocity', 'coherence'],
  ['20200103', '20200109', 'latitude', 'longitude'],
  ['pid', 'latitude', 'longitude', '__proto__', 'constructor', '20200103', '20200109', '20200115'],
];

/** A whole table from its parts: titles, cells, delimiters, marks and line ends, mostly sound and now and then odd. */
const table: Arbitrary<string> = fc
  .record({
    header: fc.constantFrom(...HEADERS),
    delimiter: fc.constantFrom(',', ';', '\t'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('.', '.', ','),
    rows: fc.array(
      fc.record({
        values: fc.array(fc.integer({ min: -9999, max: 9999 }), { minLength: 8, maxLength: 8 }),
        pid: fc.oneof(
          { weight: 6, arbitrary: fc.nat(60).map((n) => `p${n}`) },
          fc.constantFrom(...ODD_TEXTS),
        ),
        odd: fc.option(
          fc.tuple(fc.nat(9), fc.oneof(fc.constantFrom(...ODD_CELLS), fc.double().map(String), fc.string())),
          { freq: 3 },
        ),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    end: fc.constantFrom('', '\n', '\r\n', '\n\n', '\u001a'),
    start: fc.constantFrom('', '', '', '\ufeff'),
  })
  .map(({ header, delimiter, lineEnd, mark, rows, end, start }) => {
    const number = (value: number, decimals: number) =>
      (value / 10 ** decimals).toFixed(decimals).replace('.', delimiter === ',' ? '.' : mark);
    const lines = rows.map(({ values, pid, odd }, row) => {
      const cells = header.map((name, column) => {
        if (/^(pid|id|name_of)$/.test(name)) return pid;
        if (/^lat/.test(name)) return number(380_000 + row, 4);
        if (/^lon/.test(name)) return number(130_000 + 7 * row, 4);
        return plainDate(name) === undefined && values[column] % 3 === 0 ? pid : number(values[column], 1);
      });
      if (odd !== null) cells[odd[0]] = odd[1];
      return cells.join(delimiter);
    });
    return start + [header.join(delimiter), ...lines].join(lineEnd) + end;
  });

const settings = fc.record({
  /** Chunks of these lengths in turn: rows are cut anywhere. */
  pieces: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 }),
  pointsPerBatch: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(8192)),
  units: fc.constantFrom('mm', 'mm', 'cm', 'm'),
});

/** Tables of text, cut into chunks and batches of any size, against the reader that takes a character at a time. */
export const delimited: FuzzTarget = {
  name: 'delimited',
  share: 10,
  async prepare() {
    const seeds = await readSeeds(['points.csv'], { real: /\.csv$/, bytes: 20_000 });
    const texts = seeds.map((seed) => new TextDecoder().decode(seed));
    const encoder = new TextEncoder();
    const content = fc.oneof(
      { weight: 4, arbitrary: table.map((text) => encoder.encode(text)) },
      {
        weight: 3,
        arbitrary: mutateText(texts, [',', ';', '\t', '"', '\n', '.']).map((text) => encoder.encode(text)),
      },
      { weight: 2, arbitrary: mutateBytes(seeds) },
    );
    return {
      inputs: fc
        .tuple(content, settings)
        .map(([bytes, how]) => ({ files: { 'points.csv': bytes }, settings: how })),
      check: checkTable,
    };
  },
};

async function checkTable({ files, settings: how }: FuzzInput, folder: string): Promise<void> {
  const bytes = files['points.csv'];
  const { pieces, pointsPerBatch, units } = how as { pieces: number[]; pointsPerBatch: number; units: 'mm' };
  const dataset = await openDelimited(sourceOf(bytes, pieces), { units });
  await compareTable(dataset, bytes, pointsPerBatch, units);
  // From the disk, cut into stretches as the shards of a job are.
  if (bytes.length % 8 !== 0) return;
  const path = join(folder, 'points.csv');
  await writeFile(path, bytes);
  const [onDisk] = await openDatasets([path], { units });
  await compareTable(onDisk, bytes, pointsPerBatch, units);
}

async function compareTable(
  dataset: SourceDataset,
  bytes: Uint8Array,
  pointsPerBatch: number,
  units: 'mm' | 'cm' | 'm',
): Promise<void> {
  const batches = await collectBatches(dataset, pointsPerBatch);
  const reference = readTextPlainly(bytes, MM_PER_UNIT[units]);
  if (reference === undefined) return;
  compareWithReference(dataset, batches, reference, {
    attributeOf: (cell, field) =>
      dataset.fields[field].kind === 'text'
        ? cell
        : plainAttribute(String(cell), reference.mark === ',' ? 'comma' : 'point'),
  });
}

/** A source of pieces that overwrites each once the next is asked for, as it may. */
function sourceOf(bytes: Uint8Array, pieces: readonly number[]): ByteSource {
  return {
    name: 'points.csv',
    totalBytes: bytes.length,
    async *open() {
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const piece = bytes.slice(at, at + pieces[turn % pieces.length]);
        yield piece;
        at += piece.length;
        piece.fill(0x39);
      }
    },
  };
}
