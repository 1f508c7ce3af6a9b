import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { openResultFile } from '../../../src/read/result-file.js';
import { createEpochAxis } from '../../../src/series/epoch-axis.js';
import type { ResultBatch, ResultSchema } from '../../../src/series/result-table.js';
import { encodeClaims, encodeRows, PART_MAGIC } from '../../../src/shards/part-format.js';
import { readPart } from '../../../src/shards/part-reader.js';
import { createGeoparquetEncoder } from '../../../src/write/geoparquet/geoparquet-encoder.js';
import { createMemorySink } from '../../../src/write/memory-sink.js';
import { readMapPlainly } from '../../reference/read-map-plainly.js';
import { readPartPlainly } from '../../reference/read-part-plainly.js';
import { compareMaps, readMap } from '../compare-maps.js';
import { readFixture } from '../corpus.js';
import { joinBytes, mutateBytes } from '../mutate-bytes.js';
import { type FuzzInput, type FuzzTarget, WrongValue } from '../target.js';

const ROWS = 7;
const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'class', type: 'text' },
    { name: 'code', type: 'int32' },
    { name: 'confidence', type: 'float32' },
    { name: 'velocity_mm_yr', type: 'float64' },
    { name: 'break_date', type: 'date' },
  ],
  series: createEpochAxis([18264, 18270, 18276]),
  metadata: { model: 'x' },
};

function sampleBatch(): ResultBatch {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return {
    count: ROWS,
    longitude: Float64Array.from(rows, (row) => 13 + row / 100),
    latitude: Float64Array.from(rows, (row) => 38 + row / 100),
    columns: [
      rows.map((row) => ['a', 'é', '東京', '', 'say "b"', '\ufeffmark', 'x'.repeat(90)][row]),
      rows.map((row) => ['Stable', 'Linear'][row % 2]),
      Int32Array.from(rows, (row) => row % 2),
      Float32Array.from(rows, (row) => 1 / (row + 1)),
      Float64Array.from(rows, (row) => row - 3.5),
      Int32Array.from(rows, (row) => 18264 + row),
    ],
    displacements: Float32Array.from({ length: ROWS * 3 }, (_, i) => (i % 5 === 4 ? Number.NaN : i / 10)),
  };
}

/** Parts of a job, against a reader that takes a number at a time. */
const parts: FuzzTarget = {
  name: 'part',
  share: 5,
  async prepare() {
    const words = Uint32Array.from({ length: ROWS * 3 }, (_, i) => i * 77777);
    const claims = encodeClaims(0, { words, kept: new Uint8Array(ROWS).fill(1) });
    const whole = joinBytes(PART_MAGIC, ...claims, ...encodeRows(sampleBatch()), ...claims);
    return {
      inputs: mutateBytes([whole]).map((bytes) => ({ files: { 'part.rows': bytes } })),
      check: checkPart,
    };
  },
};

async function checkPart({ files }: FuzzInput, folder: string): Promise<void> {
  const path = join(folder, 'part.rows');
  await writeFile(path, files['part.rows']);
  const batches = [];
  for await (const batch of readPart(path, SCHEMA)) batches.push(batch);
  const wanted = readPartPlainly(files['part.rows'], SCHEMA);
  if (batches.length !== wanted.length)
    throw new WrongValue(`${batches.length} batches, not ${wanted.length}`);
  batches.forEach(({ dataset, claims, rows }, index) => {
    const ours = [dataset, [...claims.words], [...claims.kept], rows && flattenRows(rows)];
    if (JSON.stringify(ours) !== JSON.stringify(wanted[index])) {
      throw new WrongValue(`batch ${index}: ${JSON.stringify(ours)}, not ${JSON.stringify(wanted[index])}`);
    }
  });
}

function flattenRows({ count, longitude, latitude, columns, displacements }: ResultBatch): unknown[] {
  return [count, [...longitude], [...latitude], ...columns.map((values) => [...values]), [...displacements!]];
}

/** Classified maps, as the page and the commands behind classify read them, against a reader of whole rows. */
const results: FuzzTarget = {
  name: 'result-file',
  share: 5,
  async prepare() {
    const sink = createMemorySink();
    const encoder = createGeoparquetEncoder(sink, SCHEMA);
    await encoder.write(sampleBatch());
    await encoder.finish();
    const seeds = [sink.toBytes(), await readFixture('geo-gzip.parquet')];
    return {
      inputs: fc
        .oneof(mutateBytes(seeds), mutateBytes(seeds, 2))
        .map((bytes) => ({ files: { 'map.parquet': bytes } })),
      check: checkResult,
    };
  },
};

async function checkResult({ files }: FuzzInput): Promise<void> {
  const buffer = files['map.parquet'].slice().buffer;
  const file = await openResultFile(
    { byteLength: buffer.byteLength, slice: async (start, end) => buffer.slice(start, end) },
    'map.parquet',
  );
  const read = await readMap(file);
  const plain = await readMapPlainly(files['map.parquet']).catch((cause: Error) => {
    throw new WrongValue(`accepts what the reference cannot read: ${cause.message}`);
  });
  compareMaps(read, plain);
}

export const BINARIES: readonly FuzzTarget[] = [parts, results];
