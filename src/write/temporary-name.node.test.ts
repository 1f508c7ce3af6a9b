import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTemporaryName, removeAbandoned } from './temporary-name.node.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temporary-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function leave(): string {
  const name = createTemporaryName('map.csv');
  writeFileSync(join(folder, name), 'rows');
  return name;
}

it.each([
  ['is gone', 'ESRCH', false],
  ['runs for somebody else', 'EPERM', true],
])('what a process left that %s', async (_, code, isKept) => {
  const name = leave();
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
  await removeAbandoned(folder, 'map.csv');
  expect(readdirSync(folder)).toEqual(isKept ? [name] : []);
});

it('what a running process writes stays, and what belongs to another name or computer', async () => {
  const own = leave();
  vi.spyOn(process, 'kill').mockReturnValue(true);
  await removeAbandoned(folder, 'map.csv');
  expect(readdirSync(folder)).toEqual([own]);
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('gone'), { code: 'ESRCH' });
  });
  await removeAbandoned(folder, 'other.csv');
  const foreign = `.map.csv.elsewhere-${process.pid}-0123456789ab.tmp`;
  writeFileSync(join(folder, foreign), 'rows');
  await removeAbandoned(folder, 'map.csv');
  expect(readdirSync(folder)).toEqual([foreign]);
});
