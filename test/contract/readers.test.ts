import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroundTrendError } from '../../src/errors.js';
import { type OpenOptions, openDatasets } from '../../src/read/open-datasets.node.js';
import { parseDateList } from '../../src/read/point-text/date-list.js';
import type { Dataset } from '../../src/series/dataset.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';

/** Files that other programs made of the same points; the script beside them says how. */
const FIXTURES = fileURLToPath(new URL('../fixtures/readers/', import.meta.url));

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

interface Point {
  readonly longitude: number;
  readonly latitude: number;
  readonly series: readonly (number | null)[];
  readonly attributes: Readonly<Record<string, string | number | null>>;
}

async function readPoints(dataset: Dataset, pointsPerBatch?: number): Promise<Map<string, Point>> {
  const points = new Map<string, Point>();
  for await (const batch of dataset.batches({ pointsPerBatch })) {
    if (pointsPerBatch !== undefined) expect(batch.count).toBeLessThanOrEqual(pointsPerBatch);
    expect(batch.attributes.map(({ name, kind }) => ({ name, kind }))).toEqual(dataset.fields);
    for (let i = 0; i < batch.count; i++) points.set(batch.pids[i], pointOf(batch, i));
  }
  return points;
}

function pointOf(batch: SeriesBatch, index: number): Point {
  const epochs = batch.axis.days.length;
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    longitude: batch.longitude[index],
    latitude: batch.latitude[index],
    series: Array.from(batch.displacements.subarray(index * epochs, (index + 1) * epochs), orNull),
    attributes: Object.fromEntries(
      batch.attributes.map(({ name, kind, values }) => [
        name,
        kind === 'number' ? orNull(values[index]) : values[index] || null,
      ]),
    ),
  };
}

interface TruePoint extends Point {
  readonly pid: string;
}

/** points.csv, cell by cell. */
function readTruth(): { readonly dates: readonly string[]; readonly points: readonly TruePoint[] } {
  const [header, ...lines] = readFileSync(join(FIXTURES, 'points.csv'), 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  const orNull = (text: string) => (text === '' ? null : Number(text));
  return {
    dates: names.slice(7),
    points: lines.map((line) => {
      // Only notes are quoted, and only they hold commas.
      const cells = (line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []).map((cell) =>
        cell.replace(/,$/, ''),
      );
      const note = cells[4].replace(/^"|"$/g, '').replaceAll('""', '"');
      return {
        pid: cells[0],
        longitude: Number(cells[1]),
        latitude: Number(cells[2]),
        attributes: {
          height_ortho: orNull(cells[3]),
          note: note || null,
          flag: cells[5],
          number: Number(cells[6]),
        },
        series: cells
          .slice(7, 7 + names.length - 7)
          .map((cell) => (cell === '' ? null : Math.fround(Number(cell)))),
      };
    }),
  };
}

const TRUTH = readTruth();

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

/** Rasters have pixels in place of named points: they are told by their places. */
const RASTERS = [
  { path: 'mintpy-geo/geo_timeseries_ERA5_demErr.h5', format: 'MintPy time series, geocoded', masked: 1 },
  { path: 'mintpy-radar/timeseries_demErr.h5', format: 'MintPy time series, radar coordinates', masked: 0 },
  { path: 'licsbas/cum.h5', format: 'LiCSBAS time series', masked: 0 },
  { path: 'netcdf/degrees.nc', format: 'netCDF cube of displacements', masked: 0 },
];

describe.each(RASTERS)('reader of $path', ({ path, format, masked }) => {
  const file = join(FIXTURES, path);

  it('gives the pixels with data under the mask, in mm, where the truth has them', async () => {
    const [dataset, ...others] = await openDatasets([file]);
    expect(others).toEqual([]);
    expect(dataset.format).toBe(format);
    for (const size of [100, 4]) {
      const points = [...(await readPoints(dataset, size)).values()];
      expect(points).toHaveLength(24 - masked);
      for (const point of points) {
        const truth = TRUTH.points.find(
          ({ longitude, latitude }) =>
            Math.abs(longitude - point.longitude) < 2e-6 && Math.abs(latitude - point.latitude) < 2e-6,
        );
        expect(truth).toBeDefined();
        point.series.forEach((value, epoch) => {
          const expected = truth!.series[epoch];
          if (expected === null) expect(value).toBeNull();
          else expect(value).toBeCloseTo(expected, 4);
        });
        const height = truth!.attributes.height_ortho as number | null;
        if (height === null) expect(point.attributes.height_ortho).toBeNull();
        else expect(point.attributes.height_ortho).toBeCloseTo(height, 3);
      }
    }
    const notes = dataset.report.warnings.filter((warning) => warning.includes('passed over'));
    expect(notes).toHaveLength(masked);
  });

  it('says that it is damaged where its end is missing', async () => {
    const copy = join(folder, basename(path));
    copyFileSync(file, copy);
    truncateSync(copy, 2000);
    await expect(openDatasets([copy])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/ends early or is damaged/),
    });
  });
});

