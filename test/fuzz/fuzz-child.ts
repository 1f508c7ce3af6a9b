/**
 * A process that tries the inputs of one target, so that one that never comes back, or takes all memory, can be killed.
 * It writes the number of every input before it begins, synchronously: whoever started it knows what it died of.
 */

import { writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GroundTrendError } from '../../src/errors.js';
import { inputOf } from './input-seed.js';
import { TARGETS } from './targets.js';

/** File descriptor of the pipe to the process that started this one. */
const REPORT = 3;

const [name, seed, from, to, mostMemoryMb] = process.argv.slice(2);
const say = (message: unknown) => writeSync(REPORT, `${JSON.stringify(message)}\n`);

// A promise that fails unheard is a bug, too; the input at hand is blamed for it.
let stray: unknown;
process.on('unhandledRejection', (reason) => {
  stray = reason;
});

const target = TARGETS.find((candidate) => candidate.name === name);
if (target === undefined) throw new Error(`There is no target ${name}.`);
const { inputs, check } = await target.prepare();
const root = await mkdtemp(join(tmpdir(), 'groundtrend-fuzz-'));
try {
  for (let index = Number(from); index < Number(to); index++) {
    const input = inputOf(inputs, name, Number(seed), index);
    say({ began: index });
    const folder = join(root, String(index));
    await mkdir(folder);
    say(await tryInput(index, () => check(input, folder)));
    await rm(folder, { recursive: true, force: true });
    const peakMb = process.resourceUsage().maxRSS / 1024;
    if (peakMb > Number(mostMemoryMb)) {
      say({ index, finding: `took ${Math.round(peakMb)} MB of memory` });
      break;
    }
  }
} finally {
  await rm(root, { recursive: true, force: true });
}
say({ done: true });
process.exit(0);

async function tryInput(index: number, action: () => Promise<void>): Promise<unknown> {
  stray = undefined;
  let outcome: unknown;
  try {
    await action();
    outcome = { index, outcome: 'accepted' };
  } catch (error) {
    outcome = isRefusal(error) ? { index, outcome: 'refused' } : { index, finding: describe(error) };
  }
  await new Promise(setImmediate);
  return stray === undefined ? outcome : { index, finding: `unhandled: ${describe(stray)}` };
}

/** Refusing is an error of ours, with a sentence that says what is wrong. */
function isRefusal(error: unknown): boolean {
  return error instanceof GroundTrendError && error.what.length > 10;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : String(error);
}
