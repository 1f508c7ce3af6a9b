import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { REAL_DATA, runCli, withFolder } from './run-cli.js';

const DATES = Array.from({ length: 40 }, (_, i) => {
  return new Date(Date.UTC(2020, 0, 3 + 12 * i)).toISOString().slice(0, 10).replaceAll('-', '');
});

/** An EGMS-like table; every series a gentle line with a little zigzag. */
function tableOf(
  points: number,
  change: (cells: string[], row: number) => string[] = (cells) => cells,
): string {
  const header = ['pid', 'latitude', 'longitude', 'temporal_coherence', ...DATES].join(',');
  const rows = Array.from({ length: points }, (_, row) => {
    const series = DATES.map((_, i) => (0.02 * row * i + (i % 2 === 0 ? 0.5 : -0.5)).toFixed(1));
    return change([`p${row}`, (37 + row / 1e4).toFixed(6), '-3.500000', '0.80', ...series], row).join(',');
  });
  return `${[header, ...rows].join('\n')}\n`;
}

async function writeTable(folder: string, text: string): Promise<string> {
  const path = join(folder, 'points.csv');
  await writeFile(path, text);
  return path;
}

function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}

async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync({
    byteLength: file.byteLength,
    slice: (start, end) => file.slice(start, end),
  });
  return parquetReadObjects({ file, metadata });
}

