import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../series/epoch-axis.js';
import { numericAttribute, type SeriesBatch, seriesOf } from '../../series/series-batch.js';
import { openDatasets } from '../open-datasets.node.js';

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const SBAS = `${DATA}shapefile-sbas/Sentinel_Asc.shp`;
const OFFIDA = `${DATA}shapefile-egms-10m/clusters_offida.shp`;

async function readAll(path: string, options = {}) {
  const [dataset, ...others] = await openDatasets([path], options);
  expect(others).toEqual([]);
  const batches: SeriesBatch[] = [];
  for await (const batch of dataset.batches()) batches.push(batch);
  expect(batches).toHaveLength(1);
  return { dataset, batch: batches[0] };
}

/** The pids that the table of labels has for a file. */
function labelledPids(file: string): string[] {
  const rows = readFileSync(`${DATA}labels-by-eye.csv`, 'utf8').split('\n').slice(1);
  return rows
    .map((row) => row.split(','))
    .filter(([name]) => name === file)
    .map(([, pid]) => pid);
}

// The numbers stood in the answer of GDAL's ogrinfo.
describe.skipIf(!existsSync(SBAS))('real shapefiles (skipped where ../shared/data is absent)', () => {
  it('reads the small-baseline points in centimetres, placed by geometry and .prj', async () => {
    const { dataset, batch } = await readAll(SBAS, { units: 'cm' });
    expect(dataset.format).toBe('shapefile');
    expect(batch.count).toBe(573);
    expect(dataset.axis.days).toHaveLength(134);
    expect(formatDay(dataset.axis.days[0])).toBe('2015-03-09');
    expect(formatDay(dataset.axis.days[133])).toBe('2020-01-06');
    expect(batch.pids[0]).toBe('352866');
    expect(batch.longitude[0]).toBeCloseTo(-6.43125, 9);
    expect(batch.latitude[0]).toBeCloseTo(37.26125, 8);
    expect(numericAttribute(batch, 'temporal_coherence')?.[0]).toBe(0.8942397);
    expect(dataset.report).toEqual({ rowsRead: 573, skipped: [], warnings: [] });
    const pids = new Set(batch.pids);
    expect(labelledPids('shapefile-sbas/Sentinel_Asc.shp').filter((pid) => !pids.has(pid))).toEqual([]);
  });

  it('takes the geometry where LAT and LON are metres, and counts points without a name from 0', async () => {
    const { dataset, batch } = await readAll(OFFIDA);
    expect(batch.count).toBe(197);
    expect(dataset.axis.days).toHaveLength(260);
    expect(batch.pids.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(batch.longitude[0]).toBeCloseTo(13.7026917, 6);
    expect(batch.latitude[0]).toBeCloseTo(42.9329577, 6);
    expect(numericAttribute(batch, 'LAT')?.[0]).toBeCloseTo(4754186.27, 2);
    expect(seriesOf(batch, 0)[259]).toBe(Math.fround(-27.483043362));
    expect(numericAttribute(batch, 'time2feat')?.[0]).toBe(2);
    const pids = new Set(batch.pids);
    expect(labelledPids('shapefile-egms-10m/clusters_offida.shp').filter((pid) => !pids.has(pid))).toEqual(
      [],
    );
  });
});
