import type { RepairRecord } from '../classify/repair-outputs.node.js';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { ResultBatch, ResultSchema } from '../series/result-table.js';
import { formatIndexes, listMissing, readJobStatus } from './job-status.js';
import type { Job } from './manifest.js';
import { readPart } from './part-reader.js';
import { isPartWhole, type PartRecord, partPath } from './part-record.js';

/** Records of all parts, every part read and hashed. Throws `input` with the shards that are not there. */
export async function requireParts(job: Job, signal?: AbortSignal): Promise<PartRecord[]> {
  const states = await readJobStatus(job, false);
  const missing = listMissing(states);
  const records = states.flatMap(({ record }) => record ?? []);
  for (const record of records) {
    throwIfCancelled(signal);
    if (!(await isPartWhole(job, record))) missing.push(record.shard);
  }
  if (missing.length === 0) return records;
  const places = formatIndexes(missing.sort((left, right) => left - right));
  throw new GroundTrendError('input', `Shards are missing or damaged: ${places}.`, {
    place: { file: job.folder },
    advice: 'Run them (groundtrend shard run ... --index I) and merge again.',
  });
}

export interface MergedRows {
  readonly shard: number;
  readonly rows: ResultBatch;
  readonly repairs?: RepairRecord;
}

/** The rows of all parts in their order. Throws `input` where a part does not hold the rows that its record says. */
export async function* readMergedRows(
  { folder }: Job,
  records: readonly PartRecord[],
  schema: ResultSchema,
  signal?: AbortSignal,
): AsyncGenerator<MergedRows> {
  for (const { shard, rows: expected } of records) {
    let seen = 0;
    for await (const { rows, repairs } of readPart(partPath(folder, shard), schema)) {
      throwIfCancelled(signal);
      if (rows === undefined) continue;
      seen += rows.count;
      yield { shard, rows, repairs };
    }
    if (seen === expected) continue;
    throw new GroundTrendError('input', `This part holds ${seen} rows; its record says ${expected}.`, {
      place: { file: partPath(folder, shard) },
    });
  }
}
