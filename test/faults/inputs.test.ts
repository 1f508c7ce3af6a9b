import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, open, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { CLI_PATH, withFolder } from '../end-to-end/run-cli.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { runProgram } from './killed-run.js';

const INPUT = 3;

describe('a file that changes while it is read', () => {
  /** Reads a file batch by batch and does something to it after the first. */
  async function readWhile(path: string, change: () => Promise<unknown>): Promise<number> {
    const [dataset] = await openDatasets([path]);
    let rows = 0;
    for await (const batch of dataset.batches({ pointsPerBatch: 1000 })) {
      if (rows === 0) await change();
      rows += batch.count;
    }
    return rows;
  }

  const POINTS = 30_000;
  it.each([
    ['is cut short', (path: string) => truncate(path, 4_000_000), 'changed'],
    ['grows', (path: string) => appendFile(path, 'x'), 'changed'],
    ['is written over', async (path: string) => overwriteEnd(path), 'changed'],
    ['goes away', (path: string) => unlink(path), 'went away'],
  ] as const)('%s', (_, change, word) =>
    withFolder(async (folder) => {
      const path = join(folder, 'points.csv');
      await writeTable(path, POINTS, 'p');
      await expect(readWhile(path, () => change(path))).rejects.toMatchObject({
        code: 'input',
        message: expect.stringContaining(word),
      });
    }),
  );

  it('is no matter when nothing changes', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'points.csv');
      await writeTable(path, POINTS, 'p');
      expect(await readWhile(path, async () => {})).toBe(POINTS);
    }));

  it.each(['gpkg', 'parquet', 'shp', 'geojson', 'zip'])('is seen in every format: %s', (ending) =>
    withFolder(async (folder) => {
      const csv = join(folder, 'points.csv');
      await writeTable(csv, 6000, 'p');
      const path = join(folder, `points.${ending}`);
      if (ending === 'zip') {
        const { zipSync } = await import('fflate');
        await writeFile(path, zipSync({ 'points.csv': await readFile(csv) }));
      } else expect((await runProgram(['convert', csv, path], { cwd: folder })).stderr).toBe('');
      await expect(readWhile(path, () => overwriteEnd(path))).rejects.toMatchObject({ code: 'input' });
    }),
  );

  it('ends the command with status 3, without a map', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'points.csv');
      await writeTable(path, 40_000, 'p');
      const child = spawn(process.execPath, [CLI_PATH, 'classify', path, '-o', 'map.csv', '--threads', '1'], {
        cwd: folder,
      });
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      // As soon as the output is begun the input is open.
      while (!(await readdir(folder)).some((name) => name.endsWith('.tmp'))) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await truncate(path, 5_000_000);
      const [status] = await once(child, 'exit');
      expect(errors).toMatch(/changed while it was read|ends|line/);
      expect(status).toBe(INPUT);
      expect(await readdir(folder)).toEqual(['points.csv']);
    }));
});

/** Writes the last bytes anew, as they are: only the time of change tells. */
async function overwriteEnd(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write('#', size - 20);
    // A file system may keep times to the millisecond only.
    await file.utimes(new Date(), new Date(Date.now() + 10));
  } finally {
    await file.close();
  }
}

describe.skipIf(spawnSync('mkfifo', ['--version']).status !== 0)('a pipe (skipped without mkfifo)', () => {
  it('as input is refused with advice, before anything waits for it', () =>
    withFolder(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
      const run = await runProgram(['classify', 'pipe.csv', '-o', 'map.csv'], {
        cwd: folder,
        kill: { afterMs: 20_000 },
      });
      expect(run.stderr).toContain('not a file but a pipe');
      expect(run.status).toBe(INPUT);
    }));
});

it('a server that falls silent is given up, tried again and told of', () =>
  withFolder(async (folder) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('only the beginning');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await writeFile(join(folder, 'list.txt'), `http://127.0.0.1:${port}/a.zip\n`);
      const args = ['fetch', 'list.txt', '--output', 'downloads', '--silence', '0.2', '--delay', '0.01'];
      const run = await runProgram(args, { cwd: folder, kill: { afterMs: 60_000 } });
      expect(run.stdout).toContain('the server fell silent');
      expect(run.status).toBe(INPUT);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }));
