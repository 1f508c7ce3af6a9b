import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { MISSING_INT32, type ResultSchema } from '../../series/result-table.js';
import { createMemorySink } from '../memory-sink.js';
import { createGeoparquetEncoder } from './geoparquet-encoder.js';

const ROWS = 150_000;
const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [
    { name: 'geometry', type: 'text', description: 'a name that the format would like to have' },
    { name: 'noise', type: 'float64' },
    { name: 'few', type: 'float64' },
    { name: 'day', type: 'date' },
    { name: 'flag', type: 'boolean' },
    { name: 'same', type: 'int32' },
  ],
  series: createEpochAxis([18264, 18270]),
  metadata: { model: 'sha256:0123', axis: '2 dates' },
};

let file: ArrayBuffer;
let footer: ReturnType<typeof parquetMetadata>;
const noise = Float64Array.from({ length: ROWS }, (_, i) => Math.sin(i * 1.1) * 1e3);
const displacements = Float32Array.from({ length: ROWS * 2 }, (_, i) => Math.round(Math.sin(i) * 900) / 10);
const columns = [
  Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? '' : `t${i % 5}`)),
  noise,
  Float64Array.from(noise, (_, i) => (i % 4 === 3 ? Number.NaN : (i % 700) / 10)),
  Int32Array.from(noise, (_, i) => 10_000 + (i % 3000)),
  Int32Array.from(noise, (_, i) => (i % 3 === 0 ? 1 : 0)),
  new Int32Array(ROWS).fill(7),
];

beforeAll(async () => {
  const sink = createMemorySink();
  const encoder = createGeoparquetEncoder(sink, SCHEMA);
  const longitude = Float64Array.from(noise, (value) => value / 100);
  const latitude = Float64Array.from(noise, (value) => value / 50);
  await encoder.write({ count: ROWS, longitude, latitude, columns, displacements });
  await encoder.finish();
  file = sink.toBytes().buffer;
  footer = parquetMetadata(file);
});

