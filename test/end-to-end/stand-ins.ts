import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect } from 'vitest';
import { createRandom } from '../../src/random.js';
import { createToMetres } from '../../src/read/projection.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import { runCli } from './run-cli.js';
import { writeTable } from './shard-job.js';

const FIXTURES = new URL('../fixtures/readers/', import.meta.url);
const MODEL = new URL('../../models/default.onnx', import.meta.url);
const EGMS_NAME = 'EGMS_L2b_022_0845_IW2_VV_2020_2024_1';
const PLACE = { longitude: 13.15, latitude: 38.7 };
const DAYS = Array.from({ length: 120 }, (_, i) => 18_300 + 12 * i);

/** Small files under every name that the examples of the documentation and of `--help` use. */
export async function makeStandIns(folder: string): Promise<void> {
  const at = (name: string) => join(folder, name);
  const run = async (...args: string[]) => {
    const result = await runCli(args, folder);
    expect(result.status, `${args.join(' ')}\n${result.stderr}`).toBe(0);
  };
  const zip = async (name: string, member: string, text: string | Buffer) =>
    writeFile(at(name), zipSync({ [member]: typeof text === 'string' ? Buffer.from(text) : text }));

  await run('simulate', '--scene', 'egms-like', '--points', '300', '--dates', '300', '-o', 'egms.csv');
  const egms = await readFile(at('egms.csv'), 'utf8');
  await cp(at('egms.csv'), at('scene.csv'));
  const firstPid = egms.slice(egms.indexOf('\n') + 1).split(',')[0];
  await zip(`${EGMS_NAME}.zip`, `${EGMS_NAME}.csv`, egms.replace(`\n${firstPid},`, '\n166ax5D7fY,'));
  await mkdir(at('downloads'));
  await cp(at(`${EGMS_NAME}.zip`), at(`downloads/${EGMS_NAME}.zip`));

  await run(
    'simulate',
    '--scene',
    'samples',
    '--per-class',
    '30',
    '-o',
    'points.csv',
    '--truth',
    'labels.csv',
  );
  await renamePid(at('points.csv'), at('labels.csv'), '4711');
  await zip('a.zip', 'a.csv', await readFile(at('points.csv')));
  const other = [
    '--scene',
    'samples',
    '--per-class',
    '12',
    '--seed',
    'b',
    '-o',
    'b.csv',
    '--truth',
    'b-labels.csv',
  ];
  await run('simulate', ...other);
  const [labels, otherLabels] = await Promise.all(
    ['labels.csv', 'b-labels.csv'].map((name) => readFile(at(name), 'utf8')),
  );
  await run('convert', 'b.csv', 'b.shp');
  await run('convert', 'b.csv', 'Sentinel_Asc.shp');
  await writeFile(
    at('by-eye.csv'),
    readByEye(labels, 'a.zip') + readByEye(otherLabels, 'b.shp').replace(/^.*\n/, ''),
  );

  await writeFile(at('ascending.csv'), makeTrack([-0.62, -0.1, 0.778]));
  await zip('descending.zip', 'descending.csv', makeTrack([0.59, -0.12, 0.798]));
  await writeFile(at('EGMS_L3_E45N17_100km_U_2020_2024_1.csv'), makeOrtho());
  await run('classify', 'ascending.csv', '-o', 'map.parquet', '--keep-series');
  for (const name of ['map-2023', 'map-2024', 'l3']) await cp(at('map.parquet'), at(`${name}.parquet`));
  await run('classify', `${EGMS_NAME}.zip`, '-o', 'egms-map.parquet');
  for (const name of ['municipalities', 'dams'])
    await writeFile(at(`${name}.geojson`), makePlaces('Polygon'));
  await writeFile(at('roads.geojson'), makePlaces('LineString'));

  const models = ['default', 'own', 'paper-a', 'paper-b'];
  for (const name of models) await cp(MODEL, at(`${name}.onnx`));
  await mkdir(at('mintpy/geo'), { recursive: true });
  await cp(new URL('mintpy-geo', FIXTURES), at('mintpy/geo'), { recursive: true });
  await cp(at('mintpy/geo/geo_timeseries_ERA5_demErr.h5'), at('mintpy/geo/geo_timeseries_demErr.h5'));

  await writeTable(at('big.csv'), 32_000, 'big');
  const more = at('more.csv');
  await writeTable(more, 200, 'more');
  await zip('more.zip', 'more.csv', await readFile(more));
  await run('shard', 'plan', 'big.csv', 'more.zip', '--into', '8', '-o', 'job');
  const { shards } = JSON.parse(await readFile(at('job/manifest.json'), 'utf8'));
  expect(shards.length).toBeGreaterThan(3);
  for (let index = 0; index < shards.length; index++)
    await run('shard', 'run', 'job', '--index', String(index));
  await mkdir(at('egms'));
  await run('demo');
  await run('tune', 'points.csv', '--labels', 'labels.csv', '-o', 'search', '--trials', '2', '--epochs', '3');
}

