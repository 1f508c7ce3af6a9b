import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/series/epoch-axis.js';
import { runCli, withFolder } from './run-cli.js';
import { parseTable, placeOf, regularDates, type SimulatedPoint, writeSimulated } from './simulated-table.js';

const AXIS = regularDates(140);
const CYCLE = 27.73;
const BREAK_YEARS = 2.3;
const JUMP_EPOCH = 60;

const NAMED: Readonly<Record<string, SimulatedPoint['motion']>> = {
  quiet: () => 0,
  steady: (_, years) => 9 * years,
  bent: (_, years) => -20 * Math.max(0, years - BREAK_YEARS),
  jumping: (epoch, years) => 2 * years + (epoch >= JUMP_EPOCH ? CYCLE : 0),
};

/** The named points among quiet ones, from which the noise of the file is known. */
function scene(): SimulatedPoint[] {
  const motions = Object.entries(NAMED);
  const others = Array.from({ length: 80 }, (_, i) => [`other-${i}`, () => 0] as const);
  return [...motions, ...others].map(([pid, motion], i) => ({ pid, motion, ...placeOf(i) }));
}

/** Names of elements that are opened and closed in order; anything else is no XML. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const rest = xml.replaceAll(
    /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/gi,
    (_, end, name, __, self) => {
      if (end) expect(open.pop()).toBe(name);
      else {
        seen.push(name);
        if (!self) open.push(name);
      }
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|#39);)/);
  return seen;
}

describe('describe', () => {
  it('shows a point in plain characters: series, break, class, numbers', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, scene());
      const { status, stdout, stderr } = await runCli(['describe', path, '--pid', 'bent']);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toMatch(/^bent in .*points\.csv\n/);
      expect(stdout).toMatch(/class +Bilinear \(Bilinear [01]\.\d\d, /);
      expect(stdout).toMatch(/why +Bilinear rather than \w+: evidence .* to 1\./);
      expect(stdout).toMatch(/velocity +-\d+\.\d+ ± \d+\.\d+ mm\/yr/);
      expect(stdout).toMatch(/file +Noise is white|file +Variance of the noise/);
      const [, day, low, high] = /break +(\S+) \(95 %: (\S+) to (\S+)\)/.exec(stdout)!;
      const truth = AXIS.days[0] + 365.25 * BREAK_YEARS;
      expect([low, day, high].toSorted()).toEqual([low, day, high]);
      expect(formatDay(truth - 40) < day && day < formatDay(truth + 40)).toBe(true);
      expect(Math.abs(Number(/after it +(-\d+\.\d+)/.exec(stdout)![1]) + 20)).toBeLessThan(1.5);
      expect(stdout).toContain('acceleration');

      // Plain where the output is no terminal, and no wider than one.
      expect(stdout).not.toContain('\u001b');
      const plot = stdout.split('\n').slice(3, 22);
      for (const line of plot) {
        expect(line).toMatch(/^[ -~]*$/);
        expect(line.length).toBeLessThanOrEqual(80);
      }
      expect(plot.join('')).toMatch(/#{5}/);
    }));

  it('says of every point what classify --repair writes of it', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, scene());
      const map = join(folder, 'map.csv');
      expect((await runCli(['classify', path, '--repair', '-o', map])).status).toBe(0);
      const rows = parseTable(await readFile(map, 'utf8'));
      for (const pid of Object.keys(NAMED)) {
        const { stdout } = await runCli(['describe', path, '--pid', pid, '--json']);
        const record: Record<string, unknown> = JSON.parse(stdout);
        const row = rows.find((candidate) => candidate.pid === pid)!;
        const shared = Object.keys(row).filter((name) => name in record);
        expect(shared.length).toBeGreaterThan(30);
        for (const name of shared) {
          const value = record[name];
          if (typeof value === 'number') expect(Number(row[name])).toBeCloseTo(value, 3);
          else expect(row[name]).toBe(value === null ? '' : String(value));
        }
      }
    }));

  it('draws a figure that is well-formed and stands alone', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, scene());
      const svgOf = async (pid: string) => {
        const file = join(folder, `${pid}.svg`);
        const { status, stdout } = await runCli(['describe', path, '--pid', pid, '--svg', file]);
        expect(status).toBe(0);
        expect(stdout).toContain(`written: ${file}`);
        const svg = await readFile(file, 'utf8');
        expect(elementsOf(svg)[0]).toBe('svg');
        expect(svg).not.toMatch(/NaN|Infinity|undefined|href/);
        return svg;
      };
      const bent = await svgOf('bent');
      expect(bent).toContain('class="interval"');
      expect(bent).toContain('>break 2021-');
      // Two segments that meet at the break, and a panel of residuals.
      expect(bent.match(/stroke-width="2\.4" stroke-linejoin/g)).toHaveLength(2);
      expect(bent).toContain('residual, mm');
      const jumping = await svgOf('jumping');
      expect(jumping).toContain('class="jump"');
      expect(jumping).toContain(`+1 cycle, ${formatDay(AXIS.days[JUMP_EPOCH])}`);
      expect(jumping).toContain('jumps put right');

      const again = await runCli(['describe', path, '--pid', 'bent', '--svg', join(folder, 'bent.svg')]);
      expect(again.status).toBe(3);
      expect(again.stderr).toContain('--overwrite');
      const raster = await runCli(['describe', path, '--pid', 'bent', '--svg', join(folder, 'bent.png')]);
      expect(raster.status).toBe(2);
      expect(raster.stderr).toContain('.svg');

      const picture = join(folder, 'bent.png');
      expect((await runCli(['describe', path, '--pid', 'bent', '--png', picture])).status).toBe(0);
      // Signature and header of a PNG of twice the figure's size.
      expect((await readFile(picture)).subarray(0, 24).toString('hex')).toBe(
        `89504e470d0a1a0a0000000d49484452${(1520).toString(16).padStart(8, '0')}${(1040).toString(16).padStart(8, '0')}`,
      );
    }));

  it('tells what becomes of a jump', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, scene());
      const { stdout } = await runCli(['describe', path, '--pid', 'jumping']);
      const date = formatDay(AXIS.days[JUMP_EPOCH]);
      expect(stdout).toMatch(new RegExp(`repair +${date} \\+1 cycle \\(\\+2\\d\\.\\d mm\\): put right`));
    }));

  it('names those near a point that does not exist, with status 3', () =>
    withFolder(async (folder) => {
      const path = await writeSimulated(folder, AXIS, scene());
      const { status, stdout, stderr } = await runCli(['describe', path, '--pid', 'steadi']);
      expect(status).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/points\.csv: There is no point steadi among 84\.\nNear it: steady/);
    }));

  it('shows a point without numbers, and says why it has none', () =>
    withFolder(async (folder) => {
      const constant: SimulatedPoint = { pid: 'flat', motion: () => 1, noiseMm: 0, ...placeOf(399) };
      const path = await writeSimulated(folder, AXIS, [...scene(), constant]);
      const { status, stdout } = await runCli([
        'describe',
        path,
        '--pid',
        'flat',
        '--svg',
        join(folder, 'f.svg'),
      ]);
      expect(status).toBe(0);
      expect(stdout).toContain('No numbers: fewer than three distinct values.');
      expect(stdout).not.toMatch(/NaN|Infinity|undefined|null/);
      expect(elementsOf(await readFile(join(folder, 'f.svg'), 'utf8'))[0]).toBe('svg');
    }));
});
