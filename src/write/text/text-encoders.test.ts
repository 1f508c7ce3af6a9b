import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEpochAxis } from '../../series/epoch-axis.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createMemorySink } from '../memory-sink.js';
import type { ByteSink, ResultEncoder } from '../result-encoder.js';
import { createCsvEncoder } from './csv-encoder.js';
import { createGeojsonEncoder, createGeojsonLinesEncoder } from './geojson-encoder.js';

const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [
    { name: 'track', type: 'int32' },
    { name: 'pid', type: 'text' },
    { name: 'p_stable', type: 'float32' },
  ],
  series: createEpochAxis([18264, 18270]),
  metadata: { model: 'abc' },
};
const BATCH: ResultBatch = {
  count: 2,
  longitude: Float64Array.of(-3.123456789012345, 180),
  latitude: Float64Array.of(37.1, -90),
  columns: [Int32Array.of(74, 147), ['=SUM(A1)', 'a "b", c'], Float32Array.of(0.1, 1e-9)],
  displacements: Float32Array.of(-12.3, 0.000_49, Number.NaN, 1234.5678),
};

async function encode(
  createEncoder: (sink: ByteSink, schema: ResultSchema) => ResultEncoder,
  schema: ResultSchema,
  batches: readonly ResultBatch[],
): Promise<string> {
  const sink = createMemorySink();
  const encoder = createEncoder(sink, schema);
  for (const batch of batches) await encoder.write(batch);
  await encoder.finish();
  return new TextDecoder().decode(sink.toBytes());
}

describe('CSV', () => {
  it('puts the coordinates after pid, quotes what needs it, and leaves data as it is', async () => {
    expect(await encode(createCsvEncoder, SCHEMA, [BATCH])).toBe(
      'track,pid,longitude,latitude,p_stable,D20200103,D20200109\n' +
        '74,=SUM(A1),-3.123456789012345,37.1,0.1,-12.3,0\n' +
        '147,"a ""b"", c",180,-90,1e-9,,1234.568\n',
    );
  });

  it('renames its own columns where the result has such fields, and starts with them without a pid', async () => {
    const schema: ResultSchema = {
      layer: 'p',
      fields: [{ name: 'Longitude', type: 'boolean' }],
      metadata: {},
    };
    const batch = { ...BATCH, columns: [Int32Array.of(0, 1)], displacements: undefined };
    expect((await encode(createCsvEncoder, schema, [batch])).split('\n').slice(0, 2)).toEqual([
      'longitude_1,latitude,Longitude',
      '-3.123456789012345,37.1,false',
    ]);
  });
});

describe('GeoJSON', () => {
  it('is one collection with name, metadata and box', async () => {
    const text = await encode(createGeojsonEncoder, SCHEMA, [BATCH]);
    expect(JSON.parse(text)).toEqual({
      type: 'FeatureCollection',
      name: 'points',
      metadata: { model: 'abc' },
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [-3.123456789012345, 37.1] },
          properties: { track: 74, pid: '=SUM(A1)', p_stable: 0.1, D20200103: -12.3, D20200109: 0 },
        },
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [180, -90] },
          properties: { track: 147, pid: 'a "b", c', p_stable: 1e-9, D20200103: null, D20200109: 1234.568 },
        },
      ],
      bbox: [-3.123456789012345, -90, 180, 37.1],
    });
    expect(text.split('\n').length).toBe(5);
  });

  it('has no box without points', async () => {
    expect(JSON.parse(await encode(createGeojsonEncoder, SCHEMA, []))).not.toHaveProperty('bbox');
  });

  it('carries any text through, one line a feature', async () => {
    const schema: ResultSchema = { layer: 'p', fields: [{ name: 'pid', type: 'text' }], metadata: {} };
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (pids) => {
        const degrees = new Float64Array(pids.length);
        const batch = { count: pids.length, longitude: degrees, latitude: degrees, columns: [pids] };
        const lines = (await encode(createGeojsonLinesEncoder, schema, [batch])).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line).properties.pid)).toEqual(pids);
      }),
    );
  });
});
