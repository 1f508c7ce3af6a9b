import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroundTrendError } from '../../src/errors.js';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { FIXTURES, type Point, readPoints, TRUTH } from './reader-truth.js';

interface ReaderCase {
  readonly name: string;
  readonly format: string;
  /** Columns that this format cannot hold or calls otherwise. */
  readonly without?: readonly string[];
  /** Degrees that a point may be off: projected and single-precision coordinates. */
  readonly degrees?: number;
  /** Other files that make it whole. */
  readonly beside?: readonly string[];
  /** Share of the bytes that are left of the truncated file, and what the error says. */
  readonly damage?: RegExp;
}

const TABLES: readonly ReaderCase[] = [
  { name: 'points.csv', format: 'delimited text' },
  { name: 'points.geojson', format: 'GeoJSON', damage: /ends within a feature/ },
  { name: 'points.geojsonl', format: 'GeoJSON', damage: /ends within a feature/ },
  { name: 'points.gpkg', format: 'GeoPackage', damage: /ends early or is damaged/ },
  { name: 'projected.gpkg', format: 'GeoPackage', degrees: 1e-8, damage: /ends early or is damaged/ },
  { name: 'points.fgb', format: 'FlatGeobuf', damage: /ends early or is damaged/ },
  { name: 'projected.fgb', format: 'FlatGeobuf', degrees: 1e-8, damage: /ends early or is damaged/ },
  { name: 'flat-zstd.parquet', format: 'Parquet', damage: /ends early or is damaged/ },
  { name: 'list-snappy.parquet', format: 'Parquet', damage: /ends early or is damaged/ },
  { name: 'geo-gzip.parquet', format: 'GeoParquet', damage: /ends early or is damaged/ },
  {
    name: 'points.shp',
    format: 'shapefile',
    without: ['flag'],
    beside: ['points.dbf', 'points.prj', 'points.cpg'],
    damage: /geometry of this shapefile .* damaged/,
  },
  {
    name: 'projected.shp',
    format: 'shapefile',
    without: ['flag'],
    degrees: 1e-8,
    beside: ['projected.dbf', 'projected.prj', 'projected.cpg'],
    damage: /geometry of this shapefile .* damaged/,
  },
];

function expectTruth(
  points: ReadonlyMap<string, Point>,
  { without = [], degrees = 0 }: Partial<ReaderCase>,
): void {
  expect([...points.keys()].toSorted()).toEqual(TRUTH.points.map(({ pid }) => pid).toSorted());
  for (const { pid, longitude, latitude, series, attributes } of TRUTH.points) {
    const point = points.get(pid)!;
    expect(point.series).toEqual(series);
    expect(Math.abs(point.longitude - longitude)).toBeLessThanOrEqual(degrees);
    expect(Math.abs(point.latitude - latitude)).toBeLessThanOrEqual(degrees);
    for (const [name, value] of Object.entries(attributes)) {
      if (!without.includes(name)) expect([pid, name, point.attributes[name]]).toEqual([pid, name, value]);
    }
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(TABLES)('reader of $name', (reader) => {
  const path = join(FIXTURES, reader.name);

  it('gives the same points, dates, values, missing values and attributes', async () => {
    const [dataset, ...others] = await openDatasets([path]);
    expect(others).toEqual([]);
    expect(dataset.format).toBe(reader.format);
    expect(Array.from(dataset.axis.days, (day) => `D${formatCompactDay(day)}`)).toEqual(TRUTH.dates);
    expectTruth(await readPoints(dataset), reader);
    expect(dataset.report).toEqual({ rowsRead: 24, skipped: [], warnings: [] });
  });

  it('streams in batches of any size, as often as asked', async () => {
    const [dataset] = await openDatasets([path]);
    for (const size of [1, 7, 100]) expectTruth(await readPoints(dataset, size), reader);
    expect(dataset.report.rowsRead).toBe(24);
  });

  it('stops when told to, and when its reader stops', async () => {
    const [dataset] = await openDatasets([path]);
    const controller = new AbortController();
    controller.abort();
    await expect(
      dataset.batches({ signal: controller.signal })[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    for await (const batch of dataset.batches({ pointsPerBatch: 5 })) {
      expect(batch.count).toBe(5);
      break;
    }
    expectTruth(await readPoints(dataset), reader);
  });

  it('takes the unit that it is told', async () => {
    const [dataset] = await openDatasets([path], { units: 'cm' });
    const points = await readPoints(dataset);
    const { pid, series } = TRUTH.points[0];
    // The fixtures have tenths, whose tenfold is whole.
    expect(points.get(pid)!.series).toEqual(series.map((value) => value && Math.round(value * 10)));
  });

  it('leaves out what comes twice', async () => {
    const datasets = await openDatasets([path, path]);
    await readPoints(datasets[0]);
    expect((await readPoints(datasets[1])).size).toBe(0);
    expect(datasets[1].report.skipped).toMatchObject([{ reason: 'a pid that came before', count: 24 }]);
  });

  const { damage } = reader;
  // A text cut short loses rows, which is counted; only the others are damaged as a whole.
  if (damage !== undefined) {
    it('says that it is damaged where its end is missing', async () => {
      for (const name of [reader.name, ...(reader.beside ?? [])])
        copyFileSync(join(FIXTURES, name), join(folder, name));
      const copy = join(folder, reader.name);
      const whole = readFileSync(copy).length;
      truncateSync(copy, Math.floor(whole * 0.6));
      const attempt = async () => {
        for (const dataset of await openDatasets([copy])) await readPoints(dataset);
      };
      const error = await attempt().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(GroundTrendError);
      expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(damage) });
    });
  }
});

describe('shapefiles in parts', () => {
  const parts = ['split-1.shp', 'split-2.shp'].map((name) => join(FIXTURES, name));

  it('are one dataset with the dates of all', async () => {
    const [dataset, ...others] = await openDatasets(parts);
    expect(others).toEqual([]);
    expect(dataset.format).toBe('shapefile in 2 parts');
    expectTruth(await readPoints(dataset, 10), { without: ['flag'] });
    expect(dataset.report.warnings).toEqual([expect.stringContaining('split-2.shp')]);
  });

  it('are on their own where only one is given', async () => {
    const [dataset] = await openDatasets([parts[1]]);
    expect(dataset.axis.days).toHaveLength(4);
  });
});
