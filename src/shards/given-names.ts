import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { OutputOptions } from '../write/output-file.node.js';

/** A file as it was right before it got its name, which changes none of this. */
const identity = z.object({
  path: z.string(),
  device: z.string(),
  inode: z.string(),
  bytes: z.string(),
  modified: z.string(),
});

type Identity = z.infer<typeof identity>;

/** Writes down which file gets which name, a line each, so that a later run can tell its own from another's. */
export function recordNames(recordPath: string): NonNullable<OutputOptions['beforeName']> {
  return async ({ path, temporaryPath }) => {
    const line = `${JSON.stringify(await identify(temporaryPath, path))}\n`;
    await appendFile(recordPath, line, { flush: true });
  };
}

/**
 * Takes back the names that were given before an interruption. A file that is no longer the one that was named is
 * somebody else's, and stays.
 */
export async function takeBackNames(recordPath: string): Promise<void> {
  const text = await readFile(recordPath, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const named = readIdentity(line);
    if (named === undefined) continue;
    const found = await identify(named.path, named.path).catch(() => undefined);
    if (found !== undefined && JSON.stringify(found) === JSON.stringify(named)) await rm(named.path);
  }
}

/** Nothing for a line that was cut off: its name had not been given. */
function readIdentity(line: string): Identity | undefined {
  try {
    return identity.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function identify(place: string, path: string): Promise<Identity> {
  const { dev, ino, size, mtimeNs } = await stat(place, { bigint: true });
  return { path, device: `${dev}`, inode: `${ino}`, bytes: `${size}`, modified: `${mtimeNs}` };
}
