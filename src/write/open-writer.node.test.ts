import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResultBatch, ResultSchema } from '../series/result-table.js';
import { checkOutputEnding, openWriter } from './open-writer.node.js';
import { toOutputError } from './output-error.js';

const SCHEMA: ResultSchema = { layer: 'points', fields: [{ name: 'pid', type: 'text' }], metadata: {} };
const NAMES = ['a.parquet', 'a.gpkg', 'a.csv', 'a.geojson', 'a.ndjson'];
const CAN_MOUNT = canMount();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function points(count: number, tag = 'p'): ResultBatch {
  return {
    count,
    longitude: Float64Array.from({ length: count }, (_, i) => Math.sin(i * 1.7)),
    latitude: Float64Array.from({ length: count }, (_, i) => Math.cos(i * 2.3)),
    columns: [Array.from({ length: count }, (_, i) => `${tag}${(i * 2_654_435_761) % 4_294_967_296}`)],
  };
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

describe('endings', () => {
  it('are known in either case', () => {
    for (const name of [...NAMES, 'B.GeoParquet', 'b.JSON', 'b.geojsonl', 'B.GPKG']) {
      expect(() => checkOutputEnding(name)).not.toThrow();
    }
  });

  it.each(['map', 'map.tab', 'map.parquet.txt', '.csv'])(
    '%s is refused with the list of endings',
    async (name) => {
      await expect(openWriter(join(folder, name), SCHEMA, { overwrite: false })).rejects.toMatchObject({
        code: 'usage',
        advice: expect.stringMatching(/\.gpkg.*\.parquet.*\.csv/),
      });
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe.each(NAMES)('target %s', (name) => {
  const target = () => join(folder, name);

  it('that exists is refused, or replaced when asked to', async () => {
    writeFileSync(target(), 'older');
    await expect(openWriter(target(), SCHEMA, { overwrite: false })).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining(`${name}: The file exists already.`),
      advice: expect.stringContaining('--overwrite'),
    });
    expect(readFileSync(target(), 'utf8')).toBe('older');
    const writer = await openWriter(target(), SCHEMA, { overwrite: true });
    await writer.write(points(3));
    await writer.finish();
    expect(readFileSync(target(), 'latin1')).not.toBe('older');
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('that appears during the work is not replaced unasked', async () => {
    const first = await openWriter(target(), SCHEMA, { overwrite: false });
    const second = await openWriter(target(), SCHEMA, { overwrite: false });
    await first.write(points(10));
    await second.write(points(20));
    await first.finish();
    const bytes = readFileSync(target());
    await expect(second.finish()).rejects.toMatchObject({ code: 'output' });
    expect(readFileSync(target()).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('written twice at once is one of the two, whole', async () => {
    const alone = await openWriter(join(folder, `alone-${name}`), SCHEMA, { overwrite: false });
    await alone.write(points(500, 'second'));
    await alone.finish();
    const writers = await Promise.all(
      ['first', 'second'].map(() => openWriter(target(), SCHEMA, { overwrite: true })),
    );
    await Promise.all([writers[0].write(points(500, 'first')), writers[1].write(points(500, 'second'))]);
    await writers[0].finish();
    await writers[1].finish();
    expect(readFileSync(target()).equals(readFileSync(join(folder, `alone-${name}`)))).toBe(true);
  });

  it('in a folder that is missing, a file, or the target itself a folder, is refused', async () => {
    mkdirSync(target());
    writeFileSync(join(folder, 'file'), '');
    for (const [path, what] of [
      [join(folder, 'no', 'such', name), 'folder does not exist'],
      [join(folder, 'file', name), 'not a folder'],
      [target(), 'a folder, not a file'],
    ]) {
      await expect(openWriter(path, SCHEMA, { overwrite: true })).rejects.toMatchObject({
        code: 'output',
        message: expect.stringContaining(what),
        place: { file: path },
      });
    }
  });

  it('in a folder that is closed to writing is refused', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    chmodSync(folder, 0o755);
    // The administrator may write everywhere: become nobody for the attempt.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(openWriter(join(closed, name), SCHEMA, { overwrite: true })).rejects.toMatchObject({
        code: 'output',
        message: expect.stringContaining('may not be written to'),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(readdirSync(closed)).toEqual([]);
  });

  it.skipIf(!CAN_MOUNT)(
    'on a disk that fills leaves nothing (skipped where no disk can be mounted)',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
      try {
        const writer = await openWriter(target(), SCHEMA, { overwrite: false });
        const work = async () => {
          for (let round = 0; round < 20; round++) await writer.write(points(5000));
          await writer.finish();
        };
        await expect(work()).rejects.toMatchObject({
          code: 'output',
          message: expect.stringContaining('The disk is full'),
          place: { file: target() },
        });
        expect(readdirSync(folder)).toEqual([]);
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    },
  );
});

describe('errors of the system', () => {
  it('are told in words, with their cause kept', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const error = toOutputError('map.csv', cause);
    expect(error).toMatchObject({ code: 'output', place: { file: 'map.csv' }, cause });
    expect(error.message).toBe('map.csv: The disk is full.\nFree some space or choose another folder.');
    expect(toOutputError('map.csv', error)).toBe(error);
    expect(toOutputError('map.csv', new Error('odd')).message).toBe('map.csv: Writing failed: odd');
  });

  it('too many columns for a GeoPackage are named before any work', async () => {
    const fields = Array.from({ length: 1999 }, (_, i) => ({ name: `c${i}`, type: 'float32' as const }));
    const path = join(folder, 'wide.gpkg');
    await expect(openWriter(path, { ...SCHEMA, fields }, { overwrite: false })).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('at most 2000 columns'),
    });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
