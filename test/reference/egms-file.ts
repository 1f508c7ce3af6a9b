import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { createEpochAxis, parseDay } from '../../src/series/epoch-axis.js';
import type { SeriesBatch } from '../../src/series/series-batch.js';

/** EGMS files beside the checkout that the numbers are judged by. */
export const EGMS_FILES = [
  'EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv',
  'EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip',
] as const;

/** Path of an EGMS file in the folder of real data beside the repository, or `undefined` where it is absent. */
export function findEgmsFile(name: string): string | undefined {
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    if (!existsSync(join(folder, 'package.json'))) continue;
    const path = join(folder, '..', 'shared', 'data', 'egms', name);
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** Reads a whole EGMS CSV (or the one in a ZIP) as one batch, the plain way. */
export function readEgmsFile(path: string): SeriesBatch {
  const bytes = readFileSync(path);
  const member = path.endsWith('.zip')
    ? Object.entries(unzipSync(bytes, { filter: ({ name }) => name.endsWith('.csv') }))[0][1]
    : bytes;
  const lines = new TextDecoder().decode(member).trim().split(/\r?\n/);
  const header = lines[0].split(',');
  const dates = header.flatMap((name, column) => (/^\d{8}$/.test(name) ? [column] : []));
  const axis = createEpochAxis(dates.map((column) => parseDay(header[column]) as number));
  const count = lines.length - 1;
  const displacements = new Float32Array(count * dates.length);
  const attributes = header.flatMap((name, column) =>
    column === 0 || dates.includes(column) ? [] : [{ name, column, values: new Float64Array(count) }],
  );
  const pids: string[] = [];
  for (let point = 0; point < count; point++) {
    const cells = lines[point + 1].split(',');
    pids.push(cells[0]);
    for (const { column, values } of attributes)
      values[point] = cells[column] === '' ? Number.NaN : Number(cells[column]);
    dates.forEach((column, epoch) => {
      displacements[point * dates.length + epoch] = cells[column] === '' ? Number.NaN : Number(cells[column]);
    });
  }
  const valuesOf = (wanted: string): Float64Array =>
    attributes.find(({ name }) => name === wanted)?.values ?? new Float64Array(count).fill(Number.NaN);
  return {
    axis,
    count,
    pids,
    longitude: valuesOf('longitude'),
    latitude: valuesOf('latitude'),
    displacements,
    attributes: attributes.map(({ name, values }) => ({ name, kind: 'number', values })),
  };
}
