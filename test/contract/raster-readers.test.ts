import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { FIXTURES, readPoints, TRUTH } from './reader-truth.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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

describe('series of LiCSBAS', () => {
  it('count where their mask says so, and the mask is no attribute', async () => {
    await ready;
    const path = join(folder, 'cum.h5');
    copyFileSync(join(FIXTURES, 'licsbas/cum.h5'), path);
    const [before] = await openDatasets([path]);
    const file = new File(path, 'a');
    const [, lines, samples] = (file.get('cum') as unknown as { shape: number[] }).shape;
    const mask = new Uint8Array(lines * samples).fill(1);
    mask[1] = 0;
    file.create_dataset({ name: 'mask', data: mask, shape: [lines, samples] });
    file.close();
    const [dataset] = await openDatasets([path]);
    let points = 0;
    for await (const { count } of dataset.batches()) points += count;
    expect(points).toBe(lines * samples - 1);
    expect(dataset.fields).toEqual(before.fields);
  });
});

describe('series of MintPy', () => {
  const series = 'mintpy-radar/timeseries_demErr.h5';
  beforeEach(() => copyFileSync(join(FIXTURES, series), join(folder, basename(series))));

  it('are not read with a mask of another size', async () => {
    await ready;
    const mask = new File(join(folder, 'maskTempCoh.h5'), 'w');
    mask.create_dataset({ name: 'mask', data: new Uint8Array(6), shape: [2, 3] });
    mask.close();
    await expect(openDatasets([join(folder, basename(series))])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/no mask of 4 x 6 pixels/),
    });
  });

  it('are not placed on a grid that counts in something unknown', async () => {
    await ready;
    const file = new File(join(folder, basename(series)), 'a');
    for (const [name, value] of Object.entries({ X_FIRST: '13', Y_FIRST: '38', X_UNIT: 'furlongs' })) {
      file.create_attribute(name, value);
    }
    file.close();
    await expect(openDatasets([join(folder, basename(series))])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/counted in furlongs, neither degrees nor metres/),
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

describe('files of HDF5', () => {
  /** Paths of the fixtures that this process holds open. */
  const heldOpen = () =>
    readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const path = readlinkSync(join('/proc/self/fd', descriptor));
        return path.startsWith(FIXTURES) || path.startsWith(folder) ? [path] : [];
      } catch {
        // The descriptor of the list itself is gone by then.
        return [];
      }
    });

  it
    .skipIf(!existsSync('/proc/self/fd'))
    .each([...RASTERS.map(({ path }) => path), 'stamps/ps_plot_ts_v.mat'])(
    'are open during a pass and not before, between and after: %s',
    async (path) => {
      const [dataset] = await openDatasets([join(FIXTURES, path)]);
      expect(heldOpen()).toEqual([]);
      for await (const batch of dataset.batches({ pointsPerBatch: 5 })) {
        expect(batch.count).toBeGreaterThan(0);
        expect(heldOpen()).toContain(join(FIXTURES, path));
        break;
      }
      expect(heldOpen()).toEqual([]);
      expect((await readPoints(dataset)).size).toBeGreaterThan(20);
      expect(heldOpen()).toEqual([]);
    },
  );

  it.skipIf(!existsSync('/proc/self/fd'))('are not left open where they are refused', async () => {
    const copy = join(folder, 'timeseries_demErr.h5');
    // Without its geometry, which is asked for once the file is open.
    copyFileSync(join(FIXTURES, 'mintpy-radar/timeseries_demErr.h5'), copy);
    await expect(openDatasets([copy])).rejects.toMatchObject({ code: 'input' });
    expect(heldOpen()).toEqual([]);
  });
});
