import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../../src/random.js';
import { createEpochAxis, type EpochAxis, formatCompactDay, parseDay } from '../../src/series/epoch-axis.js';

/** Dates some days apart from 2019-01-02 on. */
export function regularDates(dates: number, daysApart = 12): EpochAxis {
  const first = parseDay('2019-01-02')!;
  return createEpochAxis(Array.from({ length: dates }, (_, i) => first + daysApart * i));
}

/** One point of a made-up table; `NaN` in its motion is an empty cell. */
export interface SimulatedPoint {
  readonly pid: string;
  readonly longitude: number;
  readonly latitude: number;
  motion(epoch: number, years: number): number;
  /** Standard deviation of white noise on top, mm; 1.5 where left out. */
  readonly noiseMm?: number;
}

/** A place of its own, far from the others. */
export function placeOf(index: number): { longitude: number; latitude: number } {
  return { longitude: -3.5 + 0.01 * (index % 20), latitude: 37 + 0.01 * Math.floor(index / 20) };
}

/** Writes points as a table of text, displacements to a tenth of a millimetre; gives its path. */
export async function writeSimulated(
  folder: string,
  axis: EpochAxis,
  points: readonly SimulatedPoint[],
): Promise<string> {
  const random = createRandom('simulated table');
  const header = ['pid', 'latitude', 'longitude', ...Array.from(axis.days, formatCompactDay)].join(',');
  const rows = points.map(({ pid, latitude, longitude, motion, noiseMm = 1.5 }) => {
    const series = Array.from(axis.years, (years, epoch) => {
      const value = motion(epoch, years) + noiseMm * random.normal();
      return Number.isNaN(value) ? '' : value.toFixed(1);
    });
    return [pid, latitude.toFixed(6), longitude.toFixed(6), ...series].join(',');
  });
  const path = join(folder, 'points.csv');
  await writeFile(path, `${[header, ...rows].join('\n')}\n`);
  return path;
}

/** The rows of a table of text without quotes, by column. */
export function parseTable(text: string): Record<string, string>[] {
  const [header, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}
