import { type FileHandle, open, readFile } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import { formatLabelEntry, LABEL_LOG_HEADER, type LabelEntry, parseLabelLog } from '../evaluate/label-log.js';

/** A log of labels that only grows: what `append` has confirmed is on the disk. */
export interface LabelStore {
  readonly path: string;
  readonly entries: readonly LabelEntry[];
  append(entry: LabelEntry): Promise<void>;
  close(): Promise<void>;
}

/** Opens or makes a log. Throws `input` where the file is there and is something else; it is then left as it is. */
export async function openLabelStore(path: string): Promise<LabelStore> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new GroundTrendError('input', 'The log of labels cannot be read.', {
      place: { file: path },
      cause,
    });
  });
  const entries = parseLabelLog(text, path);
  let file: FileHandle | undefined;
  let previous: Promise<void> = Promise.resolve();

  async function write(entry: LabelEntry): Promise<void> {
    const line = formatLabelEntry(entry);
    try {
      if (file === undefined) {
        file = await open(path, 'a');
        if (text === '') await file.appendFile(`${LABEL_LOG_HEADER}\n`);
        else if (!text.endsWith('\n')) await dropCutLine(path, text);
      }
      await file.appendFile(line);
      await file.sync();
    } catch (cause) {
      throw new GroundTrendError('output', 'The label cannot be written.', {
        place: { file: path },
        advice: (cause as Error).message,
        cause,
      });
    }
    entries.push(entry);
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
      await file?.close();
    },
  };
}

/** Takes away the line that a crash cut off, so that the next entry begins on one of its own. */
async function dropCutLine(path: string, text: string): Promise<void> {
  const kept = text.slice(0, text.lastIndexOf('\n') + 1);
  const file = await open(path, 'r+');
  try {
    await file.truncate(Buffer.byteLength(kept));
    if (kept === '') await file.write(`${LABEL_LOG_HEADER}\n`, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
