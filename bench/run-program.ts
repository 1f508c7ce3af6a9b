import { spawn } from 'node:child_process';

export interface ProgramRun {
  /** `null` where a signal ended it, or it could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a program to its end, with nothing to read, and keeps what it says. */
export function runProgram(command: string, args: readonly string[]): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const end = (status: number | null) =>
      resolve({ status, stdout, stderr, seconds: (performance.now() - start) / 1000 });
    child.on('error', (error) => {
      stderr += error.message;
      end(null);
    });
    child.on('close', end);
  });
}
