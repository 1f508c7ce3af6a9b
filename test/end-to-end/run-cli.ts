import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The compiled command line; `npm test` builds it first. Another build can be named in the environment. */
export const CLI_PATH = join(process.env.GROUNDTREND_DIST ?? join(root, 'dist'), 'src', 'cli', 'main.js');

/** Real files beside the checkout, or `undefined` where there are none. */
export const REAL_DATA = existsSync(join(root, '../shared/data')) ? join(root, '../shared/data') : undefined;

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `groundtrend` as a person would, in a process of its own. */
export function runCli(args: readonly string[], cwd?: string): Promise<CliResult> {
  return runNode([CLI_PATH, ...args], cwd);
}

/** Runs this very Node with arguments of its own. */
export function runNode(args: readonly string[], cwd?: string): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Gives an empty folder to a test and removes it afterwards. */
export async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'groundtrend-'));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
