import { runProgram } from '../run-program.js';
import { findFailureReason } from './failure-reason.js';
import type { BenchInput, StageResult } from './stages.js';

/** What one run of a program told in its last line. */
export interface Measurement {
  readonly seconds: number;
  readonly points: number;
  readonly bytes?: number;
  readonly peakBytes?: number;
  readonly stored?: StageResult['stored'];
}

/** The runs of one stage on one input; `absent` says why there are none. */
export interface StageReport {
  readonly stage: string;
  readonly points: number;
  readonly dates: number;
  readonly runs: readonly Measurement[];
  readonly absent?: string;
}

export interface Program {
  readonly stage: string;
  /** Tried in turn until one of them has what it needs (see `LACKS_SOMETHING`). */
  readonly commands: readonly string[];
  readonly args: readonly string[];
  /** Fewer runs than asked for, where one takes long. */
  readonly mostRuns?: number;
  /** Reads what the program printed; without it the last line is taken for a `Measurement` as JSON. */
  readonly parse?: (stdout: string, seconds: number) => Measurement;
}

/** Exit status of a peer that cannot run with this Python, because a library is missing. */
const LACKS_SOMETHING = 3;

/** Runs a program several times, one after the other, each in a process of its own. */
export async function measure(program: Program, input: BenchInput, runs: number): Promise<StageReport> {
  const { stage, commands, args, mostRuns = runs } = program;
  const { points, dates } = input;
  const done: Measurement[] = [];
  const left = [...commands];
  while (done.length < Math.min(runs, mostRuns)) {
    const { status, stdout, stderr, seconds } = await runProgram(left[0], args);
    if ((status === LACKS_SOMETHING || status === null) && left.length > 1) {
      left.shift();
      continue;
    }
    if (status !== 0) {
      return { stage, points, dates, runs: done, absent: findFailureReason(stderr, status) };
    }
    done.push(
      program.parse?.(stdout, seconds) ?? (JSON.parse(stdout.trim().split('\n').pop()!) as Measurement),
    );
  }
  return { stage, points, dates, runs: done };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
