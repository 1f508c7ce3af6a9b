import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_PATH, runCli, withFolder } from '../run-cli.js';
import { writeTable } from '../shard-job.js';
import { HAS_SLURM, type SlurmCluster, startSlurm, waitFor } from './slurm-cluster.js';

const SHARDS = 16;
const POINTS = 4096 * SHARDS;

/** Number of a shard whose part is being written, and the process that writes it: its temporary file bears both. */
async function findRunning(
  job: string,
  apart: readonly number[],
): Promise<{ shard: number; pid: number } | undefined> {
  for (const name of await readdir(join(job, 'parts'))) {
    const match = /^\.part-(\d+)\.rows\..*-(\d+)-[0-9a-f]+\.tmp$/.exec(name);
    if (match !== null && !apart.includes(Number(match[1]))) {
      return { shard: Number(match[1]), pid: Number(match[2]) };
    }
  }
  return undefined;
}

async function nodeOf(pid: number): Promise<number> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  return Number(/SLURMD_NODENAME=n(\d)/.exec(environment)![1]);
}

// In CI Slurm has to be there; elsewhere it may be missing.
describe.skipIf(!HAS_SLURM && !process.env.CI)('shards on a real Slurm (Debian: slurm-wlm, munge)', () => {
  let cluster: SlurmCluster;

  it(
    'writes the bytes of one process though a task is killed and a node goes away',
    { timeout: 180_000 },
    () =>
      withFolder(async (folder) => {
        // Munge takes no folder that others cannot look into.
        await chmod(folder, 0o755);
        await mkdir(join(folder, 'slurm'), { mode: 0o755 });
        cluster = await startSlurm(join(folder, 'slurm'), 2);
        try {
          await writeTable(join(folder, 'points.csv'), POINTS, 's');
          const options = ['--describe', 'none', '--keep-series'];
          const one = await runCli(['classify', 'points.csv', '-o', 'one.parquet', ...options], folder);
          expect(one.stderr).toBe('');
          const plan = ['shard', 'plan', 'points.csv', '--into', String(SHARDS), '-o', 'job', ...options];
          expect((await runCli(plan, folder)).stdout).toContain(`${SHARDS} shards`);

          const job = join(folder, 'job');
          const submitted = await cluster.run(
            process.execPath,
            CLI_PATH,
            'shard',
            'slurm',
            job,
            '-o',
            join(folder, 'merged.parquet'),
            '--throttle',
            '2',
            '--memory',
            '1G',
          );
          expect(submitted).toMatch(/submitted: array job \d+\nsubmitted: merge job \d+/);

          let killed: { shard: number; pid: number } | undefined;
          await waitFor('a task under way', async () => {
            killed = await findRunning(job, []);
            return killed !== undefined;
          });
          process.kill(killed!.pid, 'SIGKILL');

          let lost: { shard: number; pid: number } | undefined;
          await waitFor('another task', async () => {
            lost = await findRunning(job, [killed!.shard]);
            return lost !== undefined;
          });
          await cluster.killNode(await nodeOf(lost!.pid));

          await waitFor('the merged map', () => stat(join(folder, 'merged.parquet')).then(() => true), 150);
          const [expected, merged] = await Promise.all(
            ['one.parquet', 'merged.parquet'].map((name) => readFile(join(folder, name))),
          );
          expect(merged.equals(expected)).toBe(true);
          const states = await runCli(['shard', 'status', 'job', '--verify'], folder);
          expect(states.stdout).toContain(`${SHARDS} of ${SHARDS} shards are done`);
        } finally {
          await cluster.stop();
        }
      }),
  );
});
