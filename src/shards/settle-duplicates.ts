import { throwIfCancelled } from '../errors.js';
import { createClaimJudge } from './claims.js';
import type { Job } from './manifest.js';
import { readPartClaims } from './part-reader.js';
import { type PartRecord, partPath } from './part-record.js';
import { makePart, type RunShardOptions } from './run-shard.js';

/**
 * Finds the points that came before in another shard, or in their own, and makes the shards that hold such rows again
 * without them. Returns the records of all parts as they then are; where no point comes twice, they are those given.
 *
 * Throws `input` in a strict job, as one process would.
 */
export async function settleDuplicates(
  job: Job,
  records: readonly PartRecord[],
  { threads, signal }: Pick<RunShardOptions, 'threads' | 'signal'>,
): Promise<PartRecord[]> {
  const judge = createClaimJudge(job.manifest.datasets.length);
  const settled: PartRecord[] = [];
  for (const record of records) {
    throwIfCancelled(signal);
    const refused = new Set<number>();
    let before = 0;
    for await (const { dataset, claims } of readPartClaims(partPath(job.folder, record.shard))) {
      for (const position of judge.judge(dataset, claims)) refused.add(before + position);
      before += claims.kept.length;
    }
    settled.push(
      refused.size === 0 ? record : await makePart(job, record.shard, refused, { threads, signal }),
    );
  }
  return settled;
}
