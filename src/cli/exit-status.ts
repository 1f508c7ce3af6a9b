import { CommanderError } from 'commander';
import { GroundTrendError } from '../errors.js';

const STATUS_BY_CODE = { usage: 2, input: 3, output: 3, model: 4, cancelled: 130 } as const;
const OUR_BUG = 70;

/** What a system that has run out of something says to whoever asks next, also to Node while it loads a module. */
const EXHAUSTED: Readonly<Record<string, string>> = {
  EMFILE: 'Too many files are open.\nRaise the limit (ulimit -n), or use fewer --threads.',
  ENFILE: 'Too many files are open on this computer.',
  ENOMEM: 'There is not enough memory.',
  ENOSPC: 'The disk is full.',
  EIO: 'The disk reports an error.',
};

/** Prints what went wrong to standard error and returns the exit status that goes with it. */
export function reportFailure(error: unknown): number {
  // Commander has printed its own message; help and version leave with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : STATUS_BY_CODE.usage;
  if (error instanceof GroundTrendError) {
    process.stderr.write(`groundtrend: ${error.message}\n`);
    return STATUS_BY_CODE[error.code];
  }
  const shortage = explainShortage(error);
  if (shortage !== undefined) {
    process.stderr.write(`groundtrend: ${shortage}\n`);
    return STATUS_BY_CODE.output;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`groundtrend: something went wrong inside groundtrend itself.\n${detail}\n`);
  return OUR_BUG;
}

function explainShortage(error: unknown): string | undefined {
  if (error instanceof RangeError && /allocation failed/i.test(error.message)) return EXHAUSTED.ENOMEM;
  return error instanceof Error && 'code' in error ? EXHAUSTED[String(error.code)] : undefined;
}

/** Has a failure that nobody waits for reported like any other; whoever reads our output may stop (`| head`). */
export function reportStrayFailures(): void {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error)));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
