import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Rooms from the ground up: a room may import itself and those of the floors below. */
const FLOORS: readonly (readonly string[])[] = [
  ['errors', 'random', 'shown-text'],
  ['series'],
  ['sqlite'],
  ['read', 'kinematics', 'network', 'write'],
  ['runtime'],
  ['features'],
  ['simulate', 'classify'],
  ['train', 'evaluate', 'areas', 'report', 'fetch'],
  ['shards'],
  ['server'],
  ['cli'],
];
const ENTRIES = ['index', 'node'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function listSources(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(SOURCE, name));
}

function listImports(): Import[] {
  return listSources().flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g), ([, to]) => ({
      from: relative(SOURCE, file),
      to: to.startsWith('.') ? relative(SOURCE, join(dirname(file), to)) : to,
    }));
  });
}

function roomOf(path: string): string {
  const [first] = path.split('/');
  return first.replace(/(\.node)?\.[jt]s$/, '');
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

const imports = listImports();

describe('the house', () => {
  it('has no room that is not on the plan', () => {
    const rooms = new Set(listSources().map((file) => roomOf(relative(SOURCE, file))));
    expect([...rooms].filter((room) => floorOf(room) < 0 && !ENTRIES.includes(room))).toEqual([]);
  });

  it('has no stairs that lead up', () => {
    const upwards = imports.filter(({ from, to }) => {
      if (ENTRIES.includes(roomOf(from)) || floorOf(roomOf(to)) < 0) return false;
      return floorOf(roomOf(to)) > floorOf(roomOf(from));
    });
    expect(upwards.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('knows ONNX Runtime in one room and SQLite in one file', () => {
    const outside = imports.filter(
      ({ from, to }) =>
        (to.startsWith('onnxruntime') && !from.startsWith('runtime/')) ||
        (to === 'libsql' && from !== 'sqlite.node.ts'),
    );
    expect(outside).toEqual([]);
  });

  it("touches Node's own modules only where a page never goes", () => {
    const allowed = /\.node\.ts$|^(cli|server|shards)\/|^node\.ts$/;
    const outside = imports.filter(({ from, to }) => to.startsWith('node:') && !allowed.test(from));
    expect(outside.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('lets readers and writers be strangers', () => {
    const mixed = imports.filter(
      ({ from, to }) =>
        (roomOf(from) === 'read' && roomOf(to) === 'write') ||
        (roomOf(from) === 'write' && roomOf(to) === 'read'),
    );
    expect(mixed).toEqual([]);
  });
});
