import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = dirname(fileURLToPath(import.meta.url));
const IMPORT =
  /^\s*(?:import|export)\b(?!\s+type\b)[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

/** Every file and package that an entry leads to; imports of types alone do not count. */
function reach(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, first, second, third] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = (first ?? second ?? third) as string;
      if (target.startsWith('.')) waiting.push(join(dirname(file), target.replace(/\.js$/, '.ts')));
      else packages.add(target);
    }
  }
  return { files, packages };
}

describe('the library for pages', () => {
  const { files, packages } = reach(join(source, 'index.ts'));

  it('leads to real files, many of them', () => {
    expect(files.size).toBeGreaterThan(60);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });

  it('needs nothing of Node', () => {
    const nodeFiles = [...files].filter((file) => /\.node\.ts$|\/(cli|server|shards)\//.test(file));
    expect(nodeFiles).toEqual([]);
    const nodePackages = [...packages].filter(
      (name) =>
        name.startsWith('node:') ||
        builtinModules.includes(name) ||
        ['onnxruntime-node', 'yauzl', 'libsql', 'commander'].includes(name),
    );
    expect(nodePackages).toEqual([]);
  });

  it('is part of the library for Node', async () => {
    const [page, node] = await Promise.all([import('./index.js'), import('./node.js')]);
    expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(page)));
    expect(node.classifyFiles).toBeTypeOf('function');
  });
});
