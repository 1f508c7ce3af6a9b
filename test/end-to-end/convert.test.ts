import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REAL_DATA, runCli, withFolder } from './run-cli.js';
import { parseTable, placeOf, regularDates, writeSimulated } from './simulated-table.js';

const POINTS = fileURLToPath(new URL('../fixtures/readers/points.csv', import.meta.url));

/** Formats that are written and read again. */
const ROUND_TRIPS = ['out.parquet', 'out.gpkg', 'out.fgb', 'out.geojson', 'out.ndjson'];

/** FlatGeobuf has an order of its own. */
const sortLines = (text: string) => text.split('\n').sort().join('\n');

describe('groundtrend convert', () => {
  it('gives the same table back by way of every format', async () => {
    await withFolder(async (folder) => {
      const direct = join(folder, 'direct.csv');
      expect(await runCli(['convert', POINTS, direct, ...ROUND_TRIPS], folder)).toMatchObject({ status: 0 });
      const expected = await readFile(direct, 'utf8');
      expect(expected.split('\n')[1]).toContain('P000x');
      for (const name of ROUND_TRIPS) {
        const back = `${name}.csv`;
        const { status, stdout } = await runCli(['convert', name, back], folder);
        expect([name, status, stdout]).toEqual([name, 0, `written: ${back}, 24 points\n`]);
        const text = await readFile(join(folder, back), 'utf8');
        expect([name, sortLines(text)]).toEqual([name, sortLines(expected)]);
        if (name !== 'out.fgb') expect([name, text]).toEqual([name, expected]);
      }
    });
  });

  it.skipIf(REAL_DATA === undefined)(
    'gives the same classes out of another format, and of our own map (needs ../shared/data)',
    async () => {
      await withFolder(async (folder) => {
        const source = join(REAL_DATA!, 'shapefile-sbas/Sentinel_Asc.shp');
        const classify = (input: string, ...more: string[]) =>
          runCli(['classify', input, '--describe', 'none', ...more], folder);
        const first = await classify(
          source,
          '--units',
          'cm',
          '--keep-series',
          '-o',
          'map.parquet',
          '-o',
          'map.csv',
        );
        expect([first.status, first.stderr]).toEqual([0, expect.anything()]);
        expect((await classify('map.parquet', '-o', 'again.csv')).status).toBe(0);
        const columns = async (name: string) =>
          (await readFile(join(folder, name), 'utf8'))
            .split('\n')
            .map((line) => line.split(',').slice(0, 5).join());
        expect(await columns('again.csv')).toEqual(await columns('map.csv'));
      });
    },
  );

  it('names the velocity of a map with series as InSAR Explorer looks for it', async () => {
    await withFolder(async (folder) => {
      const points = [0, -8].map((velocity, i) => ({
        pid: `P${i}`,
        ...placeOf(i),
        motion: (_epoch: number, years: number) => velocity * years,
      }));
      const table = await writeSimulated(folder, regularDates(80), points);
      for (const level of ['basic', 'full']) {
        const map = `${level}.csv`;
        const run = await runCli(
          ['classify', table, '-o', map, '--keep-series', '--describe', level],
          folder,
        );
        expect([run.status, run.stderr]).toEqual([0, expect.anything()]);
        const rows = parseTable(await readFile(join(folder, map), 'utf8'));
        expect(rows.map((row) => row.mean_velocity)).toEqual(rows.map((row) => row.velocity_mm_yr));
        expect(Number(rows[1].mean_velocity)).toBeCloseTo(-8, 0);
        expect(Object.keys(rows[0]).filter((name) => /^D\d{8}$/.test(name))).toHaveLength(80);
      }
    });
  });

  it('reads rows of text by a list of dates and the names of their columns', async () => {
    await withFolder(async (folder) => {
      const text = fileURLToPath(new URL('../fixtures/readers/text/', import.meta.url));
      const columns = 'pid,line,pixel,latitude,longitude,height';
      const layout = ['--dates', join(text, 'SLC_tab'), '--columns', columns, '--units', 'm'];
      const { status } = await runCli(['convert', join(text, 'disp_tab.txt'), 'out.csv', ...layout], folder);
      expect(status).toBe(0);
      const [header, first] = (await readFile(join(folder, 'out.csv'), 'utf8')).split('\n');
      expect(header).toMatch(/^pid,longitude,latitude,line,pixel,height_ortho,D20200103,.*D20200315$/);
      const expected = (await readFile(POINTS, 'utf8')).split('\n')[1].split(',').slice(-7).map(Number);
      expect(first.split(',').slice(-7).map(Number)).toEqual(expected);
    });
  });

  it('leaves the series out when asked, and says what it left out by itself', async () => {
    await withFolder(async (folder) => {
      const { status } = await runCli(['convert', POINTS, 'slim.csv', '--no-series'], folder);
      expect(status).toBe(0);
      const header = (await readFile(join(folder, 'slim.csv'), 'utf8')).split('\n')[0];
      expect(header).toBe('pid,longitude,latitude,height_ortho,note,flag,number');
      const again = await runCli(['convert', 'slim.csv', 'again.gpkg'], folder);
      expect(again.status).toBe(3);
      expect(again.stderr).toContain('No column is named like a date');
    });
  });
});
