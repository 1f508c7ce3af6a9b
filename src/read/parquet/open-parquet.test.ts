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
});
