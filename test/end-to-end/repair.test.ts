import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EpochAxis, formatCompactDay, formatDay } from '../../src/series/epoch-axis.js';
import { runCli, withFolder } from './run-cli.js';
import { parseTable, placeOf, regularDates, type SimulatedPoint, writeSimulated } from './simulated-table.js';

const CYCLE = 27.733;
const AXIS = regularDates(140);

function quietPoints(count: number): SimulatedPoint[] {
  return Array.from({ length: count }, (_, i) => ({ pid: `quiet-${i}`, motion: () => 0, ...placeOf(i) }));
}

function seriesOf(row: Record<string, string>, axis: EpochAxis = AXIS): string[] {
  return Array.from(axis.days, (day) => row[`D${formatCompactDay(day)}`]);
}

async function readTable(path: string): Promise<Record<string, string>[]> {
  return parseTable(await readFile(path, 'utf8'));
}

describe('classify --repair', () => {
  /** Cycles added from an epoch on, and the jumps that a log should name. */
  const JUMPS: Readonly<Record<string, readonly (readonly [epoch: number, cycles: number])[]>> = {
    lasting: [[50, 1]],
    falling: [[90, -1]],
    temporary: [
      [40, 1],
      [70, -1],
    ],
    double: [[60, 2]],
  };

  function jumpingPoints(): SimulatedPoint[] {
    return Object.entries(JUMPS).map(([pid, jumps], i) => ({
      pid,
      ...placeOf(200 + i),
      motion: (epoch, years) =>
        3 * years + jumps.reduce((sum, [from, cycles]) => sum + (epoch >= from ? cycles * CYCLE : 0), 0),
    }));
  }

  it('puts known jumps right, logs each, and keeps the raw series', () =>
    withFolder(async (folder) => {
      const partial: SimulatedPoint = {
        pid: 'partial',
        motion: (epoch) => (epoch >= 70 ? 14 : 0),
        ...placeOf(300),
      };
      const points = [...quietPoints(100), ...jumpingPoints(), partial];
      const path = await writeSimulated(folder, AXIS, points);
      const map = join(folder, 'map.csv');
      const result = await runCli(['classify', path, '--repair', '--keep-series', '-o', map]);
      expect(result.stderr).toBe('');
      expect(result.stdout).toContain(
        'repaired: 5 jumps in 4 points; left as they are: 1 point with a step of part of a cycle',
      );
      expect((await readdir(folder)).toSorted()).toEqual([
        'map.csv',
        'map.repaired.csv',
        'map.repairs.csv',
        'points.csv',
      ]);

      const log = await readTable(join(folder, 'map.repairs.csv'));
      const wanted = Object.entries(JUMPS).flatMap(([pid, jumps]) =>
        jumps.map(([epoch, cycles]) => `${pid} ${formatDay(AXIS.days[epoch])} ${cycles}`),
      );
      expect(log.map(({ pid, date, cycles }) => `${pid} ${date} ${cycles}`)).toEqual(wanted);
      for (const { evidence, neighbours } of log) {
        expect(Number(evidence)).toBeGreaterThanOrEqual(10);
        expect(neighbours).toBe('0');
      }

      const source = await readTable(path);
      const rows = await readTable(map);
      rows.forEach((row, i) => {
        // Tables of text hold -0.0 as well as 0: added to zero, they are the same.
        const raw = Array.from(AXIS.days, (day) => 0 + Number(source[i][formatCompactDay(day)]));
        expect(seriesOf(row).map(Number)).toEqual(raw);
        expect(row.class_repaired === '').toBe(!(row.pid in JUMPS));
      });
      const lasting = rows.find(({ pid }) => pid === 'lasting')!;
      expect(lasting.class).toBe('PUE');
      expect(lasting.class_repaired).toBe('Linear');
      expect(lasting.jump_dates).toBe(formatDay(AXIS.days[50]));
      expect(lasting.jump_cycles).toBe('+1');

      const repaired = await readTable(join(folder, 'map.repaired.csv'));
      expect(repaired.map(({ pid }) => pid)).toEqual(Object.keys(JUMPS));
      for (const row of repaired) {
        const own = rows.find(({ pid }) => pid === row.pid)!;
        expect(row.class).toBe(own.class);
        expect(row.class_repaired).toBe(own.class_repaired);
        const raw = seriesOf(own).map(Number);
        seriesOf(row).forEach((value, epoch) => {
          const cycles = JUMPS[row.pid].reduce((sum, [from, by]) => sum + (epoch >= from ? by : 0), 0);
          expect(Math.abs(Number(value) - (raw[epoch] - cycles * CYCLE))).toBeLessThan(0.01);
        });
      }
    }));

  it('counts the neighbours that jump alike', () =>
    withFolder(async (folder) => {
      // Within 100 m of each other: 0.0002 degrees are about 20 m.
      const group = Array.from(
        { length: 4 },
        (_, i): SimulatedPoint => ({
          pid: `near-${i}`,
          longitude: -3,
          latitude: 38 + 0.0002 * i,
          motion: (epoch) => (epoch >= 80 ? CYCLE : 0),
        }),
      );
      const path = await writeSimulated(folder, AXIS, [...quietPoints(80), ...group]);
      await runCli(['classify', path, '--repair', '-o', join(folder, 'map.csv')]);
      const log = await readTable(join(folder, 'map.repairs.csv'));
      expect(log.map(({ pid, neighbours }) => `${pid} ${neighbours}`)).toEqual(
        group.map(({ pid }) => `${pid} 3`),
      );
      // Without --keep-series there is no table of corrected series.
      expect(await readdir(folder)).not.toContain('map.repaired.csv');
    }));

  it('changes nothing where nothing jumps', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, quietPoints(300));
      const { stdout } = await runCli(['classify', path, '--repair', '-o', join(folder, 'map.csv')]);
      expect(stdout).toContain('repaired: 0 jumps in 0 points; left as they are: 0 points');
      expect(await readFile(join(folder, 'map.repairs.csv'), 'utf8')).toBe(
        'pid,date,cycles,evidence,neighbours\n',
      );
    }));
});

