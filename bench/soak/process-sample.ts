import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bound } from './leak-check.js';

/** What a process holds, looked at after its garbage is collected. */
export const PROCESS_BOUNDS = [
  { name: 'heap', unit: 'kB', mostPerRound: 20 },
  { name: 'buffers', unit: 'kB', mostPerRound: 50 },
  { name: 'resident memory', unit: 'kB', mostPerRound: 100 },
  { name: 'descriptors', unit: 'count', mostPerRound: 0.02 },
  { name: 'threads', unit: 'count', mostPerRound: 0.02 },
] as const satisfies readonly Bound[];

/** Values in the order of `PROCESS_BOUNDS`. */
export async function sampleProcess(): Promise<number[]> {
  // Handles close, and finalizers run, in turns of the event loop between two collections.
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return [heapUsed / 1024, external / 1024, rss / 1024, countEntries('fd'), countEntries('task')];
}

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Zero where the system has no such folder. */
function countEntries(kind: 'fd' | 'task'): number {
  try {
    return readdirSync(`/proc/self/${kind}`).length;
  } catch {
    return 0;
  }
}
