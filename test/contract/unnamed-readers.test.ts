import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenOptions, openDatasets } from '../../src/read/open-datasets.node.js';
import { parseDateList } from '../../src/read/point-text/date-list.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { FIXTURES, readPoints, TRUTH } from './reader-truth.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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
