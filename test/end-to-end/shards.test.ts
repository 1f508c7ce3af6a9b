import { appendFile, copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, withFolder } from './run-cli.js';
import { writeTable } from './shard-job.js';

const OPTIONS = ['--min-coherence', '0.6', '--describe', 'basic'];
const POINTS = 4096 * 3 + 500;

async function run(folder: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(args, folder);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

async function sameBytes(folder: string, left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all([left, right].map((name) => readFile(join(folder, name))));
  return one.length > 0 && one.equals(other);
}

/** Two tables; the second repeats points of the first, and both have rows that cannot be used. */
async function writeInputs(folder: string): Promise<void> {
  const first = join(folder, 'first.csv');
  await writeTable(first, POINTS, 'a');
  await writeTable(join(folder, 'second.csv'), 900, 'b');
  const lines = (await readFile(first, 'utf8')).split('\n');
  await appendFile(join(folder, 'second.csv'), `${lines[700]}\n${lines[9000]}\nrubbish\n`);
  // A point that comes again two batches later, in the same file, and an empty line.
  lines.splice(9500, 0, lines[33], '', 'more,rubbish');
  await writeFile(first, lines.join('\n'));
}

describe('groundtrend shard', () => {
  it('gives the bytes of one process, also with rows that are dropped and points that come twice', {
    timeout: 120_000,
  }, async () => {
    await withFolder(async (folder) => {
      await writeInputs(folder);
      const outputs = ['-o', 'one.parquet', '-o', 'one.csv', '--threads', '2'];
      await run(folder, 'classify', 'first.csv', 'second.csv', ...OPTIONS, ...outputs);
      const plan = await run(
        folder,
        'shard',
        'plan',
        'first.csv',
        'second.csv',
        '--into',
        '16',
        '-o',
        'job',
        ...OPTIONS,
      );
      expect(plan).toContain('5 shards of 2 datasets');
      expect(plan).toContain('note: not the 16 shards asked for');
      for (const index of ['0', '1']) {
        await run(folder, 'shard', 'run', 'job', '--index', index, '--every', '3', '--threads', '1');
      }
      expect(await run(folder, 'shard', 'status', 'job')).toContain('4 of 5 shards are done; missing: 2');

      const early = await runCli(['shard', 'merge', 'job', '-o', 'merged.parquet'], folder);
      expect(early.status).toBe(3);
      expect(early.stderr).toContain('missing or damaged: 2');
      await run(folder, 'shard', 'run', 'job', '--index', '2', '--threads', '1');
      expect(await run(folder, 'shard', 'run', 'job', '--index', '2')).toContain('done before');

      const summary = await run(folder, 'shard', 'merge', 'job', '-o', 'merged.parquet', '-o', 'merged.csv');
      expect(summary).toContain('left out: 3 rows, a pid that came before');
      expect(await sameBytes(folder, 'one.parquet', 'merged.parquet')).toBe(true);
      expect(await sameBytes(folder, 'one.csv', 'merged.csv')).toBe(true);

      await run(folder, 'shard', 'merge', 'job', '-o', 'map/');
      const collection = JSON.parse(await readFile(join(folder, 'map', 'collection.json'), 'utf8'));
      const items = collection.links.filter(({ rel }: { rel: string }) => rel === 'item');
      expect(items).toHaveLength(5);
      let points = 0;
      for (const { href } of items) {
        const item = JSON.parse(await readFile(join(folder, 'map', href), 'utf8'));
        points += item.properties['groundtrend:points'];
        expect(item.bbox[0]).toBeGreaterThanOrEqual(collection.extent.spatial.bbox[0][0]);
        expect(await readdir(join(folder, 'map'))).toContain(item.assets.data.href.slice(2));
      }
      expect(points).toBe(collection.summaries['groundtrend:points']);
      const csv = await readFile(join(folder, 'one.csv'), 'utf8');
      expect(points).toBe(csv.trimEnd().split('\n').length - 1);
    });
  });

  it('repairs, counts from a reference and takes class shares as one process does', {
    timeout: 300_000,
  }, async () => {
    await withFolder(async (folder) => {
      const scene = ['--scene', 'egms-like', '--points', '5000', '--dates', '200', '--seed', '3'];
      await run(folder, 'simulate', ...scene, '-o', 'scene.csv');
      const [header, first] = (await readFile(join(folder, 'scene.csv'), 'utf8')).split('\n', 2);
      const cellOf = (name: string) => first.split(',')[header.split(',').indexOf(name)];
      const place = `${cellOf('longitude')},${cellOf('latitude')},3000`;
      const options = ['--repair', '--keep-series', '--prior', 'estimate', '--common-mode'];
      const wanted = [...options, '--reference', place, '--describe', 'basic', '--threads', '2'];
      await run(folder, 'classify', 'scene.csv', '-o', 'one.parquet', ...wanted);
      await run(folder, 'shard', 'plan', 'scene.csv', '--into', '16', '-o', 'job', ...wanted);
      const manifest = JSON.parse(await readFile(join(folder, 'job', 'manifest.json'), 'utf8'));
      expect(manifest.options.prior).toHaveLength(5);
      expect(manifest.datasets[0].references).toHaveLength(2);
      for (const index of ['1', '0']) {
        await run(folder, 'shard', 'run', 'job', '--index', index, '--threads', '1');
      }
      expect(await run(folder, 'shard', 'merge', 'job', '-o', 'merged.parquet')).toMatch(/repaired: [1-9]/);
      for (const ending of ['.parquet', '.repairs.csv', '.repaired.parquet']) {
        expect(await sameBytes(folder, `one${ending}`, `merged${ending}`), ending).toBe(true);
      }
      await run(folder, 'shard', 'merge', 'job', '-o', 'map/');
      expect(await sameBytes(folder, 'one.repairs.csv', 'map/map.repairs.csv')).toBe(true);

      await run(folder, 'classify', 'scene.csv', '-o', 'resumed.parquet', '--resume', ...wanted);
      expect(await sameBytes(folder, 'one.parquet', 'resumed.parquet')).toBe(true);
      expect(await sameBytes(folder, 'one.repairs.csv', 'resumed.repairs.csv')).toBe(true);
      const around = ['--reference', 'median:500', '--into', '2', '-o', 'other'];
      const refused = await runCli(['shard', 'plan', 'scene.csv', ...around], folder);
      expect(refused.status).toBe(2);
      expect(refused.stderr).toContain('may lie in another shard');
    });
  });

  it('makes damaged parts again, and says whether another attempt can help', async () => {
    await withFolder(async (folder) => {
      await writeTable(join(folder, 'points.csv'), 300, 'c');
      const plan = await run(
        folder,
        ...['shard', 'plan', 'points.csv', '--into', '1', '-o', 'job', '--describe', 'none'],
      );
      expect(plan).not.toContain('asked for');
      await run(folder, 'shard', 'run', 'job', '--index', '0', '--threads', '1');
      const part = join(folder, 'job', 'parts', 'part-000000.rows');
      const whole = await readFile(part);
      const spoiled = Buffer.from(whole);
      spoiled[spoiled.length >> 1] ^= 1;
      await writeFile(part, spoiled);
      expect(await run(folder, 'shard', 'status', 'job')).toContain('1 of 1 shards are done');
      expect(await run(folder, 'shard', 'status', 'job', '--verify')).toContain('missing: 0');
      expect((await runCli(['shard', 'merge', 'job', '-o', 'map.csv'], folder)).status).toBe(3);
      await run(folder, 'shard', 'run', 'job', '--index', '0', '--threads', '1');
      expect((await readFile(part)).equals(whole)).toBe(true);

      await rm(join(folder, 'job', 'parts'), { recursive: true });
      const noPlace = await runCli(['shard', 'run', 'job', '--index', '0'], folder);
      expect(noPlace.status).toBe(75);
      await mkdir(join(folder, 'job', 'parts'));
      await copyFile(join(folder, 'points.csv'), join(folder, 'kept.csv'));
      await truncate(join(folder, 'points.csv'), 20_000);
      const changed = await runCli(['shard', 'run', 'job', '--index', '0'], folder);
      expect(changed.status).toBe(65);
      expect(changed.stderr).toContain('has changed since the job was planned');
    });
  });

  it('lets classify go on where it was interrupted', { timeout: 120_000 }, async () => {
    await withFolder(async (folder) => {
      await writeTable(join(folder, 'points.csv'), 5000, 'r');
      const options = ['--describe', 'none', '--threads', '1'];
      await run(folder, 'classify', 'points.csv', '-o', 'one.parquet', ...options);
      // What an interruption leaves: a job whose parts are made and not merged.
      const job = join(folder, '.map.parquet.job');
      const resumed = ['classify', 'points.csv', '-o', 'map.parquet', '--resume', ...options];
      await run(folder, 'shard', 'plan', 'points.csv', '--into', '1', '-o', job, '--describe', 'none');
      await run(folder, 'shard', 'run', job, '--index', '0', '--threads', '1');
      const other = await runCli([...resumed, '--min-coherence', '0.9'], folder);
      expect(other.status).toBe(3);
      expect(other.stderr).toContain('not what is asked for now');

      await run(folder, ...resumed);
      expect(await sameBytes(folder, 'one.parquet', 'map.parquet')).toBe(true);
      expect(await readdir(folder)).not.toContain('.map.parquet.job');
    });
  });
});
