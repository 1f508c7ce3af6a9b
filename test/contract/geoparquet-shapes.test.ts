import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResultSchema, Shape } from '../../src/series/result-table.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { GDAL_MISSING, PYARROW_MISSING } from './read-back.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'geoparquet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const missing = PYARROW_MISSING ?? GDAL_MISSING;
const isSkipped = missing !== undefined && process.env.CI !== 'true';

const SHAPES: readonly Shape[] = [
  {
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [13, 38],
          [14, 38],
          [14, 39],
          [13, 38],
        ],
        [
          [13.8, 38.4],
          [13.9, 38.5],
          [13.9, 38.4],
          [13.8, 38.4],
        ],
      ],
      [
        [
          [15, 38],
          [15.1, 38],
          [15.1, 38.1],
          [15, 38],
        ],
      ],
    ],
  },
  {
    type: 'MultiLineString',
    coordinates: [
      [
        [1, 2],
        [3, 4.5],
      ],
    ],
  },
];

const SCHEMA: ResultSchema = {
  layer: 'areas',
  fields: [{ name: 'area', type: 'int32' }],
  hasShapes: true,
  metadata: {},
};

async function write(): Promise<string> {
  const path = join(folder, 'areas.parquet');
  const writer = await openWriter(path, SCHEMA, { overwrite: false });
  const place = new Float64Array(SHAPES.length);
  const columns = [Int32Array.of(1, 2)];
  await writer.write({ count: SHAPES.length, longitude: place, latitude: place, columns, shapes: SHAPES });
  await writer.finish();
  return path;
}

/** Rows with the geometry in hexadecimal digits, for GDAL. */
const TO_CSV = `
import sys, pyarrow.parquet as parquet
rows = parquet.read_table(sys.argv[1]).to_pylist()
print("area,box,geometry")
for row in rows:
    box = " ".join(repr(row["bbox"][side]) for side in ("xmin", "ymin", "xmax", "ymax"))
    print(row["area"], box, row["geometry"].hex().upper(), sep=",")
`;

describe('shapes in GeoParquet', () => {
  it.skipIf(isSkipped)(
    `come back by way of pyarrow and GDAL${isSkipped ? ` (skipped: ${missing})` : ''}`,
    async () => {
      const table = execFileSync('python3', ['-c', TO_CSV, await write()], { encoding: 'utf8' });
      const csv = join(folder, 'areas.csv');
      writeFileSync(csv, table);
      const options = ['-oo', 'GEOM_POSSIBLE_NAMES=geometry', '-oo', 'KEEP_GEOM_COLUMNS=NO'];
      const text = execFileSync('ogr2ogr', ['-f', 'GeoJSONSeq', '/vsistdout/', csv, ...options], {
        encoding: 'utf8',
      });
      const features = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(features.map(({ geometry }) => geometry)).toEqual(SHAPES);
      const boxes = features.map(({ properties }) => properties.box.split(' ').map(Number));
      const expected = [
        [13, 38, 15.1, 39],
        [1, 2, 3, 4.5],
      ];
      boxes.flat().forEach((side, i) => {
        expect(side).toBeCloseTo(expected.flat()[i], 5);
      });
    },
  );

  it('are described as the 1.1 schema demands', async () => {
    const bytes = readFileSync(await write());
    const { buffer, byteOffset, byteLength } = bytes;
    const metadata = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
    const geo = JSON.parse(metadata.key_value_metadata?.find(({ key }) => key === 'geo')?.value ?? '');
    expect(geo.columns.geometry).toMatchObject({
      encoding: 'WKB',
      geometry_types: ['MultiLineString', 'MultiPolygon'],
      bbox: [1, 2, 15.1, 39],
    });
  });
});
