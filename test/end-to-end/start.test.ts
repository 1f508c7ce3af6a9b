import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { withFolder } from './run-cli.js';

const script = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

/** What `npm start` runs, as from the given folder. */
async function start(folder: string, args: readonly string[] = []) {
  const env = { ...process.env, INIT_CWD: folder };
  return promisify(execFile)(process.execPath, [script, 'cli', ...args], { env });
}

it('without a command the demo runs: shares beside the paper’s, accuracy, files, and a page that needs no script', () =>
  withFolder(async (folder) => {
    const { stdout } = await start(folder);
    expect(stdout).toContain('SIMULATED: 4,459 points, 139 dates');
    expect(stdout).toContain("paper's map");
    const [, accuracy] = /overall accuracy ([\d.]+) %/.exec(stdout) ?? [];
    expect(Number(accuracy)).toBeGreaterThan(97.5);

    const output = join(folder, 'demo-output');
    expect((await readdir(output)).sort()).toEqual([
      'landslides.geojson',
      'simulated-map.csv',
      'simulated-map.gpkg',
      'simulated-map.html',
      'simulated-map.parquet',
      'simulated-map.qml',
      'simulated-series.csv',
      'simulated-truth.csv',
    ]);
    const page = await readFile(join(output, 'simulated-map.html'), 'utf8');
    expect(page).toContain('Simulated data.');
    expect(page).not.toContain('<script');
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<svg/g)).toHaveLength(3);
  }));

it('with a command runs that, with paths from where the person stands', () =>
  withFolder(async (folder) => {
    const { stdout } = await start(folder, [
      'simulate',
      '--scene',
      'samples',
      '--per-class',
      '2',
      '-o',
      'few.csv',
    ]);
    expect(stdout).toContain('written: few.csv');
    expect(await readdir(folder)).toEqual(['few.csv']);
  }));
