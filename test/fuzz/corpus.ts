import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout, seen from this file or from where it is compiled to. */
const ROOT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);
export const FIXTURES = join(ROOT, 'test/fixtures/readers');
export const MODEL = join(ROOT, 'models/default.onnx');
const REAL_DATA = join(ROOT, '../shared/data');

/** Small files to start from: fixtures by name, and the beginnings of real files where those lie beside the checkout. */
export async function readSeeds(
  names: readonly string[],
  grown?: { readonly real: RegExp; readonly bytes: number },
): Promise<Uint8Array[]> {
  const seeds = await Promise.all(names.map((name) => readFixture(name)));
  if (grown === undefined || !existsSync(REAL_DATA)) return seeds;
  const real = (await readdir(REAL_DATA, { recursive: true })).filter((name) => grown.real.test(name)).sort();
  for (const name of real) seeds.push(await readStart(join(REAL_DATA, name), grown.bytes));
  return seeds;
}

export async function readFixture(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(FIXTURES, name)));
}

async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
