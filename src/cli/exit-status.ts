import { CommanderError } from 'commander';
import { GroundTrendError } from '../errors.js';

const STATUS_BY_CODE = { usage: 2, input: 3, output: 3, model: 4, cancelled: 130 } as const;
const OUR_BUG = 70;

/** Prints what went wrong to standard error and returns the exit status that goes with it. */
export function reportFailure(error: unknown): number {
  // Commander has printed its own message; help and version leave with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : STATUS_BY_CODE.usage;
  if (error instanceof GroundTrendError) {
    process.stderr.write(`groundtrend: ${error.message}\n`);
    return STATUS_BY_CODE[error.code];
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`groundtrend: something went wrong inside groundtrend itself.\n${detail}\n`);
  return OUR_BUG;
}
