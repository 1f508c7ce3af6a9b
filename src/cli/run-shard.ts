import { GroundTrendError } from '../errors.js';
import { formatIndexes, listMissing, readJobStatus } from '../shards/job-status.js';
import { type Job, type JobOptions, openJob } from '../shards/manifest.js';
import { mergeJob } from '../shards/merge-job.js';
import { mergeToFolder } from '../shards/partitioned-dataset.js';
import { type PlanRequest, planJob } from '../shards/plan-job.js';
import { runShard } from '../shards/run-shard.js';
import { showText } from '../shown-text.js';
import { formatSummary } from './map-summary.js';
import { countOf, formatBytes, formatCount, formatDuration } from './numbers.js';
import { packageVersion } from './package-version.js';
import { listReferences } from './prepare-reference.js';
import { createProgress } from './progress.js';
import { readPrior } from './read-prior.js';
import { formatTable } from './table.js';

export interface PlanCommand
  extends Omit<JobOptions, 'materialMm' | 'wavelengthMm' | 'bbox' | 'prior' | 'isPriorEstimated'> {
  readonly prior: string;
  readonly reference?: string;
  readonly commonMode: boolean;
  readonly threads: number;
  readonly into: number;
  readonly output: string;
  readonly model: string;
  readonly bbox?: readonly [number, number, number, number];
  readonly material: number;
  readonly wavelength: number;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

export async function runPlan(files: readonly string[], command: PlanCommand): Promise<string> {
  const { into, output, model, overwrite, signal } = command;
  const { manifest, warnings } = await planJob({
    inputs: files,
    folder: output,
    into,
    model,
    ...(await toJobRequest(command)),
    software: packageVersion(),
    overwrite,
    signal,
  });
  const { datasets, inputs, shards } = manifest;
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
  const lines = [
    ...warnings.map((warning) => `note: ${showText(warning)}`),
    ...(shards.length < into ? [fewerShardsNote(into)] : []),
    `planned: ${countOf(shards.length, 'shard')} of ${countOf(datasets.length, 'dataset')}, ${formatBytes(bytes)} in ${countOf(inputs.length, 'file')}`,
    `written: ${showText(output)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function fewerShardsNote(into: number): string {
  return `note: not the ${formatCount(into)} shards asked for: the files have too few parts, or too uneven ones, to be cut so finely`;
}

/** What a command line says of a job. */
export async function toJobRequest(
  command: Omit<PlanCommand, 'into' | 'output' | 'model' | 'overwrite' | 'signal'>,
): Promise<Pick<PlanRequest, 'options' | 'prior' | 'references' | 'threads'>> {
  const { minCoherence, bbox, units, epsg, strict, keepSeries, describe, repair, sieve } = command;
  return {
    options: {
      minCoherence,
      bbox: bbox && [...bbox],
      units,
      epsg,
      strict,
      keepSeries,
      describe,
      repair,
      sieve,
      materialMm: command.material,
      wavelengthMm: command.wavelength,
    },
    prior: await readPrior(command.prior),
    references: listReferences(command),
    threads: command.threads,
  };
}

export interface RunCommand {
  readonly index?: number;
  readonly every?: number;
  readonly threads: number;
  readonly memory?: number;
  readonly signal: AbortSignal;
}

export async function runShards(folder: string, command: RunCommand): Promise<string> {
  const job = await openThisJob(folder);
  const first = command.index ?? indexFromScheduler(process.env);
  const step = command.every ?? job.manifest.shards.length;
  const lines: string[] = [];
  for (let shard = first; shard === first || shard < job.manifest.shards.length; shard += step) {
    const progress = createProgress(`shard ${shard}`, 'points');
    const { isSkipped, record } = await runShard(job, shard, {
      threads: command.threads,
      memoryMb: command.memory,
      signal: command.signal,
      onProgress: ({ fraction, points }) => progress.update({ fraction, done: points }),
    }).finally(() => progress.finish());
    lines.push(
      isSkipped
        ? `shard ${shard}: done before, ${countOf(record.rows, 'point')}`
        : `shard ${shard}: ${countOf(record.rows, 'point')} in ${formatDuration(record.seconds)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The number that Slurm gives a task of an array, or Kubernetes a pod of an Indexed Job. */
function indexFromScheduler(environment: NodeJS.ProcessEnv): number {
  const text = environment.SLURM_ARRAY_TASK_ID ?? environment.JOB_COMPLETION_INDEX;
  if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  throw new GroundTrendError('usage', 'Which shard is to be run?', {
    advice: 'Give --index; in a Slurm array or a Kubernetes Indexed Job it is known by itself.',
  });
}

export async function runStatus(
  folder: string,
  command: { readonly verify: boolean; readonly json: boolean },
): Promise<string> {
  const job = await openThisJob(folder);
  const states = await readJobStatus(job, command.verify);
  if (command.json) return `${JSON.stringify(states, null, 2)}\n`;
  const table = formatTable(
    [
      { title: 'shard', align: 'right' },
      { title: 'work', align: 'right' },
      { title: 'state' },
      { title: 'points', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'memory', align: 'right' },
      { title: 'host' },
    ],
    states.map(({ shard, bytes, record }) => [
      String(shard),
      formatBytes(bytes),
      record === undefined ? 'missing' : 'done',
      record === undefined ? '-' : formatCount(record.rows),
      record === undefined ? '-' : formatDuration(record.seconds),
      record === undefined ? '-' : formatBytes(record.peakMemoryBytes),
      record?.host ?? '-',
    ]),
  );
  const missing = listMissing(states);
  const done = states.length - missing.length;
  const rest = missing.length === 0 ? '' : `; missing: ${formatIndexes(missing)}`;
  return `${table}\n\n${done} of ${states.length} shards are done${rest}\n`;
}

export interface MergeCommand {
  readonly output: readonly string[];
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly threads: number;
  readonly signal: AbortSignal;
}

export async function runMerge(folder: string, command: MergeCommand): Promise<string> {
  const job = await openThisJob(folder);
  const progress = createProgress('merge', 'points');
  const options = {
    overwrite: command.overwrite,
    threads: command.threads,
    signal: command.signal,
    onProgress: (state: { fraction: number; points: number }) =>
      progress.update({ fraction: state.fraction, done: state.points }),
  };
  const folders = command.output.filter((path) => path.endsWith('/'));
  if (folders.length > 0 && command.output.length > 1) {
    throw new GroundTrendError('usage', 'A folder of files is written on its own.', {
      advice: 'Merge once for the folder and once for the other outputs.',
    });
  }
  const summary = await (folders.length > 0
    ? mergeToFolder(job, folders[0], options)
    : mergeJob(job, command.output, options)
  ).finally(() => progress.finish());
  return command.json ? `${JSON.stringify(summary, null, 2)}\n` : formatSummary(summary);
}

export function openThisJob(folder: string): Promise<Job> {
  return openJob(folder, packageVersion());
}
