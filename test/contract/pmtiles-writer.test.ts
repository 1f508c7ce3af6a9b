import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles, zxyToTileId } from 'pmtiles';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import type { ResultBatch, ResultSchema } from '../../src/series/result-table.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { hilbertPosition } from '../../src/write/hilbert-curve.js';
import { openWriter } from '../../src/write/open-writer.node.js';
import { firstTileId } from '../../src/write/pmtiles/tile-place.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmtiles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const POINTS = 12_000;
const SCHEMA: ResultSchema = {
  layer: 'groundtrend',
  fields: [
    { name: 'pid', type: 'text' },
    { name: 'class', type: 'text' },
    { name: 'velocity_mm_yr', type: 'float32' },
    { name: 'break_date', type: 'date' },
  ],
  metadata: { model: 'sha256:0123' },
};

/** Points crowded around one place, thinner outwards, as around a town. */
function makeBatch(): ResultBatch {
  const random = createRandom('pmtiles');
  const spread = () => (random.uniform() - 0.5) ** 3;
  return {
    count: POINTS,
    longitude: Float64Array.from({ length: POINTS }, () => 13.1 + spread()),
    latitude: Float64Array.from({ length: POINTS }, () => 38.7 + spread()),
    columns: [
      Array.from({ length: POINTS }, (_, i) => `p${i}`),
      Array.from({ length: POINTS }, (_, i) => (i % 100 === 0 ? 'PUE' : i % 7 === 0 ? 'Linear' : 'Stable')),
      Float32Array.from({ length: POINTS }, (_, i) => (i % 11 === 0 ? Number.NaN : i % 30)),
      new Int32Array(POINTS).fill(18_000),
    ],
  };
}

/** The official reader over a file in memory. */
function openArchive(path: string): PMTiles {
  const bytes = readFileSync(path);
  return new PMTiles({
    getKey: () => path,
    getBytes: async (offset, length) => ({
      data: bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + length) as ArrayBuffer,
    }),
  });
}

async function write(name: string, sizes: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const batch = makeBatch();
  const writer = await openWriter(path, SCHEMA, { overwrite: false });
  let start = 0;
  for (const size of sizes) {
    const end = start + size;
    await writer.write({
      count: size,
      longitude: batch.longitude.slice(start, end),
      latitude: batch.latitude.slice(start, end),
      columns: batch.columns.map((column) => column.slice(start, end)),
    });
    start = end;
  }
  await writer.finish();
  return path;
}

describe('tile ids', () => {
  it('are those of the official library, parents a quarter of their children', () => {
    for (const [zoom, column, row] of [
      [0, 0, 0],
      [1, 1, 0],
      [5, 17, 11],
      [12, 3423, 1763],
      [14, 8791, 6283],
    ]) {
      expect(firstTileId(zoom) + hilbertPosition(zoom, column, row)).toBe(zxyToTileId(zoom, column, row));
      if (zoom === 0) continue;
      const parent = hilbertPosition(zoom - 1, column >> 1, row >> 1);
      expect(Math.floor(hilbertPosition(zoom, column, row) / 4)).toBe(parent);
    }
  });
});

describe('writer of PMTiles', () => {
  it('keeps exact counts in every tile, thins by importance, and has every point at the largest zoom', async () => {
    const archive = openArchive(await write('map.pmtiles', [POINTS]));
    const header = await archive.getHeader();
    expect(header).toMatchObject({ specVersion: 3, minZoom: 0, clustered: true, tileType: 1 });
    expect(header.minLon).toBeGreaterThan(12.9);
    expect(header.maxLat).toBeLessThan(38.9);
    expect(await archive.getMetadata()).toMatchObject({ generator: 'groundtrend', model: 'sha256:0123' });

    const batch = makeBatch();
    const names = batch.columns[1] as string[];
    const expected = Object.fromEntries(
      TREND_CLASSES.map((name) => [name, names.filter((own) => own === name).length]),
    );
    for (let zoom = 0; zoom <= header.maxZoom; zoom++) {
      const counts: Record<string, number> = {};
      const pids = new Set<string>();
      let unthinned = 0;
      const side = 2 ** zoom;
      const column = (longitude: number) => Math.floor(((longitude + 180) / 360) * side);
      for (let x = column(12.97); x <= column(13.23); x++) {
        for (let y = Math.floor(0.37 * side); y <= Math.floor(0.4 * side); y++) {
          const tile = await archive.getZxy(zoom, x, y);
          if (tile === undefined) continue;
          const { points, counts: sums } = new VectorTile(new PbfReader(new Uint8Array(tile.data))).layers;
          expect(sums.length).toBe(1);
          for (const [name, value] of Object.entries(sums.feature(0).properties)) {
            counts[name] = (counts[name] ?? 0) + Number(value);
          }
          if (zoom < header.maxZoom) expect(points.length).toBeLessThanOrEqual(4096);
          unthinned += points.length;
          for (let i = 0; i < points.length; i++) {
            const { properties } = points.feature(i);
            pids.add(String(properties.pid));
            const index = Number(String(properties.pid).slice(1));
            expect(properties.class).toBe(names[index]);
            expect(properties.velocity_mm_yr).toBe(index % 11 === 0 ? undefined : index % 30);
            expect(properties.break_date).toBe('2019-04-14');
          }
        }
      }
      expect([zoom, counts]).toEqual([zoom, { points: POINTS, ...expected }]);
      expect(pids.size).toBe(unthinned);
      if (zoom === header.maxZoom) expect(pids.size).toBe(POINTS);
      else if (zoom < 8) expect(pids.size).toBeLessThan(POINTS / 2);
      // The world in one tile still shows a point that is not Stable.
      if (zoom === 0) expect([...pids].some((pid) => names[Number(pid.slice(1))] !== 'Stable')).toBe(true);
    }
  });

  it('writes the same bytes however the rows come, and leaves nothing beside them', async () => {
    const first = readFileSync(await write('a.pmtiles', [POINTS]));
    const second = readFileSync(await write('b.pmtiles', [1, 0, POINTS - 1]));
    expect(first.equals(second)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a.pmtiles', 'b.pmtiles']);
    const writer = await openWriter(join(folder, 'c.pmtiles'), SCHEMA, { overwrite: false });
    await writer.abort();
    expect(readdirSync(folder)).toEqual(['a.pmtiles', 'b.pmtiles']);
  });

  it('is whole without any point', async () => {
    const archive = openArchive(await write('empty.pmtiles', []));
    expect(await archive.getHeader()).toMatchObject({ numTileEntries: 0, maxZoom: 0 });
    expect(await archive.getZxy(0, 0, 0)).toBeUndefined();
  });
});
