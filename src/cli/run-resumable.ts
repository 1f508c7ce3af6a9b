import { GroundTrendError } from '../errors.js';
import { classifyResumably } from '../shards/resume.js';
import { formatSummary } from './commands/classify.js';
import { packageVersion } from './package-version.js';
import { createProgress } from './progress.js';
import { type PlanCommand, toJobOptions } from './run-shard.js';

export interface ResumableCommand extends Omit<PlanCommand, 'into' | 'output'> {
  readonly output: readonly string[];
  readonly repair: boolean;
  readonly reference?: unknown;
  readonly commonMode?: unknown;
  readonly dates?: unknown;
  readonly threads: number;
  readonly json: boolean;
}

/** `classify --resume`. Throws `usage` for what needs all points at once. */
export async function runResumable(files: readonly string[], command: ResumableCommand): Promise<string> {
  const { repair, reference, commonMode, dates } = command;
  if (repair || reference || commonMode || dates) {
    throw new GroundTrendError(
      'usage',
      '--resume does not go with --repair, --reference, --common-mode or --dates.',
    );
  }
  const { output, model, overwrite, threads, signal, json } = command;
  const progress = createProgress('classify', 'shards');
  const summary = await classifyResumably({
    inputs: files,
    outputs: output,
    options: await toJobOptions(command),
    model,
    software: packageVersion(),
    overwrite,
    threads,
    signal,
    onProgress: (done, of) => progress.update({ fraction: done / of, done }),
  }).finally(() => progress.finish());
  return json ? `${JSON.stringify(summary, null, 2)}\n` : formatSummary(summary);
}
