import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../byte-source.js';
import { openTable } from '../tables/open-table.js';
import { openGeojsonTable } from './open-geojson.js';

function sourceOf(text: string): ByteSource {
  const bytes = new TextEncoder().encode(text);
  return {
    name: 'points.geojson',
    totalBytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

const feature = (pid: number, more: Record<string, unknown> = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [13, 38 + pid / 1000] },
  properties: { pid: `p${pid}`, D20200103: 1.5, D20200115: -2, ...more },
});

async function read(features: readonly unknown[], members: Record<string, unknown> = {}) {
  const text = JSON.stringify({ type: 'FeatureCollection', ...members, features });
  const dataset = await openTable(await openGeojsonTable(sourceOf(text)));
  let points = 0;
  for await (const batch of dataset.batches({ pointsPerBatch: 100 })) points += batch.count;
  return { dataset, points };
}

describe('GeoJSON', () => {
  const first = Array.from({ length: 250 }, (_, pid) => feature(pid));

  it('says once which properties come too late to be columns', async () => {
    const late = Array.from({ length: 250 }, (_, i) => feature(1000 + i, { height: i }));
    const { dataset, points } = await read([...first, ...late]);
    expect(points).toBe(500);
    expect(dataset.report.warnings).toEqual([
      'The property height was left out: none of the first 200 features has it.',
    ]);
  });

  it('refuses a date that comes too late', async () => {
    await expect(read([...first, feature(1000, { D20200127: 3 })])).rejects.toThrow(
      'points.geojson: Feature 251 has the date D20200127, which none of the first 200 has.',
    );
  });

  it('takes the degrees of ETRS89 for what they are, and names the file of an unknown system', async () => {
    const crs = (code: number) => ({
      crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${code}` } },
    });
    expect((await read([feature(1)], crs(4258))).points).toBe(1);
    await expect(read([feature(1)], crs(2154))).rejects.toThrow(
      'points.geojson: The projection "EPSG:2154" is not known here.',
    );
  });
});
