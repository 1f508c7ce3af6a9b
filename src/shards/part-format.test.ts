import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEpochAxis } from '../series/epoch-axis.js';
import { MISSING_INT32, type ResultBatch, type ResultSchema } from '../series/result-table.js';
import { readPart, readPartClaims } from './part-reader.js';
import { openPartWriter } from './part-writer.js';

const schema: ResultSchema = {
  layer: 'test',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'double', type: 'float64' },
    { name: 'single', type: 'float32' },
    { name: 'whole', type: 'int32' },
    { name: 'day', type: 'date' },
    { name: 'flag', type: 'boolean' },
  ],
  series: createEpochAxis([0, 6, 12]),
  metadata: {},
};

const batch: ResultBatch = {
  count: 3,
  longitude: Float64Array.of(12.1, -0, Number.NaN),
  latitude: Float64Array.of(40, 1e-300, 90),
  columns: [
    ['', 'Ünïcode, "quoted"\n😀', 'plain'],
    Float64Array.of(0.1 + 0.2, Number.NaN, -0),
    Float32Array.of(0.1, Number.NaN, 3.4e38),
    Int32Array.of(MISSING_INT32, 2 ** 31 - 1, 0),
    Int32Array.of(18_000, MISSING_INT32, -1),
    Int32Array.of(0, 1, MISSING_INT32),
  ],
  displacements: Float32Array.of(1, 2, 3, Number.NaN, -0, 6, 7, 8, 9),
};

const claims = (kept: number[]) => ({
  words: Uint32Array.from({ length: kept.length * 3 }, (_, i) => 4_000_000_000 + i),
  kept: Uint8Array.from(kept),
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a part', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundtrend-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives every value and every claim back, also of batches without rows', async () => {
    const path = join(folder, 'part.rows');
    const writer = await openPartWriter(path);
    writer.addClaims(2, claims([0, 0]));
    writer.addClaims(2, claims([1, 0, 1, 1]));
    writer.addClaims(3, claims([1, 1, 1]));
    await writer.write(batch);
    await writer.write(batch);
    writer.addClaims(4, claims([0]));
    await writer.finish();
    expect(writer.rows).toBe(6);

    const read = await collect(readPart(path, schema));
    expect(read.map(({ dataset }) => dataset)).toEqual([2, 2, 3, 4]);
    expect(read.map(({ rows }) => rows?.count)).toEqual([undefined, 3, 3, undefined]);
    expect(read[1].rows).toEqual(batch);
    expect(read[1].claims).toEqual(claims([1, 0, 1, 1]));
    const alone = await collect(readPartClaims(path));
    expect(alone).toEqual(read.map(({ dataset, claims: own }) => ({ dataset, claims: own })));
  });

  it('is refused where it ends early or is something else', async () => {
    const path = join(folder, 'short.rows');
    const writer = await openPartWriter(path);
    writer.addClaims(0, claims([1, 1, 1]));
    await writer.write(batch);
    await writer.finish();
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 5));
    await expect(collect(readPart(path, schema))).rejects.toThrow('damaged');
    await writeFile(path, 'pid,class\n');
    await expect(collect(readPart(path, schema))).rejects.toThrow('damaged');
  });
});
