import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createGeoparquetEncoder } from '../../write/geoparquet/geoparquet-encoder.js';
import { createMemorySink } from '../../write/memory-sink.js';
import type { RandomAccess } from '../random-access.js';
import { openTable } from '../tables/open-table.js';
import { openParquetTable } from './open-parquet.js';

const ROWS = 1000;
const axis = createEpochAxis(Array.from({ length: 40 }, (_, i) => 18_000 + 6 * i));

/** A file of one row group whose values hold every row's number. */
async function writeFile(areMissing: (row: number, epoch: number) => boolean): Promise<Uint8Array> {
  const sink = createMemorySink();
  const schema: ResultSchema = {
    layer: 'points',
    fields: [
      { name: 'pid', type: 'text' },
      { name: 'number', type: 'float64' },
    ],
    series: axis,
    metadata: {},
  };
  const displacements = new Float32Array(ROWS * axis.days.length);
  for (let i = 0; i < displacements.length; i++) {
    const row = Math.floor(i / axis.days.length);
    const epoch = i % axis.days.length;
    displacements[i] = areMissing(row, epoch) ? Number.NaN : valueAt(row, epoch);
  }
  const batch: ResultBatch = {
    count: ROWS,
    longitude: Float64Array.from({ length: ROWS }, (_, row) => row / 100),
    latitude: new Float64Array(ROWS).fill(45),
    columns: [
      Array.from({ length: ROWS }, (_, row) => `P${row}`),
      Float64Array.from({ length: ROWS }, (_, row) => row),
    ],
    displacements,
  };
  const encoder = createGeoparquetEncoder(sink, schema);
  await encoder.write(batch);
  await encoder.finish();
  return sink.toBytes();
}

/** Some dates have few values, which get a dictionary, others one a row. */
const valueAt = (row: number, epoch: number) =>
  epoch % 3 === 0 ? row + epoch / 64 : (row % 50) + epoch / 64;

function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    name: 'points.parquet',
    byteLength: bytes.length,
    async read(start, end, spare = new Uint8Array(end - start)) {
      spare.set(bytes.subarray(start, end));
      return spare.subarray(0, end - start);
    },
  };
}

async function readSeries(access: RandomAccess, pointsPerBatch: number, mostBytes?: number) {
  const dataset = await openTable(await openParquetTable(access, mostBytes));
  const values: number[] = [];
  for await (const batch of dataset.batches({ pointsPerBatch })) {
    for (let i = 0; i < batch.count; i++) {
      const row = values.length / axis.days.length;
      expect([batch.pids[i], batch.longitude[i], batch.attributes[0].values[i]]).toEqual([
        `P${row}`,
        row / 100,
        row,
      ]);
      values.push(...batch.displacements.subarray(i * axis.days.length, (i + 1) * axis.days.length));
    }
  }
  return values;
}

describe('openParquetTable', () => {
  const random = createRandom('parquet');
  const holes = new Set(Array.from({ length: 2000 }, () => random.integer(ROWS * axis.days.length)));
  const isHole = (row: number, epoch: number) => holes.has(row * axis.days.length + epoch);

  it.each([
    ['whole', () => false],
    ['with holes', isHole],
  ])('gives the same in blocks and parts of any size, %s', async (_, areMissing) => {
    const bytes = await writeFile(areMissing);
    const expected = Array.from({ length: ROWS * axis.days.length }, (__, i) => {
      const row = Math.floor(i / axis.days.length);
      const epoch = i % axis.days.length;
      return areMissing(row, epoch) ? Number.NaN : Math.fround(valueAt(row, epoch));
    });
    for (const pointsPerBatch of [64, 101, 5000]) {
      expect(await readSeries(inMemory(bytes), pointsPerBatch)).toEqual(expected);
      // Parts of 300 rows, or of as many as a batch has.
      expect(await readSeries(inMemory(bytes), pointsPerBatch, 300 * 4 * axis.days.length)).toEqual(expected);
    }
  });

  it('reads numbers that are written as texts, and none where they are none', async () => {
    const texts = (name: string, ...data: string[]) => ({ name, data, type: 'STRING' as const });
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          texts('pid', 'a', 'b', 'c', 'd', 'e'),
          texts('latitude', '38.5', '38.6', '38.7', '38.8', ''),
          texts('longitude', '13.5', '13.6', '13.7', 'east', '13.9'),
          texts('D20200103', '1.5', '', '-2e1', '1', '2'),
          texts('D20200115', 'NaN', '3', '1,5', '1', '2'),
        ],
      }),
    );
    const dataset = await openTable(await openParquetTable(inMemory(bytes)));
    const batches = [];
    for await (const batch of dataset.batches({ pointsPerBatch: 2 })) batches.push(batch);
    expect(batches.map(({ pids, displacements }) => [pids, [...displacements]])).toEqual([
      [
        ['a', 'b'],
        [1.5, Number.NaN, Number.NaN, 3],
      ],
    ]);
    expect(dataset.report.skipped).toMatchObject([
      {
        reason: 'a displacement that is not a number',
        examples: [{ row: 3, pid: 'c', column: 'D20200115' }],
      },
      { reason: 'no usable coordinates', count: 2, examples: [{ pid: 'd' }, { pid: 'e' }] },
    ]);
    expect(dataset.report.warnings).toEqual([
      'Column longitude: one cell is not a number and was read as missing, the first in row 4.',
    ]);
  });
});
