import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { SeriesBatch } from '../../series/series-batch.js';
import type { ByteSource } from '../byte-source.js';
import type { ReadOptions } from '../read-options.js';
import { openDelimited } from './open-delimited.js';

const encoder = new TextEncoder();

/** A source of the given pieces that overwrites each once the next is asked for, as it may. */
function sourceOf(bytes: Uint8Array, pieceLengths: readonly number[], name = 'points.csv'): ByteSource {
  return {
    name,
    totalBytes: bytes.length,
    async *open() {
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const length = pieceLengths[turn % pieceLengths.length];
        const piece = bytes.slice(at, at + length);
        yield piece;
        piece.fill(0x39);
        at += length;
      }
    },
  };
}

interface PlainRow {
  readonly pid: string;
  readonly cells: ReadonlyMap<string, string>;
  readonly displacements: readonly number[];
}

/**
 * The slow and simple reader: split at line ends and delimiters, then `Number`. Unquoted text only. Rows with a
 * displacement of more than a million kilometres are left out.
 */
function readPlainly(text: string, delimiter: string): PlainRow[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split(delimiter);
  const dates = names.filter((name) => /^D?\d{8}$/.test(name));
  const inOrder = dates.toSorted((a, b) => Number(a.replace('D', '')) - Number(b.replace('D', '')));
  const rows = lines.map((line) => {
    const cells = new Map(line.split(delimiter).map((cell, i) => [names[i], cell.trim()]));
    const toNumber = (cell: string) => (cell === '' ? Number.NaN : Number(cell.replace(',', '.')));
    return {
      pid: cells.get('pid')!,
      cells,
      displacements: inOrder.map((name) => Math.fround(toNumber(cells.get(name)!))),
    };
  });
  return rows.filter(({ displacements }) => !displacements.some((value) => Math.abs(value) > 1e12));
}

async function readAll(source: ByteSource, options?: ReadOptions, pointsPerBatch?: number) {
  const dataset = await openDelimited(source, options);
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches({ pointsPerBatch })) batches.push(batch);
  return { dataset, batches };
}

function expectEqual(batches: readonly SeriesBatch[], rows: readonly PlainRow[], degrees = true): void {
  expect(batches.flatMap((batch) => batch.pids)).toEqual(rows.map((row) => row.pid));
  let next = 0;
  for (const batch of batches) {
    const own = rows.slice(next, next + batch.count);
    next += batch.count;
    expectSameBits(batch.displacements, Float32Array.from(own.flatMap((row) => row.displacements)));
    const numbersOf = (name: string) =>
      Float64Array.from(own, (row) =>
        row.cells.get(name) === '' ? Number.NaN : Number(row.cells.get(name)),
      );
    if (degrees) {
      expectSameBits(batch.longitude, numbersOf('longitude'));
      expectSameBits(batch.latitude, numbersOf('latitude'));
    }
    for (const attribute of batch.attributes) {
      if (attribute.kind === 'number') expectSameBits(attribute.values, numbersOf(attribute.name));
      else expect(attribute.values).toEqual(own.map((row) => row.cells.get(attribute.name)));
    }
  }
}

/** By their bits, so that -0 is not 0 and NaN is NaN; and at once, since comparing millions one by one takes minutes. */
function expectSameBits(actual: Float32Array | Float64Array, expected: Float32Array | Float64Array): void {
  const bytesOf = (values: Float32Array | Float64Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (bytesOf(actual).equals(bytesOf(expected))) return;
  const index = actual.findIndex((value, i) => !Object.is(value, expected[i]));
  expect([index, actual.length, actual[index]]).toEqual([index, expected.length, expected[index]]);
}

const number = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -999, max: 999 }).map((tenths) => (tenths / 10).toFixed(1)) },
  { weight: 1, arbitrary: fc.constantFrom('-0.0', '0', '-0', '5.', '.5', '-.5', '+1.5', '007.50', '') },
  { weight: 1, arbitrary: fc.double({ noNaN: true, min: -1e30, max: 1e30 }).map(String) },
  { weight: 1, arbitrary: fc.integer().map((whole) => `${whole}`) },
  {
    weight: 1,
    arbitrary: fc
      .bigInt(-(10n ** 12n), 10n ** 12n)
      .map((digits) => `${digits / 1000n}.${(digits < 0n ? -digits : digits) % 1000n}`),
  },
);

const EGMS_ORDER = ['pid', 'latitude', 'longitude', 'note', 'size', '20191228', '20200103', 'D20200109'];

const table = fc.record({
  rows: fc.array(fc.array(number, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 20 }),
  order: fc.oneof(fc.constant(EGMS_ORDER), fc.shuffledSubarray(EGMS_ORDER, { minLength: EGMS_ORDER.length })),
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  endsOpen: fc.boolean(),
  bom: fc.boolean(),
});

