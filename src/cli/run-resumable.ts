import { GroundTrendError } from '../errors.js';
import { classifyResumably } from '../shards/resume.js';
import { formatSummary } from './map-summary.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';
import { type PlanCommand, toJobRequest } from './run-shard.js';

export interface ResumableCommand extends Omit<PlanCommand, 'into' | 'output'> {
  readonly output: readonly string[];
  readonly dates?: unknown;
  readonly json: boolean;
  readonly memoryMb?: number;
}

/** `classify --resume`. Throws `usage` for what a job cannot tell its shards. */
export async function runResumable(files: readonly string[], command: ResumableCommand): Promise<string> {
  const { output, model, overwrite, signal, json, dates } = command;
  if (dates) throw new GroundTrendError('usage', '--resume does not go with --dates.');
  const progress = createProgress('classify', 'shards');
  const summary = await classifyResumably({
    inputs: files,
    outputs: output,
    ...(await toJobRequest(command)),
    model,
    software: packageVersion(),
    overwrite,
    memoryMb: command.memoryMb,
    signal,
    onProgress: (done, of) => progress.update({ fraction: done / of, done }),
  }).finally(() => progress.finish());
  return json ? `${JSON.stringify(summary, null, 2)}\n` : formatSummary(summary);
}
