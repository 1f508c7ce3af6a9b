import type { RepairLogEntry } from '../kinematics/repair.js';
import { formatDay } from '../series/epoch-axis.js';
import { openFileSink } from '../write/file-sink.node.js';
import { toOutputError } from '../write/output-error.js';
import { type OutputOptions, reserveOutput } from '../write/output-file.node.js';
import type { ByteSink } from '../write/result-encoder.js';
import { quoteCell } from '../write/text/csv-encoder.js';

const HEADER = 'pid,date,cycles,evidence,neighbours';

/** Every change that repairs made, a line each, in a file that gets its name when it is whole. */
export interface RepairLog {
  add(entries: readonly RepairLogEntry[]): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/** Lines go to the disk as they come: a map may have millions. Throws `output`, and has then removed what it wrote. */
export async function openRepairLog(path: string, options: OutputOptions): Promise<RepairLog> {
  const output = await reserveOutput(path, options);
  let sink: ByteSink | undefined;
  const encoder = new TextEncoder();
  const write = (text: string) => attempt(async () => sink?.write(encoder.encode(text)));

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await abort();
      throw toOutputError(path, cause);
    }
  }

  async function abort(): Promise<void> {
    await sink?.close().catch(() => {});
    await output.discard();
  }

  await attempt(async () => {
    sink = await openFileSink(output.temporaryPath);
  });
  await write(`${HEADER}\n`);
  return {
    async add(entries) {
      if (entries.length > 0) await write(entries.map(formatEntry).join(''));
    },
    async finish() {
      await attempt(async () => sink?.close());
      await output.publish();
    },
    abort,
  };
}

function formatEntry({ pid, day, cycles, evidence, neighbours }: RepairLogEntry): string {
  return `${[quoteCell(pid), formatDay(day), cycles, evidence.toFixed(1), neighbours].join(',')}\n`;
}