describe('a step that most of a file makes at one date', () => {
  const steppingScene = (share: number) =>
    Array.from(
      { length: 500 },
      (_, i): SimulatedPoint => ({
        pid: `p${i}`,
        ...placeOf(i),
        motion: (epoch) => (epoch >= 70 && i % 10 < 10 * share ? 12 : 0),
      }),
    );
  const date = formatDay(AXIS.days[70]);

  it('is said of the file by classify and describe', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, steppingScene(0.8));
      const { stdout } = await runCli(['classify', path, '-o', join(folder, 'map.csv')]);
      const warnings = stdout.split('\n').filter((line) => line.includes('points looked at step by'));
      expect(warnings).toHaveLength(1);
      const [, share, size, day] = /^note: (\d+) % .* step by (\S+) mm on (\S+): /.exec(warnings[0])!;
      expect(Math.abs(Number(share) - 80)).toBeLessThanOrEqual(2);
      expect(Math.abs(Number(size) - 12)).toBeLessThan(0.5);
      expect(day).toBe(date);
      const described = await runCli(['describe', path, '--pid', 'p3']);
      expect(described.stdout).toMatch(new RegExp(`note +\\d+ % .*${date}`));
    }));

  it('is not said where few make it', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, steppingScene(0.3));
      const { stdout } = await runCli(['classify', path, '-o', join(folder, 'map.csv')]);
      expect(stdout).not.toContain('points looked at step by');
    }));
});