describe('netCDF cubes', () => {
  it('may lie in a projection and be packed as whole numbers', async () => {
    const [dataset, ...others] = await openDatasets([join(FIXTURES, 'netcdf/projected.nc')]);
    expect(others).toEqual([]);
    expect(dataset.report.warnings).toEqual([]);
    expect(Array.from(dataset.axis.days, (day) => `D${formatCompactDay(day)}`)).toEqual(TRUTH.dates);
    const points = await readPoints(dataset, 7);
    expect(points.size).toBe(24);
    for (const [pid, { series }] of points) {
      const [line, sample] = pid.split('_').map(Number);
      const truth = TRUTH.points[6 * (3 - line) + sample].series;
      expect(series.map((value) => value === null)).toEqual(truth.map((value) => value === null));
      series.forEach((value, epoch) => {
        expect(value ?? 0).toBeCloseTo(truth[epoch] ?? 0, 4);
      });
    }
    // As gdaltransform has them.
    expect(points.get('0_0')!.longitude).toBeCloseTo(13.273946023, 7);
    expect(points.get('0_0')!.latitude).toBeCloseTo(38.745956106, 7);
    expect(points.get('3_5')!.longitude).toBeCloseTo(13.332086808, 7);
    expect(points.get('3_5')!.latitude).toBeCloseTo(38.719767576, 7);
  });

  it('of the classic kind say what to do', async () => {
    await expect(openDatasets([join(FIXTURES, 'netcdf/classic.nc')])).rejects.toThrow(
      /classic kind.*nccopy/s,
    );
  });
});

interface UnnamedCase {
  readonly path: string;
  readonly format: string;
  readonly options?: OpenOptions;
  /** What the error says where the end of the file is missing; a text cut short just has fewer rows. */
  readonly damage?: RegExp;
}

const DATE_LIST = parseDateList(readFileSync(join(FIXTURES, 'text/dates.txt'), 'utf8'), 'dates.txt');
const SLC_TAB = parseDateList(readFileSync(join(FIXTURES, 'text/SLC_tab'), 'utf8'), 'SLC_tab');
const MATLAB_DAMAGE = /ends early or is damaged/;

/** Points without names of their own: they are told by their places. */
const UNNAMED: readonly UnnamedCase[] = [
  { path: 'stamps/ps_plot_ts_v-do.mat', format: 'StaMPS time series', damage: MATLAB_DAMAGE },
  { path: 'stamps/ps_plot_ts_v-d.mat', format: 'StaMPS time series', damage: MATLAB_DAMAGE },
  { path: 'stamps/ps_plot_ts_v.mat', format: 'StaMPS time series', damage: MATLAB_DAMAGE },
  { path: 'stamps/stamps_tsexport.csv', format: 'StaMPS-Visualizer table' },
  { path: 'text/number-row.txt', format: 'points as text' },
  { path: 'text/blanks.txt', format: 'points as text' },
  { path: 'text/grdtrack.txt', format: 'points as text', options: { dates: DATE_LIST } },
  {
    path: 'text/disp_tab.txt',
    format: 'points as text',
    options: {
      dates: SLC_TAB,
      columnNames: ['pid', 'line', 'pixel', 'latitude', 'longitude', 'height'],
      units: 'm',
    },
  },
];

