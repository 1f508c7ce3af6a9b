import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withFolder } from '../end-to-end/run-cli.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { COUNTED, measureRun, runProgram } from './killed-run.js';

const COMMAND = ['classify', 'points.csv', '-o', 'map.parquet', '-o', 'map.csv', '--resume'];
const OPTIONS = ['--describe', 'none', '--threads', '1'];

it('takes back the names that an interrupted run gave, and leaves what another has put there', async () => {
  await withFolder(async (folder) => {
    const whole = join(folder, 'whole');
    await mkdir(whole);
    await writeTable(join(whole, 'points.csv'), 300, 'n');
    const { run, calls } = await measureRun([...COMMAND, ...OPTIONS], whole);
    expect(run.status, run.stderr).toBe(0);
    const map = await readFile(join(whole, 'map.parquet'));

    const cut = join(folder, 'cut');
    const killAt = async (atCall: number) => {
      await rm(cut, { recursive: true, force: true });
      await mkdir(cut);
      await cp(join(whole, 'points.csv'), join(cut, 'points.csv'));
      const options = { cwd: cut, kill: { atCall }, nodeArgs: COUNTED };
      expect((await runProgram([...COMMAND, ...OPTIONS], options)).signal).toBe('SIGKILL');
    };
    const files = (await readdir(whole)).sort();
    let atCall = calls;
    for (await killAt(atCall); existsSync(join(cut, 'map.csv')); await killAt(--atCall)) {
      // Both names are given: the job goes on, or it had ended and its outputs are whole. Nothing else is left by the next run.
      const hasEnded = !existsSync(join(cut, '.map.parquet.job'));
      const next = await runProgram([...COMMAND, ...OPTIONS], { cwd: cut });
      expect(next.status, `killed at ${atCall} of ${calls}: ${next.stderr}`).toBe(hasEnded ? 3 : 0);
      expect((await readdir(cut)).sort()).toEqual(files);
      for (const name of files) {
        expect((await readFile(join(cut, name))).equals(await readFile(join(whole, name)))).toBe(true);
      }
    }
    // The last run that is killed with one name given and the other not.
    expect(atCall, 'a moment between the two names').toBeGreaterThan(0);
    expect((await readFile(join(cut, 'map.parquet'))).equals(map)).toBe(true);
    const taken = join(folder, 'taken');
    await cp(cut, taken, { recursive: true });

    const resumed = await runProgram([...COMMAND, ...OPTIONS], { cwd: cut });
    expect(resumed.status, resumed.stderr).toBe(0);
    for (const name of ['map.parquet', 'map.csv']) {
      expect((await readFile(join(cut, name))).equals(await readFile(join(whole, name)))).toBe(true);
    }

    await rm(join(taken, 'map.parquet'));
    await writeFile(join(taken, 'map.parquet'), 'the work of somebody else');
    const refused = await runProgram([...COMMAND, ...OPTIONS], { cwd: taken });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('The file exists already.');
    expect(await readFile(join(taken, 'map.parquet'), 'utf8')).toBe('the work of somebody else');
    expect(existsSync(join(taken, 'map.csv'))).toBe(false);
  });
}, 300_000);
