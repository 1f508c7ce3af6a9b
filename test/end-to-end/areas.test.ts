import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { REAL_DATA, runCli, withFolder } from './run-cli.js';

const CLUMP = { longitude: 13.15, latitude: 38.7, points: 40 };

function hasGdal(): boolean {
  try {
    execFileSync('ogr2ogr', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return process.env.CI !== undefined;
  }
}

/** A file with a clump of points that move up and east at given rates (mm/yr) among points that stand still. */
function makeFile(
  los: readonly [number, number, number],
  up: number,
  east: number,
  firstDay: number,
): string {
  const random = createRandom(`file ${los}`);
  const days = Array.from({ length: 120 }, (_, i) => firstDay + 12 * i);
  const lines = [
    ['pid', 'latitude', 'longitude', 'los_east', 'los_north', 'los_up', ...days.map(formatCompactDay)].join(
      ',',
    ),
  ];
  for (let point = 0; point < 240; point++) {
    const isMoving = point < CLUMP.points;
    const reach = isMoving ? 0.0008 : 0.02;
    const longitude = CLUMP.longitude + (isMoving ? 0 : 0.03) + reach * random.uniform();
    const latitude = CLUMP.latitude + reach * random.uniform();
    const rate = isMoving ? los[2] * up + los[0] * east : 0;
    const series = days.map((day) => (rate * ((day - days[0]) / 365.25) + random.normal()).toFixed(1));
    lines.push([`p${point}`, latitude.toFixed(6), longitude.toFixed(6), ...los, ...series].join(','));
  }
  return `${lines.join('\n')}\n`;
}

describe('from a map to places', () => {
  const folder: { path: string; release?: () => void } = { path: '' };
  const path = (name: string) => join(folder.path, name);
  beforeAll(async () => {
    await new Promise<void>((ready) => {
      void withFolder(
        (made) =>
          new Promise<void>((release) => {
            Object.assign(folder, { path: made, release });
            ready();
          }),
      );
    });
    writeFileSync(path('ascending.csv'), makeFile([-0.62, -0.1, 0.778], -25, 10, 18_300));
    writeFileSync(path('descending.csv'), makeFile([0.59, -0.12, 0.798], -25, 10, 18_305));
    const made = await runCli([
      'classify',
      path('ascending.csv'),
      '-o',
      path('map.parquet'),
      '--keep-series',
    ]);
    expect(made.stderr).toBe('');
  });
  afterAll(() => folder.release?.());

  it('areas: says once that quality is not judged without series, and in the file at every area', async () => {
    await runCli(['classify', path('ascending.csv'), '-o', path('bare.parquet'), '--describe', 'basic']);
    const { stdout } = await runCli(['areas', path('bare.parquet'), '-o', path('bare.csv')]);
    expect(stdout.match(/not judged/g)).toHaveLength(1);
    expect(stdout).toContain(
      '\nQuality is not judged: the map holds no series. See --keep-series of classify.\n',
    );
    expect(readFileSync(path('bare.csv'), 'utf8')).toContain('not judged: the map holds no series');
  });

  it('areas: one area around what moves, written as every format of shapes', async () => {
    const outputs = ['areas.gpkg', 'areas.parquet', 'areas.fgb', 'areas.geojson', 'areas.csv'].flatMap(
      (name) => ['-o', path(name)],
    );
    const { status, stdout } = await runCli(['areas', path('map.parquet'), ...outputs, '--keep-series']);
    expect(status).toBe(0);
    expect(stdout).toContain('1 area\n');
    const { features } = JSON.parse(readFileSync(path('areas.geojson'), 'utf8'));
    expect(features).toHaveLength(1);
    const { properties, geometry } = features[0];
    expect(geometry.type).toBe('MultiPolygon');
    expect(properties).toMatchObject({ active_points: CLUMP.points, dominant_class: 'Linear', quality: 1 });
    expect(properties.velocity_mean_mm_yr).toBeCloseTo(0.778 * -25 - 0.62 * 10, 0);
    expect(properties.series_velocity_mm_yr).toBeCloseTo(0.778 * -25 - 0.62 * 10, 0);
    const refused = await runCli(['areas', path('map.parquet'), '-o', path('areas.kmz')]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('.gpkg');
  });

  it.skipIf(!hasGdal())('areas: the GeoPackage is valid to GDAL (skipped without gdal-bin)', () => {
    const sql = 'SELECT area, ST_IsValid(geom) AS ok, ST_Area(geom) AS a, active_points FROM active_areas';
    const args = ['-f', 'CSV', '/vsistdout/', path('areas.gpkg'), '-dialect', 'SQLITE', '-sql', sql];
    const [, row] = execFileSync('ogr2ogr', args, { encoding: 'utf8' }).trim().split(/\r?\n/);
    const [area, ok, size, points] = row.split(',').map((cell) => Number(cell.replaceAll('"', '')));
    expect([area, ok, points]).toEqual([1, 1, CLUMP.points]);
    expect(size).toBeGreaterThan(0);
  });

  it('stats: polygons and lines, as table, GeoJSON and page', async () => {
    const { longitude: x, latitude: y } = CLUMP;
    const ring = [
      [x - 0.001, y - 0.001],
      [x + 0.001, y - 0.001],
      [x + 0.001, y + 0.001],
      [x - 0.001, y + 0.001],
      [x - 0.001, y - 0.001],
    ];
    const line = [
      [x + 0.03, y + 0.01],
      [x + 0.05, y + 0.01],
    ];
    const feature = (name: string, type: string, coordinates: unknown) => ({
      type: 'Feature',
      properties: { name },
      geometry: { type, coordinates },
    });
    const features = [feature('slope', 'Polygon', [ring]), feature('road', 'LineString', line)];
    writeFileSync(path('places.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
    const common = ['stats', path('map.parquet'), '--by', path('places.geojson')];
    expect((await runCli(common)).stderr).toContain('--buffer');
    const options = ['--buffer', '200', '-o', path('stats.geojson'), '--chart', path('stats.html'), '--json'];
    const { status, stdout } = await runCli([...common, ...options]);
    expect(status).toBe(0);
    const [slope, road] = JSON.parse(stdout);
    expect(slope).toMatchObject({ name: 'slope', points: CLUMP.points, classes: { Linear: CLUMP.points } });
    expect(road.points).toBeGreaterThan(5);
    expect(road.classes.Linear).toBe(0);
    expect(JSON.parse(readFileSync(path('stats.geojson'), 'utf8')).features[1].geometry.type).toBe(
      'MultiLineString',
    );
    expect(readFileSync(path('stats.html'), 'utf8')).toContain('Mean series of slope');
    const told = await runCli([...common, '--buffer', '200', '-o', path('told.csv')]);
    expect(told.stdout).toMatch(/slope.*\nroad.*\n\nwritten: .*told\.csv\n$/);
  });

  it('compare: a map with itself has not changed', async () => {
    const args = ['compare', path('map.parquet'), path('map.parquet'), '-o', path('changes.csv')];
    const { status, stdout } = await runCli(args);
    expect(status).toBe(0);
    expect(stdout).toContain('240 points in both, 0 only in the new, 0 only in the old');
    expect(stdout).toContain('class changed: 0 (0.0 %)');
    expect(readFileSync(path('changes.csv'), 'utf8').split('\n')).toHaveLength(242);
  });

  it('decompose: up and east of the clump, classified', async () => {
    const args = [
      'decompose',
      path('ascending.csv'),
      path('descending.csv'),
      '-o',
      path('ue.csv'),
      '--keep-series',
    ];
    const { status, stdout } = await runCli(args);
    expect(stdout).toContain('cannot be told from two tracks');
    expect(status).toBe(0);
    const [header, ...rows] = readFileSync(path('ue.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const cell = (row: string[], name: string) => row[header.indexOf(name)];
    const moving = rows.filter((row) => Number(cell(row, 'longitude')) < CLUMP.longitude + 0.01);
    expect(moving.length).toBeGreaterThanOrEqual(2);
    for (const row of moving) {
      const isUp = cell(row, 'component') === 'vertical';
      expect(cell(row, 'class')).toBe('Linear');
      expect(Math.abs(Number(cell(row, 'mean_velocity')) - (isUp ? -25 : 10))).toBeLessThan(1);
    }
  });

  it('decompose: a single track along a slope', async () => {
    const direction = ['--project', 'slope', '--aspect', '90', '--slope', '30', '--no-classify'];
    const args = ['decompose', path('ascending.csv'), '-o', path('slope.csv'), ...direction];
    expect((await runCli(args)).status).toBe(0);
    expect(readFileSync(path('slope.csv'), 'utf8').split('\n')[0]).toContain('share_seen');
    const wrong = await runCli([
      'decompose',
      path('ascending.csv'),
      '-o',
      path('x.csv'),
      '--project',
      'slope',
    ]);
    expect(wrong.status).toBe(2);
  });
});

describe('decompose against EGMS L3', () => {
  it.skipIf(REAL_DATA === undefined)(
    'agrees with the files made by another program (skipped without ../shared/data)',
    async () => {
      const file = (name: string) => join(REAL_DATA!, 'egms', name);
      const { status, stdout } = await runCli([
        'decompose',
        file('EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv'),
        file('EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip'),
        '--compare',
        file('EGMS_L3_E45N17_100km_U_2020_2024_1.csv'),
        file('EGMS_L3_E45N17_100km_E_2020_2024_1.csv'),
        '--json',
      ]);
      expect(status).toBe(0);
      const { comparisons } = JSON.parse(stdout);
      expect(comparisons.map((row: { component: string }) => row.component)).toEqual(['vertical', 'east']);
      for (const row of comparisons) {
        expect(row).toMatchObject({ cells: 289, dates: 304 });
        expect(row.medianCellMm).toBeLessThanOrEqual(0.3);
        expect(row.velocityCorrelation).toBeGreaterThanOrEqual(0.999);
      }
    },
  );
});

describe('fetch', () => {
  it('brings what can be had, tells what cannot, and shows no token', async () => {
    const token = 'sEcReT987';
    const archive = zipSync({ 'a.csv': new TextEncoder().encode('pid,latitude\n') });
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/good.zip')) response.end(archive);
      else response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await withFolder(async (folder) => {
        const list = join(folder, 'list.txt');
        writeFileSync(list, `${base}/good.zip?id=${token}\n${base}/old.zip?id=${token}\n`);
        const { status, stdout, stderr } = await runCli(['fetch', list, '-o', join(folder, 'files')]);
        expect(status).toBe(3);
        expect(stdout).toContain('fetched: good.zip');
        expect(stdout).toContain('failed:  old.zip: the server refuses (403)');
        expect(stdout + stderr).not.toContain(token);
        expect(readFileSync(join(folder, 'files', 'good.zip')).equals(Buffer.from(archive))).toBe(true);
      });
    } finally {
      server.close();
    }
  });
});