describe.each(UNNAMED)('reader of $path', ({ path, format, options, damage }) => {
  const file = join(FIXTURES, path);

  it('gives every point in mm where the truth has it, in batches of any size', async () => {
    const [dataset, ...others] = await openDatasets([file], options);
    expect(others).toEqual([]);
    expect(dataset.format).toBe(format);
    expect(Array.from(dataset.axis.days, (day) => `D${formatCompactDay(day)}`)).toEqual(TRUTH.dates);
    for (const size of [100, 4, 1]) {
      const points = [...(await readPoints(dataset, size)).values()];
      expect(points).toHaveLength(24);
      points.forEach((point, index) => {
        const truth = TRUTH.points[index];
        expect(point.longitude).toBeCloseTo(truth.longitude, 9);
        expect(point.latitude).toBeCloseTo(truth.latitude, 9);
        expect(point.series.map((value) => value === null)).toEqual(
          truth.series.map((value) => value === null),
        );
        point.series.forEach((value, epoch) => {
          expect(value ?? 0).toBeCloseTo(truth.series[epoch] ?? 0, 4);
        });
      });
      expect(dataset.report.rowsRead).toBe(24);
      expect(dataset.report.skipped).toEqual([]);
    }
  });

  it('stops when told to', async () => {
    const [dataset] = await openDatasets([file], options);
    const signal = AbortSignal.abort();
    const first = dataset.batches({ pointsPerBatch: 4, signal })[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  });

  if (damage !== undefined) {
    it('says that it is damaged where its end is missing', async () => {
      const copy = join(folder, basename(path));
      copyFileSync(file, copy);
      truncateSync(copy, Math.floor(readFileSync(copy).length * 0.4));
      await expect(openDatasets([copy])).rejects.toMatchObject({
        code: 'input',
        message: expect.stringMatching(damage),
      });
    });
  }
});

describe('rows of text', () => {
  const grdtrack = join(FIXTURES, 'text/grdtrack.txt');

  it('ask for their dates, and for the names of their columns', async () => {
    await expect(openDatasets([grdtrack])).rejects.toThrow(/--dates/);
    const table = join(FIXTURES, 'text/disp_tab.txt');
    await expect(openDatasets([table], { dates: DATE_LIST })).rejects.toThrow(/first 6 columns .*--columns/s);
    await expect(openDatasets([grdtrack], { dates: [...DATE_LIST, 20_000, 20_006] })).rejects.toThrow(
      /9 columns and the list of dates 9: that leaves 0/,
    );
  });

  it('leave out and count what is no whole row', async () => {
    const path = join(folder, 'rows.txt');
    const rows = readFileSync(grdtrack, 'utf8').split('\n');
    writeFileSync(
      path,
      [...rows.slice(0, 4), '13.5\t38.6\t1', rows[5].replace(/\t\S+$/, '\tten'), rows[6]].join('\n'),
    );
    const [dataset] = await openDatasets([path], { dates: DATE_LIST });
    expect((await readPoints(dataset)).size).toBe(3);
    expect(dataset.report.skipped.map(({ reason, count }) => [reason, count])).toEqual([
      ['not as many cells as the header', 1],
      ['a displacement that is not a number', 1],
    ]);
  });
});

describe('files without series', () => {
  it('are refused on their own and named beside others in a folder', async () => {
    await expect(openDatasets([join(FIXTURES, 'mintpy-geo/geo_maskTempCoh.h5')])).rejects.toThrow(
      /no displacement series/,
    );
    const [dataset, ...others] = await openDatasets([join(FIXTURES, 'mintpy-geo')]);
    expect(others).toEqual([]);
    expect(dataset.report.warnings).toContainEqual(expect.stringContaining('geo_temporalCoherence.h5'));
  });
});
