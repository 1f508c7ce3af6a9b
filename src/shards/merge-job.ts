import { createRowTally } from '../classify/class-summary.js';
import { type ClassifySummary, joinSkipped, knownShares } from '../classify/classify-files.node.js';
import { openRepairOutputs, type RepairOutputs, type RepairSink } from '../classify/repair-outputs.node.js';
import { GroundTrendError } from '../errors.js';
import { explainNoiseModel } from '../kinematics/noise-model.js';
import type { ResultBatch } from '../series/result-table.js';
import type { OutputOptions } from '../write/output-file.node.js';
import { abortWriters, finishWriters, openWriters } from '../write/output-set.node.js';
import { type Job, resultTableOf } from './manifest.js';
import { readMergedRows, requireParts } from './merged-rows.js';
import type { PartRecord } from './part-record.js';
import { settleDuplicates } from './settle-duplicates.js';

export interface MergeOptions {
  readonly overwrite?: boolean;
  /** For shards that have to be made again, because a point in them came before. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly fraction: number; readonly points: number }) => void;
  /** See `OutputOptions`. */
  readonly beforeName?: OutputOptions['beforeName'];
}

/**
 * Puts all parts of a job, in order, through the writers that one process would have used: the outputs are those of
 * `classifyFiles`, byte for byte. Memory as in one process: the register of points takes about 32 bytes a point.
 *
 * Throws `input` where a part is missing or is not what its record says, before anything is written. A point that comes
 * a second time is left out, as in one process (see `settleDuplicates`).
 */
export async function mergeJob(
  job: Job,
  outputs: readonly string[],
  options: MergeOptions,
): Promise<ClassifySummary> {
  const { schema } = resultTableOf(job.manifest);
  const records = await settleDuplicates(job, await requireParts(job, options.signal), options);
  const { overwrite = false, beforeName } = options;
  const naming = { overwrite, beforeName };
  const writers = await openWriters(outputs, schema, naming);
  let repairs: RepairOutputs | undefined;
  try {
    if (job.manifest.options.repair) {
      repairs = await openRepairOutputs(outputs[0], schema.series, naming);
    }
    const summary = await mergeParts(job, records, options, repairs, async (_shard, rows) => {
      for (const writer of writers) await writer.write(rows);
    });
    let repair: ClassifySummary['repair'];
    await finishWriters(writers, async () => {
      repair = await repairs?.finish();
    });
    return { ...summary, outputs, repair };
  } catch (error) {
    await repairs?.abort();
    await abortWriters(writers);
    throw error;
  }
}

/**
 * Hands the merged rows to `write`, what was repaired to `repairs`, and returns the summary that one process would have
 * given, without outputs. Throws `input` where no point is left.
 */
export async function mergeParts(
  job: Job,
  records: readonly PartRecord[],
  { signal, onProgress }: MergeOptions,
  repairs: RepairSink | undefined,
  write: (shard: number, rows: ResultBatch) => Promise<void>,
): Promise<ClassifySummary> {
  const start = performance.now();
  const { manifest } = job;
  const { describe, repair, prior } = manifest.options;
  const shares = knownShares(typeof prior === 'string' ? prior : Float64Array.from(prior));
  const { schema } = resultTableOf(manifest);
  const tally = createRowTally(schema, manifest.model.classes);
  const total = records.reduce((sum, { rows }) => sum + rows, 0);
  for await (const { shard, rows, repairs: record } of readMergedRows(job, records, schema, signal)) {
    tally.add(rows);
    if (record) await repairs?.add(record);
    await write(shard, rows);
    onProgress?.({ fraction: tally.points / total, points: tally.points });
  }
  if (tally.points === 0) {
    throw new GroundTrendError('input', 'No point is left to write.', { place: { file: job.folder } });
  }
  return {
    inputs: manifest.datasets.map(({ name, format, days, noise }) => ({
      name,
      format,
      dates: days.length,
      noise: describe === 'none' && !repair ? '' : explainNoiseModel(noise),
    })),
    model: { name: manifest.model.name, fingerprint: manifest.model.fingerprint },
    points: tally.points,
    classes: tally.summarize(),
    shares: shares && [...shares],
    repair: undefined,
    skipped: joinSkipped(records.map((report) => ({ report }))),
    filtered: {
      belowCoherence: records.reduce((sum, { filtered }) => sum + filtered.belowCoherence, 0),
      outsideBox: records.reduce((sum, { filtered }) => sum + filtered.outsideBox, 0),
    },
    warnings: [...new Set(records.flatMap(({ warnings }) => warnings))],
    outputs: [],
    seconds: (performance.now() - start) / 1000,
  };
}
