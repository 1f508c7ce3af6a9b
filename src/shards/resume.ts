import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ClassifySummary } from '../classify/classify-files.node.js';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { reserveOutput } from '../write/output-file.node.js';
import { recordNames, takeBackNames } from './given-names.js';
import { listMissing, readJobStatus } from './job-status.js';
import { type Job, MANIFEST_NAME, openJob } from './manifest.js';
import { mergeJob } from './merge-job.js';
import { type PlanRequest, planJob } from './plan-job.js';
import { runShard } from './run-shard.js';

export interface ResumableRequest extends Omit<PlanRequest, 'folder' | 'into' | 'overwrite' | 'onProgress'> {
  readonly outputs: readonly string[];
  readonly overwrite: boolean;
  readonly memoryMb?: number;
  /** Told how many shards are done, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Classifies in shards kept in a hidden folder beside the first output (`.map.parquet.job`), so that the same command,
 * given again after an interruption, goes on where it was. The folder goes once the outputs are there; their bytes are
 * those of `classifyFiles`.
 *
 * Throws `input` where the folder holds the beginning of another request.
 */
export async function classifyResumably(request: ResumableRequest): Promise<ClassifySummary> {
  const { outputs, threads, memoryMb, signal } = request;
  const folder = join(dirname(outputs[0]), `.${basename(outputs[0])}.job`);
  const { overwrite } = request;
  const used = `${folder}.used`;
  const namesPath = join(folder, 'given-names.jsonl');
  // What a run left that had ended but for its tidying up.
  await removeFolder(used);
  if (!overwrite) await takeBackNames(namesPath);
  // Hours of work must not end at a name that is taken.
  for (const path of outputs) await (await reserveOutput(path, { overwrite })).discard();
  const job = await openOrPlan(folder, request);
  const count = job.manifest.shards.length;
  const missing = listMissing(await readJobStatus(job, true));
  for (const [done, shard] of missing.entries()) {
    throwIfCancelled(signal);
    request.onProgress?.(count - missing.length + done, count);
    await runShard(job, shard, { threads, memoryMb, signal });
  }
  const summary = await mergeJob(job, outputs, {
    overwrite,
    threads,
    signal,
    beforeName: recordNames(namesPath),
  });
  // In one step from a job that can be gone on with to none: half a folder would be neither.
  await rename(folder, used);
  await removeFolder(used);
  return summary;
}

function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** The job begun before where it is the same as one planned now; planning is reading, a small part of the work. */
async function openOrPlan(folder: string, request: ResumableRequest): Promise<Job> {
  const begun = await openJob(folder, request.software).catch(() => undefined);
  const fresh = `${folder}.plan`;
  try {
    const planned = await planJob({
      ...request,
      folder: begun ? fresh : folder,
      overwrite: true,
      onProgress: undefined,
    });
    if (begun === undefined || begun.hash === planned.hash) return begun ?? planned;
  } finally {
    await removeFolder(fresh);
  }
  throw new GroundTrendError('input', 'What was begun before is not what is asked for now.', {
    place: { file: join(folder, MANIFEST_NAME) },
    advice: 'Give the same command as before, or remove that folder to start anew.',
  });
}