describe('classify', () => {
  it('writes every point to every output, with classes, probabilities and numbers', () =>
    withFolder(async (folder) => {
      const path = await writeTable(folder, tableOf(50));
      const outputs = ['map.parquet', 'map.gpkg', 'map.csv', 'map.geojson'].map((name) => join(folder, name));
      const result = await runCli(['classify', path, ...outputs.flatMap((output) => ['-o', output])]);
      expect(result.stderr).toBe('');
      expect(result.status).toBe(0);
      expect(result.stdout).toContain('50 points');

      const rows = parseCsv(await readFile(join(folder, 'map.csv'), 'utf8'));
      expect(rows).toHaveLength(50);
      for (const row of rows) {
        const sum = ['stable', 'linear', 'quadratic', 'bilinear', 'pue'].reduce(
          (total, name) => total + Number(row[`p_${name}`]),
          0,
        );
        expect(sum).toBeCloseTo(1, 4);
        expect(['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'][Number(row.class_code)]).toBe(row.class);
        expect(Number(row.velocity_mm_yr)).not.toBeNaN();
      }
      // 0.02 mm a step and row, 12 days a step: 49 * 0.02 / 12 * 365.25 mm/yr for the last point.
      expect(Number(rows[49].velocity_mm_yr)).toBeCloseTo((49 * 0.02 * 365.25) / 12, 0);
      expect(rows[49].class).toBe('Linear');
      expect(rows[0].class).toBe('Stable');

      const parquet = await readParquet(join(folder, 'map.parquet'));
      expect(parquet.map((row) => row.pid)).toEqual(rows.map((row) => row.pid));
      expect(parquet.map((row) => row.class)).toEqual(rows.map((row) => row.class));
      const geojson = JSON.parse(await readFile(join(folder, 'map.geojson'), 'utf8'));
      expect(geojson.features).toHaveLength(50);
      expect(geojson.features[7].geometry.coordinates).toEqual([-3.5, 37.0007]);
    }));

  it('asks the network about every point without the sieve, with the same classes but for the doubtful', () =>
    withFolder(async (folder) => {
      const points = ['--points', '1500', '--dates', '200', '--seed', '7'];
      const scene = join(folder, 'scene.csv');
      const simulated = await runCli(['simulate', '--scene', 'egms-like', ...points, '-o', scene]);
      expect(simulated.status, simulated.stderr).toBe(0);
      const maps: Record<string, string>[][] = [];
      for (const sieve of [[], ['--no-sieve']]) {
        const map = join(folder, `map${sieve.length}.csv`);
        const result = await runCli(['classify', scene, '-o', map, '--describe', 'none', ...sieve]);
        expect(result.status, result.stderr).toBe(0);
        maps.push(parseCsv(await readFile(map, 'utf8')));
      }
      const [sieved, whole] = maps;
      const differing = (column: string) =>
        sieved.filter((row, i) => row[column] !== whole[i][column]).length;
      expect(sieved).toHaveLength(1500);
      expect(differing('pid')).toBe(0);
      expect(differing('confidence')).toBeGreaterThan(500);
      expect(differing('class')).toBeLessThanOrEqual(5);
    }));

  it('gives a machine-readable summary and keeps it apart from notes', () =>
    withFolder(async (folder) => {
      const path = await writeTable(folder, tableOf(20));
      const result = await runCli(['classify', path, '-o', join(folder, 'map.csv'), '--json']);
      const summary = JSON.parse(result.stdout);
      expect(summary.points).toBe(20);
      expect(summary.classes.map((entry: { className: string }) => entry.className)).toEqual([
        'Stable',
        'Linear',
        'Quadratic',
        'Bilinear',
        'PUE',
      ]);
      expect(summary.model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    }));

  it('leaves out by coherence and box, and says how many', () =>
    withFolder(async (folder) => {
      const text = tableOf(30, (cells, row) => {
        cells[3] = row < 10 ? '0.30' : '0.80';
        return cells;
      });
      const path = await writeTable(folder, text);
      const result = await runCli([
        ...['classify', path, '-o', join(folder, 'map.csv')],
        ...['--min-coherence', '0.5', '--bbox', '-4,37,-3,37.00195'],
      ]);
      expect(result.status).toBe(0);
      expect(result.stdout).toContain('left out: 10 points below the coherence asked for');
      expect(result.stdout).toContain('left out: 10 points outside the box');
      expect(parseCsv(await readFile(join(folder, 'map.csv'), 'utf8'))).toHaveLength(10);
    }));

  it('counts displacements from a reference where one is given', () =>
    withFolder(async (folder) => {
      const path = await writeTable(folder, tableOf(40));
      const output = join(folder, 'map.csv');
      // The last point stands at 37.0039 N: within 5 m of it there is no other.
      const result = await runCli(['classify', path, '-o', output, '--reference', '-3.5,37.0039,5']);
      expect(result.status).toBe(0);
      const rows = parseCsv(await readFile(output, 'utf8'));
      expect(Number(rows[39].velocity_mm_yr || 0)).toBeCloseTo(0, 6);
      expect(Number(rows[0].velocity_mm_yr)).toBeCloseTo((-39 * 0.02 * 365.25) / 12, 0);
    }));

  it('keeps the series, missing values and all, and a constant series gets numbers or a reason', () =>
    withFolder(async (folder) => {
      const text = tableOf(12, (cells, row) => {
        if (row === 3) for (const column of [10, 11, 12]) cells[column] = '';
        return row === 5 ? [...cells.slice(0, 4), ...DATES.map(() => '1.0')] : cells;
      });
      const path = await writeTable(folder, text);
      const result = await runCli(['classify', path, '-o', join(folder, 'map.csv'), '--keep-series']);
      expect(result.status).toBe(0);
      const rows = parseCsv(await readFile(join(folder, 'map.csv'), 'utf8'));
      expect(rows[3][`D${DATES[6]}`]).toBe('');
      // Row 4 at its seventh date: 0.02 * 4 * 6 + 0.5, to a tenth.
      expect(rows[4][`D${DATES[6]}`]).toBe('1');
      expect(rows[5].class).toBe('Stable');
      expect(rows[5].describe_note).not.toBe('');
      const everything = await readFile(join(folder, 'map.csv'), 'utf8');
      expect(everything).not.toMatch(/NaN|Infinity|undefined|null/);
    }));
});

describe('classify refuses', () => {
  const cases: [title: string, text: string, status: number, message: RegExp][] = [
    ['an empty file', '', 3, /points\.csv.*empty/s],
    ['a header alone', `pid,latitude,longitude,${DATES.join(',')}\n`, 3, /points\.csv/],
    ['a table without dates', 'pid,latitude,longitude,height\na,1,2,3\n', 3, /points\.csv.*date/s],
    ['a date that comes twice', tableOf(3).replace(DATES[1], DATES[0]), 3, /points\.csv, line 1.*20200103/s],
    [
      'series without any value',
      tableOf(2, (cells) => [...cells.slice(0, 4), ...DATES.map(() => '')]),
      3,
      /No point/,
    ],
    ['another kind of file', '%PDF-1.7 something', 3, /points\.csv.*PDF/s],
    [
      'fewer dates than the model takes',
      tableOf(3, (cells) => cells.slice(0, 14)).replace(`,${DATES.slice(10).join(',')}`, ''),
      4,
      /30 dates/,
    ],
  ];

  it.each(cases)('%s, and leaves nothing behind', (_, text, status, message) =>
    withFolder(async (folder) => {
      const path = await writeTable(folder, text);
      const result = await runCli(['classify', path, '-o', join(folder, 'map.parquet')]);
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toContain('    at ');
      expect(result.status).toBe(status);
      expect(await readdir(folder)).toEqual(['points.csv']);
    }),
  );

  it('the first bad row under --strict, and counts it otherwise', () =>
    withFolder(async (folder) => {
      const path = await writeTable(
        folder,
        tableOf(10, (cells, row) => {
          if (row === 4) cells[8] = 'abc';
          return row === 6 ? cells.slice(0, 20) : cells;
        }).replace('p8,', 'p7,'),
      );
      const strict = await runCli(['classify', path, '-o', join(folder, 'map.csv'), '--strict']);
      expect(strict.status).toBe(3);
      expect(strict.stderr).toMatch(/points\.csv, line 6/);
      expect(await readdir(folder)).toEqual(['points.csv']);
      const counted = await runCli(['classify', path, '-o', join(folder, 'map.csv')]);
      expect(counted.status).toBe(0);
      expect(counted.stdout).toContain('points.csv, line 6');
      expect(counted.stdout).toContain('points.csv, line 8');
      expect(counted.stdout).toContain('points.csv, line 10');
      expect(parseCsv(await readFile(join(folder, 'map.csv'), 'utf8'))).toHaveLength(7);
    }));

  it('an output that exists, a folder that is closed or missing, an unknown ending', () =>
    withFolder(async (folder) => {
      const path = await writeTable(folder, tableOf(3));
      const taken = join(folder, 'map.csv');
      await writeFile(taken, 'precious');
      const again = await runCli(['classify', path, '-o', taken]);
      expect(again.status).toBe(3);
      expect(again.stderr).toContain('--overwrite');
      expect(await readFile(taken, 'utf8')).toBe('precious');
      expect((await runCli(['classify', path, '-o', taken, '--overwrite'])).status).toBe(0);

      const missing = await runCli(['classify', path, '-o', join(folder, 'nowhere', 'map.csv')]);
      expect(missing.status).toBe(3);
      expect(missing.stderr).toContain('nowhere');
      const odd = await runCli(['classify', path, '-o', join(folder, 'map.docx')]);
      expect(odd.status).toBe(2);
      expect(odd.stderr).toContain('.parquet');
      // The superuser may write anywhere; for all others a closed folder is one.
      if (process.getuid?.() !== 0) {
        await mkdir(join(folder, 'closed'));
        await chmod(join(folder, 'closed'), 0o500);
        const closed = await runCli(['classify', path, '-o', join(folder, 'closed', 'map.csv')]);
        expect(closed.status).toBe(3);
      }
    }));

  it('options that make no sense, with the option named', async () => {
    const none = await runCli(['classify', 'a.csv']);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('--output');
    const box = await runCli(['classify', 'a.csv', '-o', 'b.csv', '--bbox', '5,1,2,3']);
    expect(box.status).toBe(2);
    expect(box.stderr).toContain('--bbox');
    const model = await runCli(['classify', 'a.csv', '-o', 'b.csv', '--model', 'nothing.onnx']);
    expect(model.status).toBeGreaterThan(1);
    expect(model.stderr).toMatch(/nothing\.onnx|a\.csv/);
  });
});

describe.skipIf(REAL_DATA === undefined)('classify on real files (../shared/data)', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(REAL_DATA!, 'egms');
  });

  it.each([
    ['EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip', 11_590],
    ['EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv', 5_879],
    ['EGMS_L3_E45N17_100km_U_2020_2024_1.csv', 289],
    ['EGMS_L3_E45N17_100km_E_2020_2024_1.csv', 289],
  ])('%s: no point is lost', (name, points) =>
    withFolder(async (target) => {
      const output = join(target, 'map.parquet');
      const result = await runCli(['classify', join(folder, name), '-o', output, '--json']);
      expect(result.status).toBe(0);
      const summary = JSON.parse(result.stdout);
      expect(summary.points).toBe(points);
      expect(summary.skipped).toEqual([]);
      expect(await readParquet(output)).toHaveLength(points);
    }),
  );
});