describe('GeoParquet', () => {
  it('describes its geometry as the 1.1 schema demands', () => {
    const entry = footer.key_value_metadata?.find(({ key }) => key === 'geo');
    const geo = JSON.parse(entry?.value ?? '');
    expect(Object.keys(geo).sort()).toEqual(['columns', 'primary_column', 'version']);
    expect(geo.version).toBe('1.1.0');
    expect(Object.keys(geo.columns)).toEqual([geo.primary_column]);
    const column = geo.columns[geo.primary_column];
    expect(column).toMatchObject({ encoding: 'WKB', geometry_types: ['Point'], edges: 'planar' });
    expect(column.crs).toMatchObject({ type: 'GeographicCRS', id: { authority: 'OGC', code: 'CRS84' } });
    expect(column.crs.coordinate_system.axis.map((axis: { direction: string }) => axis.direction)).toEqual([
      'east',
      'north',
    ]);
    const extreme = [Math.min, Math.max].map((pick) => noise.reduce((left, right) => pick(left, right)));
    expect(column.bbox).toEqual([extreme[0] / 100, extreme[0] / 50, extreme[1] / 100, extreme[1] / 50]);
    for (const side of ['xmin', 'ymin', 'xmax', 'ymax']) {
      expect(column.covering.bbox[side]).toEqual(['bbox', side]);
      const position = footer.schema.findIndex(({ name }) => name === side);
      expect(footer.schema[position].type).toBe('FLOAT');
    }
    // The geometry stands at the root, is a byte array, and is neither repeated nor nested.
    const element = footer.schema.find(({ name }) => name === geo.primary_column);
    expect(element).toMatchObject({ type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' });
    expect(element?.converted_type).toBeUndefined();
  });

  it('gives way to a field that is called like the geometry', () => {
    expect(footer.schema.filter(({ name }) => name.startsWith('geometry')).map(({ name }) => name)).toEqual([
      'geometry',
      'geometry_1',
    ]);
  });

  it('carries the metadata and the descriptions of columns', () => {
    const entries = Object.fromEntries(
      footer.key_value_metadata?.map(({ key, value }) => [key, value]) ?? [],
    );
    expect(entries).toMatchObject(SCHEMA.metadata);
    expect(JSON.parse(entries.column_descriptions ?? '')).toEqual({
      geometry: 'a name that the format would like to have',
    });
  });

  it('cuts row groups of 65,536 rows and tells their extremes', () => {
    expect(footer.row_groups.map((group) => Number(group.num_rows))).toEqual([65_536, 65_536, 18_928]);
    footer.row_groups.forEach((group, index) => {
      const part = noise.subarray(index * 65_536, (index + 1) * 65_536);
      const chunk = group.columns.find((column) => column.meta_data?.path_in_schema[0] === 'noise');
      expect(chunk?.meta_data?.statistics).toMatchObject({
        min_value: part.reduce((left, right) => Math.min(left, right)),
        max_value: part.reduce((left, right) => Math.max(left, right)),
        null_count: 0n,
      });
    });
  });

  it('counts both zeros among the extremes, as the format asks', async () => {
    const sink = createMemorySink();
    const schema = { layer: 'x', fields: [{ name: 'v', type: 'float64' as const }], metadata: {} };
    const encoder = createGeoparquetEncoder(sink, schema);
    const place = Float64Array.of(1, 2);
    await encoder.write({ count: 2, longitude: place, latitude: place, columns: [Float64Array.of(0, -0)] });
    await encoder.finish();
    const [column] = parquetMetadata(sink.toBytes().buffer).row_groups[0].columns;
    expect(column.meta_data?.statistics?.min_value).toBe(-0);
    expect(column.meta_data?.statistics?.max_value).toBe(0);
  });

  it('takes a dictionary for columns with few values, and none for noise', () => {
    const encodings = Object.fromEntries(
      footer.row_groups[0].columns.map(({ meta_data }) => [
        meta_data?.path_in_schema.join('.'),
        meta_data?.encodings.includes('RLE_DICTIONARY'),
      ]),
    );
    expect(encodings).toMatchObject({
      geometry: true,
      noise: false,
      few: true,
      day: true,
      flag: false,
      same: true,
      D20200103: true,
      D20200109: true,
    });
  });

  it('gives every value back across row groups', async () => {
    const rows = await parquetReadObjects({ file, geoparquet: false, utf8: false });
    expect(rows.length).toBe(ROWS);
    const wrong = rows.filter((row, i) => {
      const few = (columns[2] as Float64Array)[i];
      return (
        row.geometry !== (columns[0][i] === '' ? null : columns[0][i]) ||
        row.noise !== noise[i] ||
        row.few !== (Number.isNaN(few) ? null : few) ||
        row.day.getTime() !== (columns[3][i] as number) * 86_400_000 ||
        row.flag !== (columns[4][i] === 1) ||
        row.same !== 7 ||
        row.D20200103 !== displacements[i * 2] ||
        row.D20200109 !== displacements[i * 2 + 1]
      );
    });
    expect(wrong).toEqual([]);
  });

  it('hands on what its sink says', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const encoder = createGeoparquetEncoder(
      { write: () => Promise.reject(full), close: () => Promise.resolve() },
      { layer: 'p', fields: [], metadata: {} },
    );
    await expect(encoder.finish()).rejects.toBe(full);
  });

  it('gives back columns of every mixture of few, many and missing values', async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 0, max: 3000 }),
      distinct: fc.constantFrom(1, 2, 3, 8, 9, 255, 257, 100_000),
      missingEvery: fc.constantFrom(1, 2, 5, 1_000_000),
      factor: fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, distinct, missingEvery, factor }) => {
        const sink = createMemorySink();
        const fields = (['float32', 'int32', 'text'] as const).map((type) => ({ name: type, type }));
        const encoder = createGeoparquetEncoder(sink, { layer: 'p', fields, metadata: {} });
        const isMissing = (row: number) => row % missingEvery === missingEvery - 1;
        const indexes = Array.from({ length: rows }, (_, row) => (row * 7919) % distinct);
        const floats = Float32Array.from(indexes, (index, row) =>
          isMissing(row) ? Number.NaN : index * factor,
        );
        const integers = Int32Array.from(indexes, (index, row) => (isMissing(row) ? MISSING_INT32 : -index));
        const texts = indexes.map((index, row) => (isMissing(row) ? '' : `é${index}`));
        const degrees = new Float64Array(rows);
        await encoder.write({
          count: rows,
          longitude: degrees,
          latitude: degrees,
          columns: [floats, integers, texts],
        });
        await encoder.finish();
        const read = await parquetReadObjects({
          file: sink.toBytes().buffer,
          columns: ['float32', 'int32', 'text'],
        });
        expect(read).toEqual(
          indexes.map((_, row) =>
            isMissing(row)
              ? { float32: null, int32: null, text: null }
              : { float32: floats[row], int32: integers[row], text: texts[row] },
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});
