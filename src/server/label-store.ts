import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GroundTrendError } from '../errors.js';
import { formatLabelEntry, LABEL_LOG_HEADER, type LabelEntry, parseLabelLog } from '../evaluate/label-log.js';
import { syncFolder } from '../write/sync.node.js';

/** A log of labels that only grows: what `append` has confirmed is on the disk. */
export interface LabelStore {
  readonly path: string;
  readonly entries: readonly LabelEntry[];
  append(entry: LabelEntry): Promise<void>;
  close(): Promise<void>;
}

/** Opens or makes a log. Throws `input` where the file is there and is something else; it is then left as it is. */
export async function openLabelStore(path: string): Promise<LabelStore> {
  const entries = parseLabelLog(await readLog(path), path);
  let file: FileHandle | undefined;
  let previous: Promise<void> = Promise.resolve();

  async function write(entry: LabelEntry): Promise<void> {
    const line = formatLabelEntry(entry);
    try {
      file ??= await openForAppending(path);
      await file.appendFile(line);
      await file.sync();
    } catch (cause) {
      // Half a line may have got through: the next entry first looks how the file ends.
      await close();
      throw new GroundTrendError('output', 'The label cannot be written.', {
        place: { file: path },
        advice: (cause as Error).message,
        cause,
      });
    }
    entries.push(entry);
  }

  async function close(): Promise<void> {
    const open = file;
    file = undefined;
    await open?.close();
  }

  return {
    path,
    entries,
    append(entry) {
      const done = previous.then(() => write(entry));
      previous = done.catch(() => {});
      return done;
    },
    async close() {
      await previous;
      await close();
    },
  };
}

async function readLog(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new GroundTrendError('input', 'The log of labels cannot be read.', {
      place: { file: path },
      cause,
    });
  });
}

/** The log with a header and without a line that a crash or a full disk cut off, so that an entry begins on its own. */
async function openForAppending(path: string): Promise<FileHandle> {
  const text = await readLog(path);
  const kept = text.slice(0, text.lastIndexOf('\n') + 1);
  const file = await open(path, 'a');
  try {
    if (kept !== text) await file.truncate(Buffer.byteLength(kept));
    if (kept === '') {
      await file.appendFile(`${LABEL_LOG_HEADER}\n`);
      await syncFolder(dirname(path));
    }
    return file;
  } catch (cause) {
    await file.close();
    throw cause;
  }
}
