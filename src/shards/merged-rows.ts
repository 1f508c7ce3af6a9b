import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { SKIP_REASON } from '../read/row-problems.js';
import type { ColumnValues, ResultBatch, ResultSchema } from '../series/result-table.js';
import type { ClaimJudge } from './claims.js';
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
}

/**
 * The rows of all parts in their order, without points that came before. Throws `input` where a part does not hold the
 * rows that its record says, and, in a strict job, where a point comes again.
 */
export async function* readMergedRows(
  { folder, manifest }: Job,
  records: readonly PartRecord[],
  schema: ResultSchema,
  judge: ClaimJudge,
  signal?: AbortSignal,
): AsyncGenerator<MergedRows> {
  for (const { shard, rows: expected } of records) {
    let seen = 0;
    for await (const { dataset, claims, rows } of readPart(partPath(folder, shard), schema)) {
      throwIfCancelled(signal);
      const first = judge.judge(dataset, claims);
      if (manifest.options.strict && judge.refused > 0) throw cameBefore(manifest.datasets[dataset].name);
      if (rows === undefined) continue;
      seen += rows.count;
      const kept = first === undefined ? rows : takeRows(rows, first, schema);
      if (kept.count > 0) yield { shard, rows: kept };
    }
    if (seen === expected) continue;
    throw new GroundTrendError('input', `This part holds ${seen} rows; its record says ${expected}.`, {
      place: { file: partPath(folder, shard) },
    });
  }
}

function takeRows(batch: ResultBatch, positions: readonly number[], schema: ResultSchema): ResultBatch {
  const epochs = schema.series?.days.length ?? 0;
  const take = (values: ColumnValues): ColumnValues => {
    if (values instanceof Float64Array) return Float64Array.from(positions, (row) => values[row]);
    if (values instanceof Float32Array) return Float32Array.from(positions, (row) => values[row]);
    if (values instanceof Int32Array) return Int32Array.from(positions, (row) => values[row]);
    return positions.map((row) => values[row]);
  };
  let displacements: Float32Array | undefined;
  if (batch.displacements !== undefined) {
    displacements = new Float32Array(positions.length * epochs);
    for (const [to, from] of positions.entries()) {
      displacements.set(batch.displacements.subarray(from * epochs, (from + 1) * epochs), to * epochs);
    }
  }
  return {
    count: positions.length,
    longitude: take(batch.longitude) as Float64Array,
    latitude: take(batch.latitude) as Float64Array,
    columns: batch.columns.map(take),
    displacements,
  };
}

function cameBefore(name: string): GroundTrendError {
  return new GroundTrendError('input', `A row has ${SKIP_REASON.duplicatePid}.`, {
    place: { file: name },
    advice: 'Without --strict such rows are left out and counted.',
  });
}
