import type { Job } from './manifest.js';
import { isPartWhole, type PartRecord, readRecord } from './part-record.js';

export interface ShardState {
  readonly shard: number;
  readonly bytes: number;
  /** What its part's record says; `undefined` where the shard is still to be done. */
  readonly record: PartRecord | undefined;
}

/**
 * The state of every shard. A part counts as done where its record and its size agree; with `isThorough` its bytes are
 * read and hashed as well.
 */
export async function readJobStatus(job: Job, isThorough: boolean): Promise<ShardState[]> {
  const states: ShardState[] = [];
  for (const [shard, { bytes }] of job.manifest.shards.entries()) {
    const record = await readRecord(job, shard);
    const isDone = record !== undefined && (!isThorough || (await isPartWhole(job, record)));
    states.push({ shard, bytes, record: isDone ? record : undefined });
  }
  return states;
}

export function listMissing(states: readonly ShardState[]): number[] {
  return states.filter(({ record }) => record === undefined).map(({ shard }) => shard);
}

/** `0-3,5,7-9`: how people and Slurm write a list of numbers; empty for none. */
export function formatIndexes(indexes: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const index of indexes) {
    const run = runs[runs.length - 1];
    if (run !== undefined && run[1] === index - 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
