import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTable } from '../end-to-end/shard-job.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Does what the Containerfile says in empty folders of this computer, a folder a stage: no image is built. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundtrend-container-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Stage {
  readonly folder: string;
  workFolder: string;
  entry: readonly string[];
}

async function follow(text: string): Promise<Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of text.split('\n').filter((written) => written !== '' && !written.startsWith('#'))) {
    const [, word, rest] = /^([A-Z]+) (.*)$/.exec(line)!;
    if (word === 'FROM') {
      const own = join(folder, `stage-${stages.size}`);
      stage = { folder: own, workFolder: own, entry: [] };
      stages.set(/ AS (\w+)$/.exec(rest)?.[1] ?? `stage ${stages.size}`, stage);
      continue;
    }
    const inStage = (path: string) =>
      path.startsWith('/') ? join(stage!.folder, path) : join(stage!.workFolder, path);
    if (word === 'WORKDIR') {
      stage!.workFolder = join(stage!.folder, rest);
      await mkdir(stage!.workFolder, { recursive: true });
    } else if (word === 'COPY') {
      const parts = rest.split(' ');
      const from = /^--from=(\w+)$/.exec(parts[0])?.[1];
      const source = from === undefined ? root : stages.get(from)!.folder;
      const names = from === undefined ? parts : parts.slice(1);
      const target = names.pop()!;
      for (const name of names) {
        const to = target.endsWith('/') ? join(inStage(target), basename(name)) : inStage(target);
        await cp(join(source, name), to, { recursive: true });
      }
    } else if (word === 'RUN') {
      await run('sh', ['-c', rest], { cwd: stage!.workFolder, maxBuffer: 1 << 26 });
    } else if (word === 'ENTRYPOINT') {
      stage!.entry = (JSON.parse(rest) as string[]).map((part) =>
        part.startsWith('/') ? inStage(part) : part,
      );
    } else expect(word).toBe('USER');
  }
  return stage!;
}

it('the Containerfile, followed line by line in empty folders, makes a program that classifies', async () => {
  const { entry, workFolder } = await follow(await readFile(join(root, 'Containerfile'), 'utf8'));
  expect(entry).toHaveLength(2);
  await writeTable(join(workFolder, 'points.csv'), 100, 'p');
  const { stdout } = await run(entry[0], [entry[1], 'classify', 'points.csv', '-o', 'map.parquet'], {
    cwd: workFolder,
  });
  expect(stdout).toContain('written: map.parquet');
  // What only developers need is not in it.
  const modules = join(workFolder, '..', 'opt', 'groundtrend', 'node_modules');
  await expect(readFile(join(modules, 'vitest', 'package.json'))).rejects.toThrow(/ENOENT/);
  expect(await readFile(join(modules, 'commander', 'package.json'), 'utf8')).toContain('"commander"');
}, 600_000);
