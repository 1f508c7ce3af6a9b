import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles } from 'pmtiles';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openResultFile } from '../read/result-file.js';
import { openWriter } from '../write/open-writer.node.js';
import { areTilesFresh, makeTiles, ROW_FIELD } from './map-tiles.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiles-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

it('keeps for every point its row in the map, and for every tile how many points it stands for', async () => {
  const path = join(folder, 'map.parquet');
  const names = ['Stable', 'PUE', 'Linear', 'Stable'];
  const writer = await openWriter(
    path,
    {
      layer: 'groundtrend',
      fields: [
        { name: 'class', type: 'text' },
        { name: 'height', type: 'float32' },
        { name: 'velocity_mm_yr', type: 'float32' },
        { name: 'pid', type: 'text' },
      ],
      metadata: {},
    },
    { overwrite: false },
  );
  await writer.write({
    count: 4,
    longitude: Float64Array.of(13, 13.1, 13.2, 13.3),
    latitude: Float64Array.of(38, 38.1, 38.2, 38.3),
    columns: [names, new Float32Array(4), Float32Array.of(1, -2, Number.NaN, 4), ['a', 'b', 'c', 'd']],
  });
  await writer.finish();
  const result = await openResultFile(toArrayBuffer(readFileSync(path)), 'map.parquet');
  const target = join(folder, 'map.explore.pmtiles');
  await makeTiles(result, target, {});

  const bytes = toArrayBuffer(readFileSync(target));
  const archive = new PMTiles({
    getKey: () => target,
    getBytes: async (offset, length) => ({ data: bytes.slice(offset, offset + length) }),
  });
  const { maxZoom } = await archive.getHeader();
  expect(maxZoom).toBe(0);
  const { points, counts } = new VectorTile(
    new PbfReader(new Uint8Array((await archive.getZxy(0, 0, 0))!.data)),
  ).layers;
  const found = Array.from({ length: points.length }, (_, i) => points.feature(i).properties);
  found.sort((left, right) => Number(left[ROW_FIELD]) - Number(right[ROW_FIELD]));
  expect(found).toEqual([
    { row: 0, pid: 'a', class: 'Stable', velocity_mm_yr: 1 },
    { row: 1, pid: 'b', class: 'PUE', velocity_mm_yr: -2 },
    { row: 2, pid: 'c', class: 'Linear' },
    { row: 3, pid: 'd', class: 'Stable', velocity_mm_yr: 4 },
  ]);
  expect(counts.feature(0).properties).toMatchObject({
    points: 4,
    Stable: 2,
    Linear: 1,
    PUE: 1,
    Bilinear: 0,
  });
  const metadata = (await archive.getMetadata()) as Record<string, string>;
  expect(JSON.parse(metadata['groundtrend:tile_fields']).map(({ name }: { name: string }) => name)).toEqual([
    'pid',
    'class',
    'velocity_mm_yr',
  ]);
});

it('takes tiles that are older than their map, or not there, for stale', async () => {
  const [map, tiles] = [join(folder, 'a.parquet'), join(folder, 'a.explore.pmtiles')];
  writeFileSync(map, '');
  expect(await areTilesFresh(tiles, map)).toBe(false);
  writeFileSync(tiles, '');
  utimesSync(tiles, 2000, 2000);
  utimesSync(map, 1000, 1000);
  expect(await areTilesFresh(tiles, map)).toBe(true);
  utimesSync(map, 3000, 3000);
  expect(await areTilesFresh(tiles, map)).toBe(false);
});