describe('series with little to go on', () => {
  const nothing = Number.NaN;
  /** Motions by the note that they should get; `undefined` for numbers. */
  const ODD: readonly [pid: string, note: string, point: Pick<SimulatedPoint, 'motion' | 'noiseMm'>][] = [
    ['constant', 'fewer than three distinct values', { motion: () => -2, noiseMm: 0 }],
    ['two-values', 'fewer than three distinct values', { motion: (epoch) => epoch % 2, noiseMm: 0 }],
    ['year-long-gap', 'a gap of a year or more', { motion: (i) => (i > 50 && i < 90 ? nothing : 0) }],
    ['few-dates', 'fewer than 20 dates', { motion: (i) => (i % 8 === 0 ? 1 : nothing) }],
    ['short', 'less than a year of dates', { motion: (i) => (i >= 40 && i < 65 ? 1 : nothing) }],
    ['holes', '', { motion: (i) => (i % 5 === 1 ? nothing : 0) }],
  ];

  function oddPoints(missing: (epoch: number) => boolean): SimulatedPoint[] {
    const odd = ODD.map(([pid, , point], i) => ({ pid, ...placeOf(100 + i), ...point }));
    return [...quietPoints(60), ...odd].map((point) => ({
      ...point,
      motion: (epoch, years) => (missing(epoch) ? nothing : point.motion(epoch, years)),
    }));
  }

  it('get empty cells and a reason, in every format', () =>
    withFolder(async (folder) => {
      // One date is missing in the whole file.
      const path = await writeSimulated(
        folder,
        AXIS,
        oddPoints((epoch) => epoch === 33),
      );
      const outputs = ['map.csv', 'map.geojson', 'map.parquet'].map((name) => join(folder, name));
      const result = await runCli([
        ...['classify', path, '--repair', '--keep-series'],
        ...outputs.flatMap((output) => ['-o', output]),
      ]);
      expect(result.stderr).toBe('');
      expect(result.status).toBe(0);
      const text = await readFile(outputs[0], 'utf8');
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/i);
      const rows = parseTable(text);
      expect(rows).toHaveLength(60 + ODD.length);
      for (const [pid, note] of ODD) {
        const row = rows.find((candidate) => candidate.pid === pid)!;
        expect(row.describe_note).toBe(note);
        for (const name of ['velocity_mm_yr', 'velocity_se_mm_yr', 'noise_mm', 'evidence']) {
          expect(row[name] === '').toBe(note !== '');
        }
        expect(row.class).not.toBe('');
      }
      const geojson = JSON.parse(await readFile(outputs[1], 'utf8'));
      const constant = geojson.features.find(
        (feature: { properties: { pid: string } }) => feature.properties.pid === 'constant',
      );
      expect(constant.properties.velocity_mm_yr).toBeNull();
      for (const pid of ['constant', 'year-long-gap', 'holes']) {
        const shown = await runCli(['describe', outputs[2], '--pid', pid, '--json']);
        expect(shown.status).toBe(0);
        expect(shown.stdout).not.toMatch(/NaN|Infinity|undefined/);
      }
    }));

  it('are classified without numbers where the whole file spans less than a year', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, regularDates(40, 6), quietPoints(60));
      const map = join(folder, 'map.csv');
      const taken = await runCli(['classify', path, '-o', map, '--repair']);
      expect(taken.stderr).toBe('');
      expect(taken.status).toBe(0);
      const text = await readFile(map, 'utf8');
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/i);
      for (const row of parseTable(text)) {
        expect(row.describe_note).toBe('less than a year of dates');
        expect(row.velocity_mm_yr).toBe('');
        expect(row.class).not.toBe('');
      }
    }));

  it('are refused where the whole file has fewer than 20 dates, with the reason', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, regularDates(15), quietPoints(60));
      const classify = ['classify', path, '-o', join(folder, 'map.csv')];
      const byDefault = await runCli(classify);
      expect(byDefault.status).toBe(4);
      expect(byDefault.stderr).toContain('30 dates');
      const byTests = await runCli([...classify, '--model', 'test-tree']);
      expect(byTests.status).toBe(4);
      expect(byTests.stderr).toContain('fewer than 20 dates');
      expect(await readdir(folder)).toEqual(['points.csv']);
    }));
});
