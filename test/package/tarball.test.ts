import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTable } from '../end-to-end/shard-job.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const LARGEST_MB = 30;

let folder: string;
let project: string;
let files: string[];
let env: NodeJS.ProcessEnv;

/** A project with nothing but the tarball in it, installed as a stranger would, with a cache of its own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundtrend-package-'));
  project = join(folder, 'project');
  await mkdir(project);
  env = { ...process.env, npm_config_cache: join(folder, 'cache') };
  await run(process.execPath, [join(root, 'scripts', 'write-sbom.mjs')]);
  const notices = join(root, 'dist', 'third-party-notices.txt');
  await run(process.execPath, [join(root, 'scripts', 'write-notices.mjs'), notices]);
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env });
  const [made] = JSON.parse(packed.stdout);
  files = made.files.map(({ path }: { path: string }) => path);
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}\n');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, made.filename)], {
    cwd: project,
    env,
  });
  await writeTable(join(project, 'points.csv'), 100, 'p');
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

it('holds what it needs and no more', async () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'CITATION.cff',
      'dist/src/cli/main.js',
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/src/node.js',
      'dist/src/node.d.ts',
      'dist/app/index.html',
      'dist/sbom.cdx.json',
      'dist/third-party-notices.txt',
      'models/default.onnx',
      'docs/egms.md',
    ]),
  );
  expect(
    files.filter((name) =>
      /\.test\.|\.map$|fixtures|dist\/(bench|docs)|\.tsx?$/.test(name.replace(/\.d\.ts$/, '')),
    ),
  ).toEqual([]);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect((await stat(join(folder, tarball))).size / 2 ** 20).toBeLessThan(LARGEST_MB);
});

it('runs: version, demo, classify, explore', async () => {
  const groundtrend = (...args: string[]) => run('npx', ['groundtrend', ...args], { cwd: project, env });
  expect((await groundtrend('--version')).stdout.trim()).toBe('0.1.0');
  expect((await groundtrend('demo')).stdout).toContain('SIMULATED');
  expect((await groundtrend('classify', 'points.csv', '-o', 'map.parquet')).stdout).toContain('100 points');
  const server = spawn('npx', ['groundtrend', 'explore', 'map.parquet'], {
    cwd: project,
    env,
    detached: true,
  });
  const [address] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(await (await fetch(address.trim())).text()).toContain('groundtrend-session');
  process.kill(-server.pid!, 'SIGTERM');
  await once(server, 'exit');
});

it('is imported from JavaScript by both entries', async () => {
  await writeFile(
    join(project, 'use.js'),
    "import { createEpochAxis } from 'groundtrend';\nimport { openDatasets } from 'groundtrend/node';\n" +
      "const [dataset] = await openDatasets(['points.csv']);\n" +
      'console.log(createEpochAxis([1, 2]).days.length, dataset.axis.days.length);\n',
  );
  expect((await run(process.execPath, ['use.js'], { cwd: project })).stdout.trim()).toBe('2 32');
});

it.each([
  ['bundler', 'esnext'],
  ['node16', 'node16'],
])('is typed for TypeScript with moduleResolution %s', async (moduleResolution, module) => {
  await writeFile(
    join(project, 'use.ts'),
    "import { createEpochAxis, type EpochAxis } from 'groundtrend';\n" +
      "import { classifyFiles, type ClassifySummary } from 'groundtrend/node';\n" +
      'export const axis: EpochAxis = createEpochAxis([1, 2]);\n' +
      'export const run: (...args: Parameters<typeof classifyFiles>) => Promise<ClassifySummary> = classifyFiles;\n' +
      '// @ts-expect-error an axis is not a number\nexport const wrong: number = axis;\n',
  );
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['--noEmit', '--strict', '--module', module, '--moduleResolution', moduleResolution];
  // Types of the libraries underneath are not ours to judge.
  const types = [
    '--target',
    'es2023',
    '--skipLibCheck',
    '--typeRoots',
    join(root, 'node_modules', '@types'),
    '--types',
    'node',
  ];
  const { stdout } = await run(process.execPath, [tsc, ...args, ...types, 'use.ts'], { cwd: project });
  expect(stdout).toBe('');
});
