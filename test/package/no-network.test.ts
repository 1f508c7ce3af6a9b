import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLI_PATH, withFolder } from '../end-to-end/run-cli.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { runProgram } from '../faults/killed-run.js';

const GUARD = new URL('./no-network.mjs', import.meta.url).href;
/** A network of its own, with nothing in it, where the system lets us make one. */
const CUT_OFF = ['unshare', '--net'];
const canCutOff = spawnSync(CUT_OFF[0], [CUT_OFF[1], 'true']).status === 0;

it.each([['watched', []], ...(canCutOff ? [['cut off', CUT_OFF] as const] : [])] as const)(
  'classify and demo ask nothing of the network: %s',
  (_, launcher) =>
    withFolder(async (folder) => {
      const attempts = join(folder, 'attempts.txt');
      await writeFile(attempts, '');
      await writeTable(join(folder, 'points.csv'), 200, 'p');
      for (const args of [
        ['classify', 'points.csv', '-o', 'map.parquet', '-o', 'map.gpkg'],
        ['demo'],
        ['report', 'map.parquet', '-o', 'report.html'],
      ]) {
        const env = { GROUNDTREND_ATTEMPTS: attempts };
        const run = await runProgram(args, { cwd: folder, launcher, env, nodeArgs: ['--import', GUARD] });
        expect(run.status, run.stderr).toBe(0);
      }
      expect(await readFile(attempts, 'utf8')).toBe('');
    }),
);

it('explore serves this machine and asks nothing of others', () =>
  withFolder(async (folder) => {
    const attempts = join(folder, 'attempts.txt');
    await writeFile(attempts, '');
    await writeTable(join(folder, 'points.csv'), 200, 'p');
    expect((await runProgram(['classify', 'points.csv', '-o', 'map.parquet'], { cwd: folder })).status).toBe(
      0,
    );
    const server = spawn(process.execPath, ['--import', GUARD, CLI_PATH, 'explore', 'map.parquet'], {
      cwd: folder,
      env: { ...process.env, GROUNDTREND_ATTEMPTS: attempts },
    });
    const [address] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
    const url = new URL(address.trim());
    expect(url.hostname).toBe('127.0.0.1');
    const page = await (await fetch(url)).text();
    // Whatever the page loads comes from where it comes from itself.
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect((await fetch(new URL('session.json', url))).status).toBe(200);
    server.kill('SIGTERM');
    await once(server, 'exit');
    expect(await readFile(attempts, 'utf8')).toBe('');
  }));

it('a program that asks is caught', () =>
  withFolder(async (folder) => {
    const attempts = join(folder, 'attempts.txt');
    await writeFile(attempts, '');
    await writeFile(join(folder, 'list.txt'), 'http://example.invalid/a.zip\n');
    const env = { GROUNDTREND_ATTEMPTS: attempts };
    const args = ['fetch', 'list.txt', '--delay', '0.01'];
    const run = await runProgram(args, { cwd: folder, env, nodeArgs: ['--import', GUARD] });
    expect(run.status).toBe(3);
    expect(await readFile(attempts, 'utf8')).toContain('example.invalid');
  }));
