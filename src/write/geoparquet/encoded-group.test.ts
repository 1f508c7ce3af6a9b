import { expect, it } from 'vitest';
import { packTexts } from '../../series/packed-texts.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createMemorySink } from '../memory-sink.js';
import { encodeGroup, type GroupEncoder } from './encoded-group.js';
import { createGeoparquetEncoder } from './geoparquet-encoder.js';

/** Three groups, the last one short. */
const ROWS = 150_000;
const ROWS_PER_BATCH = 10_000;
const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'class', type: 'text' },
    { name: 'rate', type: 'float32' },
    { name: 'day', type: 'date' },
  ],
  metadata: {},
};

function batchFrom(first: number): ResultBatch {
  const count = ROWS_PER_BATCH;
  const rows = Array.from({ length: count }, (_, i) => first + i);
  return {
    count,
    longitude: Float64Array.from(rows, (row) => row / 1e5),
    latitude: Float64Array.from(rows, (row) => 40 + row / 1e6),
    columns: [
      rows.map((row) => `pünkt-${row}`),
      rows.map((row) => (row % 7 === 0 ? '' : `class ${row % 5}`)),
      Float32Array.from(rows, (row) => (row % 11 === 0 ? Number.NaN : Math.sin(row))),
      Int32Array.from(rows, (row) => 18_000 + (row % 900)),
    ],
  };
}

async function write(
  encodeElsewhere?: GroupEncoder,
  change = (batch: ResultBatch): ResultBatch => batch,
): Promise<Uint8Array> {
  const sink = createMemorySink();
  const encoder = createGeoparquetEncoder(sink, SCHEMA, encodeElsewhere);
  for (let first = 0; first < ROWS; first += ROWS_PER_BATCH) await encoder.write(change(batchFrom(first)));
  await encoder.finish();
  return sink.toBytes();
}

it('gives the same bytes where groups are encoded elsewhere, while the next ones fill', async () => {
  let groups = 0;
  const elsewhere = await write(async (group) => {
    groups++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    // As a message to another thread arrives.
    return encodeGroup(structuredClone(group));
  });
  // All but the last one, which is encoded where the rows are.
  expect(groups).toBe(2);
  expect(Buffer.compare(elsewhere, await write())).toBe(0);
});

it('gives the same bytes of texts that come as bytes', async () => {
  const packed = await write(undefined, (batch) => ({
    ...batch,
    columns: [],
    packed: batch.columns.map((values) => (ArrayBuffer.isView(values) ? values : packTexts(values))),
  }));
  expect(Buffer.compare(packed, await write())).toBe(0);
});

it('holds values where other threads can see them', async () => {
  await write(async (group) => {
    for (const leaf of group.leaves) {
      if (leaf.kind === 'date') expect(leaf.values.buffer).toBeInstanceOf(SharedArrayBuffer);
      if (leaf.kind === 'text') expect(leaf.texts.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    return encodeGroup(group);
  });
});

it('tells at the next call of a group that could not be encoded', async () => {
  await expect(write(() => Promise.reject(new Error('no more memory')))).rejects.toThrow('no more memory');
});
