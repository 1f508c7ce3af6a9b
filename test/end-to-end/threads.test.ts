import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli, withFolder } from './run-cli.js';

it('writes the same bytes whatever the number of threads and the memory', async () => {
  await withFolder(async (folder) => {
    // Three batches, the last one short, so that threads can overtake each other.
    const points = ['--scene', 'egms-like', '--points', '9000', '--dates', '200', '--seed', '7'];
    const simulated = await runCli(['simulate', ...points, '-o', join(folder, 'scene.csv')]);
    expect(simulated.status, simulated.stderr).toBe(0);
    const written: Buffer[] = [];
    for (const limits of [['1'], ['2'], ['4'], ['4', '--memory', '500']]) {
      const output = join(folder, `threads-${limits.join('')}.parquet`);
      const { status, stderr } = await runCli([
        'classify',
        join(folder, 'scene.csv'),
        '-o',
        output,
        '--threads',
        ...limits,
      ]);
      expect(status, stderr).toBe(0);
      written.push(await readFile(output));
    }
    expect(written[0].length).toBeGreaterThan(100_000);
    expect(written[1].equals(written[0])).toBe(true);
    expect(written[2].equals(written[0])).toBe(true);
    expect(written[3].equals(written[0])).toBe(true);
    const scarce = ['-o', join(folder, 'scarce.parquet'), '--memory', '100'];
    const refused = await runCli(['classify', join(folder, 'scene.csv'), ...scarce]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/Give --memory \d+ or more/);
  });
}, 120_000);
