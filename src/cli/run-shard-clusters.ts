import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIndexes } from '../shards/job-status.js';
import { describeMergeJob, describeShardsJob, type KubernetesRequest } from '../shards/kubernetes-job.js';
import { quoteShell } from '../shards/shell-text.js';
import { type SlurmRequest, submitSlurmJob } from '../shards/slurm-job.js';
import { showText } from '../shown-text.js';
import { openThisJob } from './run-shard.js';

export interface SlurmCommand extends Omit<SlurmRequest, 'command' | 'outputs' | 'cpusPerTask'> {
  readonly output: readonly string[];
  readonly cpus: number;
}

export async function runSlurm(folder: string, { output, cpus, ...rest }: SlurmCommand): Promise<string> {
  const job = await openThisJob(folder);
  const { missing, commands, arrayJob, mergeJob } = await submitSlurmJob(job, {
    ...rest,
    command: [process.execPath, process.argv[1]],
    outputs: output,
    cpusPerTask: cpus,
  });
  const lines = [
    missing.length === 0
      ? 'all shards are done'
      : `missing: ${missing.length} of ${job.manifest.shards.length} shards (${formatIndexes(missing)})`,
  ];
  if (rest.dryRun) lines.push(...commands.map((command) => command.map(quoteShell).join(' ')));
  if (arrayJob !== undefined) lines.push(`submitted: array job ${arrayJob}`);
  if (mergeJob !== undefined) lines.push(`submitted: merge job ${mergeJob}`);
  lines.push(`scripts and logs: ${showText(`${join(folder, 'slurm')}, ${join(folder, 'logs')}`)}`);
  return `${lines.join('\n')}\n`;
}

export interface KubernetesCommand extends Omit<KubernetesRequest, 'outputs'> {
  readonly output: readonly string[];
}

export async function runKubernetes(folder: string, { output, ...rest }: KubernetesCommand): Promise<string> {
  const job = await openThisJob(folder);
  const request = { ...rest, outputs: output };
  const target = join(folder, 'kubernetes');
  await mkdir(target, { recursive: true });
  const shardsPath = join(target, 'shards.json');
  const mergePath = join(target, 'merge.json');
  await writeFile(shardsPath, `${JSON.stringify(describeShardsJob(job, request), null, 2)}\n`);
  await writeFile(mergePath, `${JSON.stringify(describeMergeJob(request), null, 2)}\n`);
  return `${[
    `kubectl apply -f ${quoteShell(shardsPath)}`,
    `kubectl wait --for=condition=complete --timeout=-1s job/${request.name}`,
    `kubectl apply -f ${quoteShell(mergePath)}`,
  ].join('\n')}\n`;
}