async function renamePid(series: string, labels: string, pid: string): Promise<void> {
  const text = await readFile(series, 'utf8');
  const first = text.slice(text.indexOf('\n') + 1).split(',')[0];
  await writeFile(series, text.replace(`\n${first},`, `\n${pid},`));
  await writeFile(labels, (await readFile(labels, 'utf8')).replace(`\n${first},`, `\n${pid},`));
}

/** Labels as two readers of one file: `pid,label_1,file`. */
function readByEye(labels: string, file: string): string {
  const [titles, ...lines] = labels.trimEnd().split('\n');
  const label = titles.split(',').findIndex((title) => title === 'label' || title === 'class');
  const rows = lines.map((line) => `${line.split(',')[0]},${line.split(',')[label]},${file}`);
  return `${['pid,label_1,file', ...rows].join('\n')}\n`;
}

/** A track on which some points move up and east and others stand still. */
function makeTrack(sight: readonly [number, number, number]): string {
  const random = createRandom(`track ${sight}`);
  const lines = [`pid,latitude,longitude,los_east,los_north,los_up,${DAYS.map(formatCompactDay).join(',')}`];
  for (let point = 0; point < 200; point++) {
    const isMoving = point < 40;
    const longitude = PLACE.longitude + (isMoving ? 0.0008 : 0.01) * random.uniform();
    const latitude = PLACE.latitude + (isMoving ? 0.0008 : 0.01) * random.uniform();
    const rate = isMoving ? -25 * sight[2] + 10 * sight[0] : 0;
    const series = DAYS.map((day) => (rate * ((day - DAYS[0]) / 365.25) + random.normal()).toFixed(1));
    lines.push([`p${point}`, latitude.toFixed(6), longitude.toFixed(6), ...sight, ...series].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The vertical component of the cells around the place, as EGMS's L3 has it. */
function makeOrtho(): string {
  const [x, y] = createToMetres(3035)(PLACE.longitude, PLACE.latitude);
  const days = Array.from({ length: 240 }, (_, i) => DAYS[0] + 6 * i);
  const lines = [`pid,easting,northing,height,${days.map(formatCompactDay).join(',')}`];
  for (let column = -2; column < 12; column++) {
    for (let row = -2; row < 12; row++) {
      const easting = 100 * (Math.floor(x / 100) + column) + 50;
      const northing = 100 * (Math.floor(y / 100) + row) + 50;
      lines.push(
        [`c${column}_${row}`, easting, northing, 10, ...days.map((_, i) => (-0.1 * i).toFixed(1))].join(','),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function makePlaces(type: 'Polygon' | 'LineString'): string {
  const { longitude: x, latitude: y } = PLACE;
  const ring = [
    [x - 0.001, y - 0.001],
    [x + 0.01, y - 0.001],
    [x + 0.01, y + 0.01],
    [x - 0.001, y - 0.001],
  ];
  const geometry = { type, coordinates: type === 'Polygon' ? [ring] : ring.slice(0, 3) };
  const features = [{ type: 'Feature', properties: { name: 'one' }, geometry }];
  return JSON.stringify({ type: 'FeatureCollection', features });
}
