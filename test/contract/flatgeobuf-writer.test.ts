import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import type { ResultBatch, ResultSchema, Shape } from '../../src/series/result-table.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { GDAL_MISSING } from './read-back.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flatgeobuf-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const isSkipped = GDAL_MISSING !== undefined && process.env.CI !== 'true';
const note = isSkipped ? ` (skipped: ${GDAL_MISSING})` : '';

const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [{ name: 'number', type: 'int32' }],
  metadata: { model: 'sha256:0123' },
};

function makePoints(count: number): ResultBatch {
  const random = createRandom('flatgeobuf');
  return {
    count,
    longitude: Float64Array.from({ length: count }, () => 13 + random.uniform()),
    latitude: Float64Array.from({ length: count }, () => 38 + random.uniform()),
    columns: [Int32Array.from({ length: count }, (_, row) => row)],
  };
}

async function write(schema: ResultSchema, batch: ResultBatch): Promise<string> {
  const path = join(folder, 'out.fgb');
  const writer = await openWriter(path, schema, { overwrite: true });
  await writer.write(batch);
  await writer.finish();
  return path;
}

interface Feature {
  readonly properties: { readonly number: number };
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}

function readWithGdal(path: string, options: readonly string[] = []): Feature[] {
  const text = execFileSync('ogr2ogr', ['-f', 'GeoJSONSeq', ...options, '/vsistdout/', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('writer of FlatGeobuf', () => {
  it.skipIf(isSkipped).each([1, 2, 16, 17, 256, 257, 5000])(
    `has an index through which GDAL finds what lies in a box, among %i points${note}`,
    async (count) => {
      const batch = makePoints(count);
      const path = await write(SCHEMA, batch);
      const boxes = [
        [13.2, 38.3, 13.6, 38.5],
        [13, 38, 14, 39],
        [12.9, 38.99, 13.02, 39.1],
        [20, 20, 21, 21],
      ];
      for (const [west, south, east, north] of boxes) {
        const inside = Array.from({ length: count }, (_, row) => row).filter(
          (row) =>
            batch.longitude[row] >= west &&
            batch.longitude[row] <= east &&
            batch.latitude[row] >= south &&
            batch.latitude[row] <= north,
        );
        const found = readWithGdal(path, ['-spat', `${west}`, `${south}`, `${east}`, `${north}`]);
        expect(found.map(({ properties }) => properties.number).sort((a, b) => a - b)).toEqual(inside);
      }
    },
  );

  it.skipIf(isSkipped)(`says its system, extent and number of features${note}`, async () => {
    const path = await write(SCHEMA, makePoints(300));
    const summary = execFileSync('ogrinfo', ['-so', path, 'points'], { encoding: 'utf8' });
    expect(summary).toMatch(/Geometry: Point/);
    expect(summary).toMatch(/Feature Count: 300/);
    expect(summary).toMatch(/Extent: \(13\.0\d+, 38\.0\d+\) - \(13\.99\d+, 38\.99\d+\)/);
    expect(summary).toMatch(/ID\["EPSG",4326\]/);
    expect(summary).toMatch(/number: Integer/);
  });

  const square = (x: number, y: number, side: number) =>
    [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
      [x, y],
    ] as [number, number][];
  const withHole: Shape = {
    type: 'MultiPolygon',
    coordinates: [[square(13, 38, 1), square(13.4, 38.4, 0.2).reverse()], [square(15, 38, 1)]],
  };
  const simple: Shape = { type: 'MultiPolygon', coordinates: [[square(17, 40, 0.5)]] };
  const line: Shape = {
    type: 'MultiLineString',
    coordinates: [square(13, 38, 1).slice(0, 3), square(14, 38, 1).slice(0, 2)],
  };

  it.skipIf(isSkipped).each([
    { shapes: [withHole, simple], name: 'polygons with holes and parts' },
    { shapes: [line, simple], name: 'lines among polygons' },
  ])(`gives $name back to GDAL${note}`, async ({ shapes }) => {
    const path = await write({ ...SCHEMA, hasShapes: true }, { ...makePoints(shapes.length), shapes });
    const found = readWithGdal(path).sort((a, b) => a.properties.number - b.properties.number);
    expect(found.map(({ geometry }) => geometry)).toEqual(shapes);
    expect(readWithGdal(path, ['-spat', '17.1', '40.1', '17.2', '40.2'])).toHaveLength(1);
  });
});
