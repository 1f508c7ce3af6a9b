import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { GroundTrendError } from '../errors.js';
import { formatIndexes, listMissing, readJobStatus } from './job-status.js';
import type { Job } from './manifest.js';
import { EXIT_RETRY } from './retry-advice.js';
import { quoteShell } from './shell-text.js';

const execute = promisify(execFile);
/** What Slurm allows where its configuration says nothing: indexes 0 to 1000. */
const DEFAULT_ARRAY_SIZE = 1001;

export interface SlurmRequest {
  /** The command that runs groundtrend on a node, such as node and the path of its script. */
  readonly command: readonly string[];
  readonly outputs: readonly string[];
  readonly overwrite: boolean;
  /** Tasks that may run at the same time. */
  readonly throttle: number;
  readonly cpusPerTask: number;
  /** As Slurm takes it: `2G`. */
  readonly memory: string;
  /** As Slurm takes it: `02:00:00`; the cluster's default without one. */
  readonly time?: string;
  readonly partition?: string;
  readonly account?: string;
  /** How often a task that was killed or asks for it is run again. */
  readonly retries: number;
  /** Write the scripts and say what would be submitted. */
  readonly dryRun: boolean;
}

export interface SlurmSubmission {
  readonly missing: readonly number[];
  /** The commands in their order; the merge's holds `ARRAY` for the array's number where nothing was submitted. */
  readonly commands: readonly (readonly string[])[];
  readonly arrayJob?: string;
  readonly mergeJob?: string;
}

/**
 * Submits the shards that have no part yet as an array and, to run after all of them, the merge. Called again after a
 * failure it submits only what is still missing.
 *
 * A task that was killed, or whose status says so, puts itself back into the queue; Slurm does so for nodes that fail.
 *
 * Throws `output` where Slurm is not there or refuses.
 */
export async function submitSlurmJob(job: Job, request: SlurmRequest): Promise<SlurmSubmission> {
  const missing = listMissing(await readJobStatus(job, false));
  const scripts = join(resolve(job.folder), 'slurm');
  await mkdir(join(resolve(job.folder), 'logs'), { recursive: true });
  await mkdir(scripts, { recursive: true });
  const taskCount = Math.min(job.manifest.shards.length, await findArraySize(request.dryRun));
  const arrayScript = join(scripts, 'array.sh');
  const mergeScript = join(scripts, 'merge.sh');
  await writeFile(arrayScript, writeArrayScript(job, request, taskCount));
  await writeFile(mergeScript, writeMergeScript(job, request));

  const commands: string[][] = [];
  let arrayJob: string | undefined;
  if (missing.length > 0) {
    const tasks = [...new Set(missing.map((shard) => shard % taskCount))].sort((a, b) => a - b);
    const array = ['--parsable', `--array=${formatIndexes(tasks)}%${request.throttle}`, arrayScript];
    commands.push(['sbatch', ...array]);
    if (!request.dryRun) arrayJob = await sbatch(array);
  }
  const dependency =
    missing.length === 0 ? [] : [`--dependency=afterok:${arrayJob ?? 'ARRAY'}`, '--kill-on-invalid-dep=yes'];
  const merge = ['--parsable', ...dependency, mergeScript];
  commands.push(['sbatch', ...merge]);
  const mergeJob = request.dryRun ? undefined : await sbatch(merge);
  return { missing, commands, arrayJob, mergeJob };
}

/**
 * The script of one task: `SLURM_ARRAY_TASK_ID` is the shard's number and, on clusters that allow fewer tasks than there
 * are shards, that of every `taskCount`-th shard from there on.
 */
export function writeArrayScript({ folder }: Job, request: SlurmRequest, taskCount: number): string {
  const run = [
    ...request.command,
    'shard',
    'run',
    resolve(folder),
    '--every',
    String(taskCount),
    '--threads',
    String(request.cpusPerTask),
  ];
  return `#!/bin/bash
${directives(folder, request, 'groundtrend', 'shard-%A_%a.log')}
#SBATCH --requeue
# Without this a second attempt would wipe out the log of the first.
#SBATCH --open-mode=append
${run.map(quoteShell).join(' ')}
status=$?
if { [ $status -eq ${EXIT_RETRY} ] || [ $status -gt 128 ]; } && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${request.retries} ]; then
  # Slurm ends this script while it waits, and starts it again.
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" && sleep 300
fi
exit $status
`;
}

export function writeMergeScript({ folder }: Job, request: SlurmRequest): string {
  const outputs = request.outputs.flatMap((path) => [
    '-o',
    path.endsWith('/') ? `${resolve(path)}/` : resolve(path),
  ]);
  const overwrite = request.overwrite ? ['--overwrite'] : [];
  const run = [...request.command, 'shard', 'merge', resolve(folder), ...outputs, ...overwrite];
  return `#!/bin/bash
${directives(folder, { ...request, cpusPerTask: 1 }, 'groundtrend-merge', 'merge-%j.log')}
exec ${run.map(quoteShell).join(' ')}
`;
}

function directives(folder: string, request: SlurmRequest, name: string, log: string): string {
  const { cpusPerTask, memory, time, partition, account } = request;
  return [
    `--job-name=${name}`,
    `--cpus-per-task=${cpusPerTask}`,
    `--mem=${memory}`,
    `--output=${quoteShell(join(resolve(folder), 'logs', log))}`,
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
  ]
    .map((option) => `#SBATCH ${option}`)
    .join('\n');
}

async function sbatch(options: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute('sbatch', [...options]);
    // With several clusters the number is followed by the cluster's name.
    return stdout.trim().split(';')[0];
  } catch (cause) {
    const { code, stderr, message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') {
      throw new GroundTrendError('output', 'There is no sbatch here.', {
        advice: 'Run this on a login node of a Slurm cluster, or use --dry-run to get the scripts.',
        cause,
      });
    }
    throw new GroundTrendError('output', `Slurm refuses the job: ${stderr?.trim() || message}`, { cause });
  }
}

/** How many tasks an array may have, from the cluster's configuration. */
async function findArraySize(dryRun: boolean): Promise<number> {
  if (dryRun) return DEFAULT_ARRAY_SIZE;
  const config = await execute('scontrol', ['show', 'config']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const match = /^MaxArraySize\s*=\s*(\d+)/m.exec(config);
  return match === null ? DEFAULT_ARRAY_SIZE : Number(match[1]);
}
