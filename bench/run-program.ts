import { type ChildProcess, spawn } from 'node:child_process';

export interface ProgramRun {
  /** `null` where a signal ended it, or it could not be started. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** In place of this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets hold of the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs a program to its end, with nothing to read, and keeps what it says. */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, onStart }: ProgramOptions = {},
): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const end = (status: number | null, signal: NodeJS.Signals | null) =>
      resolve({ status, signal, stdout, stderr, seconds: (performance.now() - start) / 1000 });
    child.on('error', (error) => {
      stderr += error.message;
      end(null, null);
    });
    child.on('close', end);
    onStart?.(child);
  });
}
