import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramRun, runProgram } from '../../bench/run-program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The compiled command line; `npm test` builds it first. Another build can be named in the environment. */
export const CLI_PATH = join(process.env.GROUNDTREND_DIST ?? join(root, 'dist'), 'src', 'cli', 'main.js');

/** Real files beside the checkout, or `undefined` where there are none. */
export const REAL_DATA = existsSync(join(root, '../shared/data')) ? join(root, '../shared/data') : undefined;

/** Runs `groundtrend` as a person would, in a process of its own. */
export function runCli(args: readonly string[], cwd?: string): Promise<ProgramRun> {
  return runNode([CLI_PATH, ...args], cwd);
}

/** Runs this very Node with arguments of its own. */
export function runNode(args: readonly string[], cwd?: string): Promise<ProgramRun> {
  return runProgram(process.execPath, args, { cwd });
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
