import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Ending of a folder that was put aside to be replaced. */
export const OLD_ENDING = '.old';

/** Process numbers mean something only within one computer, and within one container of it. */
const PLACE = `${hostname()}${pidNamespace()}`;

/** `.map.parquet.<computer>-<process>-<random>.tmp`: hidden, and it tells whose it is. */
export function createTemporaryName(name: string): string {
  return `.${name}.${PLACE}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

/**
 * Removes what processes that are gone (killed, or cut off by a power failure) left of this name in a folder. What
 * belongs to a running process, another computer or another container stays. A folder that had been put aside and not
 * yet replaced gets its name back.
 */
export async function removeAbandoned(folder: string, name: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  for (const entry of entries.filter((other) => isAbandoned(other, name))) {
    const path = join(folder, entry);
    if (entry.endsWith(OLD_ENDING) && (await isMissing(join(folder, name)))) {
      await rename(path, join(folder, name)).catch(() => {});
    } else {
      // Another process may be at the same cleaning, or the folder be closed: neither is this output's trouble.
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function isAbandoned(entry: string, name: string): boolean {
  const start = `.${name}.${PLACE}-`;
  if (!entry.startsWith(start)) return false;
  const match = /^(\d+)-[0-9a-f]{12}\.tmp(\.\w+)?$/.exec(entry.slice(start.length));
  return match !== null && !isRunning(Number(match[1]));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (cause: NodeJS.ErrnoException) => cause.code === 'ENOENT',
  );
}

function pidNamespace(): string {
  try {
    return `.${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    return '';
  }
}
