import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProgramRun, runProgram as runAnyProgram } from '../../bench/run-program.js';
import { CLI_PATH } from '../end-to-end/run-cli.js';

const KILL_POINT = new URL('./kill-point.mjs', import.meta.url).href;

/** When a process is killed: after a time, or in the middle of what it asks of the file system as the n-th thing. */
export type KillMoment = { readonly afterMs: number } | { readonly atCall: number };

export interface RunOptions {
  readonly cwd: string;
  readonly kill?: KillMoment;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** A command that runs the program in its turn, such as prlimit. */
  readonly launcher?: readonly string[];
}

/** Runs `groundtrend`, and kills it (SIGKILL) at the moment asked for, if it has not ended before. */
export async function runProgram(args: readonly string[], options: RunOptions): Promise<ProgramRun> {
  const { cwd, kill, env, nodeArgs = [], launcher = [] } = options;
  const counting = kill !== undefined && 'atCall' in kill ? { GROUNDTREND_KILL_AT: String(kill.atCall) } : {};
  const [command, ...rest] = [...launcher, process.execPath, ...nodeArgs, CLI_PATH, ...args];
  let timer: NodeJS.Timeout | undefined;
  const run = await runAnyProgram(command, rest, {
    cwd,
    env: { ...process.env, ...env, ...counting },
    onStart: (child) => {
      if (kill !== undefined && 'afterMs' in kill) {
        timer = setTimeout(() => child.kill('SIGKILL'), kill.afterMs);
      }
    },
  });
  clearTimeout(timer);
  return run;
}

/** Arguments for Node by which a run counts, or is killed by, what it asks of the file system. */
export const COUNTED: readonly string[] = ['--import', KILL_POINT];

/** Runs to the end and tells how many times the file system was asked, and how long it took. */
export async function measureRun(
  args: readonly string[],
  cwd: string,
): Promise<{ run: ProgramRun; calls: number; ms: number }> {
  const countPath = join(cwd, '..', 'calls');
  const start = performance.now();
  const run = await runProgram(args, {
    cwd,
    nodeArgs: COUNTED,
    env: { GROUNDTREND_COUNT_INTO: countPath },
  });
  const ms = performance.now() - start;
  return { run, calls: Number(await readFile(countPath, 'utf8')), ms };
}