describe('reading against a slow and simple reader', () => {
  it('agrees on generated tables, however they are cut into pieces and batches', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        table,
        pieces,
        fc.integer({ min: 1, max: 9 }),
        async ({ rows, order, delimiter, lineEnd, endsOpen, bom }, lengths, pointsPerBatch) => {
          const records = rows.map((values, index) => {
            const cells: Record<string, string> = {
              pid: `é${index}`,
              latitude: (38 + index / 7).toFixed(6),
              longitude: (-13.5 - index / 9).toFixed(6),
              note: `a ${index}ß`,
              size: values[3] === '' || /^[+-]?0\d|\d{16}/.test(values[3]) ? '1' : values[3],
              20200103: values[0] === '' ? '1' : values[0],
              D20200109: values[1],
              20191228: values[2],
            };
            return order.map((name) => cells[name]).join(delimiter);
          });
          const text = [order.join(delimiter), ...records].join(lineEnd) + (endsOpen ? '' : lineEnd);
          const bytes = encoder.encode((bom ? '\ufeff' : '') + text);
          const { batches } = await readAll(sourceOf(bytes, lengths), undefined, pointsPerBatch);
          expect(batches.every((batch) => batch.count <= pointsPerBatch)).toBe(true);
          expectEqual(batches, readPlainly(text, delimiter));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agrees on decimal commas', async () => {
    const text = 'pid;latitude;longitude;20200103;20200109\na;38,5;13,25;-1,5;2\nb;38,6;13,5;0,125;-0,0\n';
    const { batches } = await readAll(sourceOf(encoder.encode(text), [7]));
    expect([...batches[0].displacements]).toEqual([-1.5, 2, 0.125, -0]);
    expect([...batches[0].latitude]).toEqual([38.5, 38.6]);
  });
});

const folder = fileURLToPath(new URL('../../../../shared/data/egms/', import.meta.url));
const isThere = existsSync(folder);
const zipName = 'EGMS_L2b_022_0845_IW2_VV_2020_2024_1';

describe.skipIf(!isThere)('real EGMS files (skipped where ../shared/data is absent)', () => {
  it.each([
    [`${zipName}.zip`, 11_590, 210, 1_000_003],
    ['EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv', 5_879, 207, 65_536],
    ['EGMS_L3_E45N17_100km_U_2020_2024_1.csv', 289, 304, 1_009],
    ['EGMS_L3_E45N17_100km_E_2020_2024_1.csv', 289, 304, 64],
  ])('agrees on %s', async (name, points, dates, pieceLength) => {
    const stored = readFileSync(folder + name);
    const bytes = name.endsWith('.zip') ? unzipSync(stored)[`${zipName}.csv`] : new Uint8Array(stored);
    const { dataset, batches } = await readAll(sourceOf(bytes, [pieceLength], name));
    expect(dataset.axis.days).toHaveLength(dates);
    expect(dataset.report).toEqual({ rowsRead: points, skipped: [], warnings: [] });
    const rows = readPlainly(new TextDecoder().decode(bytes), ',');
    expect(rows).toHaveLength(points);
    expectEqual(batches, rows, name.includes('L2b'));
  });

  it('finds the L2b points from their eastings and northings, to a tenth of a metre', async () => {
    const bytes = new Uint8Array(readFileSync(`${folder}EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv`));
    const columns = { easting: 'easting', northing: 'northing' };
    const { batches: given } = await readAll(sourceOf(bytes, [65_536]));
    const { batches: projected } = await readAll(sourceOf(bytes, [65_536]), { columns, epsg: 3035 });
    let worst = 0;
    given[0].latitude.forEach((latitude, i) => {
      worst = Math.max(
        worst,
        Math.abs(latitude - projected[0].latitude[i]),
        Math.abs(given[0].longitude[i] - projected[0].longitude[i]),
      );
    });
    // Six decimals in the file: half a unit of rounding, and the two of the metres.
    expect(worst).toBeLessThan(1e-6);
  });

  it('puts the L3 cells on the same island as the L2b points', async () => {
    const bytes = new Uint8Array(readFileSync(`${folder}EGMS_L3_E45N17_100km_U_2020_2024_1.csv`));
    const { batches } = await readAll(sourceOf(bytes, [65_536], 'EGMS_L3_E45N17_100km_U_2020_2024_1.csv'));
    expect(Math.min(...batches[0].latitude)).toBeGreaterThan(38.67);
    expect(Math.max(...batches[0].latitude)).toBeLessThan(38.74);
    expect(Math.min(...batches[0].longitude)).toBeGreaterThan(13.13);
    expect(Math.max(...batches[0].longitude)).toBeLessThan(13.21);
  });
});
