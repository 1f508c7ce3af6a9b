import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFolder } from '../end-to-end/run-cli.js';
import { writeTable } from '../end-to-end/shard-job.js';
import { runProgram } from './killed-run.js';

const OUTPUT = 3;
const ENDINGS = ['parquet', 'gpkg', 'shp', 'pmtiles', 'kmz', 'csv', 'geojson', 'fgb'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundtrend-outputs-'));
  await writeTable(join(folder, 'points.csv'), 3000, 'p');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const points = () => join(folder, 'points.csv');

/** Mounting takes the right to; on a build machine a refusal is a failure. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

describe.skipIf(!canMount())('a full disk (skipped where nothing may be mounted)', () => {
  let disk: string;
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'groundtrend-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
  });
  afterAll(async () => {
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  it.each(ENDINGS)('is told of by name, and leaves the old file and nothing else: %s', async (ending) => {
    const output = join(disk, `map.${ending}`);
    await writeFile(output, 'the old file');
    const run = await runProgram(['classify', points(), '-o', output, '--overwrite', '--keep-series'], {
      cwd: folder,
    });
    expect(run.stderr).toContain('The disk is full.');
    expect(run.stderr).toContain(`map.${ending}`);
    expect(run.status).toBe(OUTPUT);
    expect(await readdir(disk)).toEqual([`map.${ending}`]);
    expect(await readFile(output, 'utf8')).toBe('the old file');
    await rm(output);
  });

  it('at one of several outputs leaves none of them', async () => {
    const outputs = [join(folder, 'fits.csv'), join(disk, 'map.csv'), join(folder, 'fits.parquet')];
    const args = ['classify', points(), ...outputs.flatMap((output) => ['-o', output])];
    const run = await runProgram(args, { cwd: folder });
    expect(run.status).toBe(OUTPUT);
    expect(await readdir(disk)).toEqual([]);
    expect(await readdir(folder)).toEqual(['points.csv']);
  });

  it('stops a training whose state does not fit, and says so', async () => {
    const args = [
      'train',
      '--simulate',
      'granada',
      '--series',
      '500',
      '--recipe',
      'paper-a',
      '--epochs',
      '2',
    ];
    const run = await runProgram([...args, '-o', join(disk, 'own.onnx')], { cwd: folder });
    expect(run.stderr).toContain('The disk is full.');
    expect(run.status).toBe(OUTPUT);
    expect(await readdir(disk)).toEqual([]);
  });
});

describe.skipIf(!hasPrlimit)('limits of the system (skipped without prlimit)', () => {
  it.each(['parquet', 'csv', 'shp'])('a file larger than allowed: %s', (ending) =>
    withFolder(async (own) => {
      const run = await runProgram(['classify', points(), '-o', `map.${ending}`], {
        cwd: own,
        launcher: ['prlimit', '--fsize=65536'],
      });
      expect(run.stderr).toContain('The file became larger than the file system allows.');
      expect(run.status).toBe(OUTPUT);
      expect(await readdir(own)).toEqual([]);
    }),
  );

  it('too few file handles: a reason whatever the number, and nothing left', () =>
    withFolder(async (own) => {
      const seen = new Set<number | null>();
      for (const handles of [30, 34, 38, 42, 46, 48, 64, 96, 256]) {
        const args = [
          'classify',
          points(),
          '-o',
          'map.parquet',
          '-o',
          'map.csv',
          '--threads',
          '1',
          '--overwrite',
        ];
        const run = await runProgram(args, { cwd: own, launcher: ['prlimit', `--nofile=${handles}`] });
        seen.add(run.status);
        if (run.status === 0) continue;
        expect(run.stderr, `${handles} handles`).toContain('Too many files are open');
        expect(run.status).toBe(OUTPUT);
        expect((await readdir(own)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }
      expect(seen.size).toBeGreaterThan(1);
    }));

  it('too little memory for the heap of the program or of a thread', () =>
    withFolder(async (own) => {
      // How much is too little changes with the program: less and less, until it is.
      const runs: Awaited<ReturnType<typeof runProgram>>[] = [];
      for (let heapMb = 16; heapMb >= 6 && runs.every(({ status }) => status === 0); heapMb -= 2) {
        const nodeArgs = [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=1'];
        const command = ['classify', points(), '-o', 'map.csv', '--overwrite', '--threads', '2'];
        runs.push(await runProgram(command, { cwd: own, nodeArgs }));
      }
      const run = runs[runs.length - 1];
      // Node itself ends a process whose own heap is full (134); a worker's end is told by us.
      expect([3, 134]).toContain(run.status ?? 134);
      expect(run.stderr).toMatch(/not enough memory|heap out of memory/);
      const again = await runProgram(['classify', points(), '-o', 'map.csv', '--overwrite'], { cwd: own });
      expect(again.status, again.stderr).toBe(0);
      expect(await readdir(own)).toEqual(['map.csv']);
    }));
});

it('a folder that may not be written to, is missing, or is a file', () =>
  withFolder(async (own) => {
    await mkdir(join(own, 'closed'));
    await chmod(join(own, 'closed'), 0o555);
    await writeFile(join(own, 'file'), '');
    const cases: (readonly [string, string])[] = [
      ['missing/map.csv', 'The folder does not exist.'],
      ['file/map.csv', 'A part of the path is not a folder.'],
    ];
    // Root may write anywhere; /proc takes no files from anybody.
    if (process.getuid?.() !== 0) cases.push(['closed/map.csv', 'The folder may not be written to.']);
    for (const [output, what] of cases) {
      const run = await runProgram(['classify', points(), '-o', output], { cwd: own });
      expect(run.stderr).toContain(what);
      expect(run.status).toBe(OUTPUT);
    }
  }));

describe.skipIf(!canMount())('a read-only file system (skipped where nothing may be mounted)', () => {
  it('is told of', () =>
    withFolder(async (own) => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', own]);
      try {
        const run = await runProgram(['classify', points(), '-o', join(own, 'map.csv')], { cwd: folder });
        expect(run.stderr).toContain('The file system is read-only.');
        expect(run.status).toBe(OUTPUT);
      } finally {
        execFileSync('umount', [own]);
      }
    }));
});

describe('two processes with the same output', () => {
  it('without --overwrite: one wins, the other says so', () =>
    withFolder(async (own) => {
      const start = () => runProgram(['classify', points(), '-o', 'map.shp', '--threads', '1'], { cwd: own });
      const runs = await Promise.all([start(), start()]);
      expect(runs.map(({ status }) => status).sort()).toEqual([0, OUTPUT]);
      expect(runs.map(({ stderr }) => stderr).join('')).toContain('The file exists already.');
      expect((await readdir(own)).sort()).toEqual(
        ['cpg', 'dbf', 'prj', 'qml', 'shp', 'shx'].map((end) => `map.${end}`),
      );
    }));

  it('with --overwrite: the file of one of them, whole', () =>
    withFolder(async (own) => {
      const start = (level: string) =>
        runProgram(['classify', points(), '-o', 'map.csv', '--overwrite', '--describe', level], { cwd: own });
      const runs = await Promise.all([start('none'), start('basic')]);
      expect(runs.map(({ status }) => status)).toEqual([0, 0]);
      const lines = (await readFile(join(own, 'map.csv'), 'utf8')).trimEnd().split('\n');
      expect(lines).toHaveLength(3001);
      expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
      expect(await readdir(own)).toEqual(['map.csv']);
    }));
});

it('does not mind a clock that is set back', () =>
  withFolder(async (own) => {
    const shim = join(own, 'clock.mjs');
    await writeFile(
      shim,
      'let day = 0; const now = Date.now; Date.now = () => now() - 86_400_000 * day++;\n' +
        'globalThis.Date = class extends Date { constructor(...args) { args.length ? super(...args) : super(Date.now()); } };\n',
    );
    const args = ['classify', points(), '-o', 'map.parquet'];
    const run = await runProgram(args, { cwd: own, nodeArgs: ['--import', shim] });
    expect(run.status, run.stderr).toBe(0);
    const steady = await runProgram(['classify', points(), '-o', 'steady.parquet'], { cwd: own });
    expect(steady.status).toBe(0);
    const [shifted, plain] = await Promise.all(
      ['map.parquet', 'steady.parquet'].map((name) => readFile(join(own, name))),
    );
    expect(Buffer.compare(shifted, plain)).toBe(0);
  }));
