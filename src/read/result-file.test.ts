import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createEpochAxis, parseDay } from '../series/epoch-axis.js';
import { MISSING_INT32, type ResultSchema } from '../series/result-table.js';
import { createGeoparquetEncoder } from '../write/geoparquet/geoparquet-encoder.js';
import { createMemorySink } from '../write/memory-sink.js';
import { openResultFile } from './result-file.js';

const axis = createEpochAxis([parseDay('2020-01-03')!, parseDay('2020-01-15')!, parseDay('2020-01-27')!]);
const schema: ResultSchema = {
  layer: 'groundtrend',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'class_code', type: 'int32', description: 'position of the class' },
    { name: 'confidence', type: 'float32' },
    { name: 'break_date', type: 'date' },
    { name: 'height', type: 'float64' },
    { name: 'repaired', type: 'boolean' },
  ],
  series: axis,
  metadata: { 'groundtrend:model': 'test' },
};

async function writeResult(): Promise<ArrayBuffer> {
  const sink = createMemorySink();
  const encoder = createGeoparquetEncoder(sink, schema);
  await encoder.write({
    count: 3,
    longitude: Float64Array.of(16.25, 16.5, Number.NaN),
    latitude: Float64Array.of(45.75, -45.5, 1),
    columns: [
      ['a', 'é', ''],
      Int32Array.of(0, 4, MISSING_INT32),
      Float32Array.of(0.5, Number.NaN, 1),
      Int32Array.of(18_000, MISSING_INT32, 18_100),
      Float64Array.of(1e-9, 2, Number.NaN),
      Int32Array.of(1, 0, MISSING_INT32),
    ],
    displacements: Float32Array.of(1, 2, 3, 4, Number.NaN, 6, -7.5, 8, 9),
  });
  await encoder.finish();
  return sink.toBytes().buffer;
}

describe('openResultFile', () => {
  it('gives back what was written', async () => {
    const file = await openResultFile(await writeResult(), 'map.parquet');
    expect(file.points).toBe(3);
    expect(file.fields.map(({ name, type }) => [name, type])).toEqual(
      schema.fields.map(({ name, type }) => [name, type]),
    );
    expect(file.fields[1].description).toBe('position of the class');
    expect(file.metadata).toEqual({ 'groundtrend:model': 'test' });
    expect(file.axis?.days).toEqual(axis.days);
    const { longitude, latitude } = await file.readPositions();
    expect([...longitude]).toEqual([16.25, 16.5, Number.NaN]);
    expect([...latitude]).toEqual([45.75, -45.5, Number.NaN]);
    expect(await file.readColumn('pid')).toEqual(['a', 'é', '']);
    const batches = [];
    for await (const batch of file.batches(['break_date', 'pid'])) batches.push(batch);
    expect(batches).toEqual([
      {
        start: 0,
        count: 3,
        longitude,
        latitude,
        columns: [await file.readColumn('break_date'), ['a', 'é', '']],
      },
    ]);
    expect(await file.readColumn('class_code')).toEqual(Int32Array.of(0, 4, MISSING_INT32));
    expect(await file.readColumn('confidence')).toEqual(Float32Array.of(0.5, Number.NaN, 1));
    expect(await file.readColumn('break_date')).toEqual(Int32Array.of(18_000, MISSING_INT32, 18_100));
    expect(await file.readColumn('height')).toEqual(Float64Array.of(1e-9, 2, Number.NaN));
    expect(await file.readColumn('repaired')).toEqual(Int32Array.of(1, 0, MISSING_INT32));
    expect(await file.readRow(1)).toEqual(['é', 4, Number.NaN, MISSING_INT32, 2, 0]);
    expect(await file.readSeries(1)).toEqual(Float32Array.of(4, Number.NaN, 6));
    expect(await file.readSeries(2)).toEqual(Float32Array.of(-7.5, 8, 9));
  });

  it('reads only what a column needs', async () => {
    const bytes = await writeResult();
    let read = 0;
    const counted = {
      byteLength: bytes.byteLength,
      slice(start: number, end?: number) {
        read += (end ?? bytes.byteLength) - start;
        return bytes.slice(start, end);
      },
    };
    const file = await openResultFile(counted, 'map.parquet');
    read = 0;
    await file.readColumn('confidence');
    expect(read).toBeLessThan(200);
    await file.readSeries(0);
    const first = read;
    await file.readSeries(2);
    expect(read).toBe(first);
  });

  it('reads a row again after a connection broke', async () => {
    const bytes = await writeResult();
    let isBroken = false;
    const file = await openResultFile(
      {
        byteLength: bytes.byteLength,
        slice: async (start: number, end?: number) => {
          if (isBroken) throw new Error('the line is dead');
          return bytes.slice(start, end);
        },
      },
      'map.parquet',
    );
    isBroken = true;
    await expect(file.readRow(0)).rejects.toThrow('the line is dead');
    await expect(file.readSeries(0)).rejects.toThrow('the line is dead');
    isBroken = false;
    expect((await file.readRow(0))[0]).toBe('a');
    expect(await file.readSeries(0)).toEqual(Float32Array.of(1, 2, 3));
  });

  it('puts dates in order that another program wrote in any', async () => {
    const points = new Uint8Array(21);
    points[0] = 1;
    points[1] = 1;
    const written = parquetWriteBuffer({
      columnData: [
        { name: 'geometry', data: [points], type: 'BYTE_ARRAY' },
        { name: 'D20200115', data: Float32Array.of(2), type: 'FLOAT' },
        { name: 'D20200103', data: Float32Array.of(1), type: 'FLOAT' },
      ],
      kvMetadata: [
        {
          key: 'geo',
          value: '{"primary_column":"geometry","columns":{"geometry":{"encoding":"WKB"}}}',
        },
      ],
    });
    const file = await openResultFile(written, 'map.parquet');
    expect(file.axis?.days).toEqual(axis.days.slice(0, 2));
    expect(await file.readSeries(0)).toEqual(Float32Array.of(1, 2));
  });

  it('says what is wrong with a file', async () => {
    const bytes = await writeResult();
    const text = new TextEncoder().encode('pid,latitude\n1,2\n').buffer as ArrayBuffer;
    for (const damaged of [text, bytes.slice(0, bytes.byteLength - 20), new ArrayBuffer(0)]) {
      await expect(openResultFile(damaged, 'x.parquet')).rejects.toMatchObject({
        code: 'input',
        place: { file: 'x.parquet' },
      });
    }
    const file = await openResultFile(bytes, 'map.parquet');
    await expect(file.readColumn('nothing')).rejects.toMatchObject({ code: 'input' });
  });
});
