import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../dist/bench/agreement/main.js', import.meta.url));
/** Further versions of Node, as a list of executables; without it only the one that runs the tests is tried. */
const NODES = (process.env.GROUNDTREND_NODES ?? '').split(delimiter).filter((path) => path !== '');

/** A bounded share of what `npm run agreement` compares. */
it('gives the same classes and probabilities in every runtime, threads, batch size and version of Node', async () => {
  const series = ['--series', '300', '--few', '40', '--runs', '1,7,64,300'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    COMMAND,
    ...series,
    ...NODES.flatMap((path) => ['--node', path]),
  ]);
  const rows = stdout.split('\n').filter((line) => /^\| (network|sieve|both) /.test(line));
  expect(rows).toHaveLength(36 * (1 + NODES.length));
  for (const row of rows) {
    const [, part, , runtime, , batch, count, others, beyond, difference] = row
      .split('|')
      .map((cell) => cell.trim());
    expect(['native', 'wasm']).toContain(runtime);
    expect(Number(count)).toBe(Number(batch) < 64 ? 40 : 300);
    expect(Number(others)).toBe(0);
    if (part === 'both') continue;
    expect(Number(beyond)).toBe(0);
    expect(Number(difference)).toBeLessThanOrEqual(1e-4);
  }
  // Two ways that gave the very same bytes would hint at one way run twice.
  const differences = rows.filter((row) => row.includes('wasm')).map((row) => Number(row.split('|')[9]));
  expect(Math.max(...differences)).toBeGreaterThan(0);
  expect(stdout).toContain('All agree.');
}, 300_000);
