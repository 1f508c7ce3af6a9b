import type { ByteRange } from '../byte-source.js';
import type { RandomAccess } from '../random-access.js';

/** Bytes in between that are fetched in vain. */
const LARGEST_GAP_BYTES = 64 << 10;

/** Memory that is used again for every fetch: fresh one costs as much as the reading. */
export interface SpareMemory {
  bytes: Uint8Array;
}

/**
 * Fetches ranges of a file, in the order given; neighbours, which come one after the other, in one go. They lie in
 * `spare`: the next fetch into it overwrites them.
 */
export async function fetchRanges(
  access: RandomAccess,
  ranges: readonly ByteRange[],
  spare: SpareMemory,
): Promise<Uint8Array[]> {
  const runs: ByteRange[][] = [];
  for (const range of ranges) {
    const run = runs[runs.length - 1];
    const gap = run === undefined ? -1 : range.start - run[run.length - 1].end;
    if (gap >= 0 && gap <= LARGEST_GAP_BYTES) run.push(range);
    else runs.push([range]);
  }
  const total = runs.reduce((sum, run) => sum + lengthOf(run), 0);
  if (spare.bytes.length < total) spare.bytes = new Uint8Array(total);
  const parts: Uint8Array[] = [];
  let used = 0;
  for (const run of runs) {
    const { start } = run[0];
    const end = start + lengthOf(run);
    const bytes = await access.read(start, end, spare.bytes.subarray(used));
    if (bytes.length < end - start) throw new RangeError('the file ends early');
    for (const range of run) parts.push(bytes.subarray(range.start - start, range.end - start));
    used += end - start;
  }
  return parts;
}

const lengthOf = (run: readonly ByteRange[]) => run[run.length - 1].end - run[0].start;
