import { createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { ByteRange, ByteSource, ByteStreamOptions } from './byte-source.js';

const CHUNK_BYTES = 1 << 20;

/**
 * A file read in large pieces into two buffers in turn, the next piece under way while one is worked on.
 * Throws `input` where the file is missing, may not be read, or is a pipe.
 */
export async function openFileSource(path: string, name: string): Promise<ByteSource> {
  const found = await tryFile(name, () => stat(path));
  requireSteady(found, name);
  const { size } = found;
  return {
    name,
    totalBytes: size,
    file: path,
    isSeekable: true,
    open: (options) => readFileBytes(path, name, options),
  };
}

/** Files are read more than once: first for what they are, then for noise, then for the map. */
function requireSteady(found: Stats, file: string): void {
  if (found.isFile() || found.isDirectory()) return;
  throw new GroundTrendError(
    'input',
    'This is not a file but a pipe or a device, which can be read only once.',
    {
      place: { file },
      advice: 'Write its content to a file and give that.',
    },
  );
}

async function* readFileBytes(
  path: string,
  name: string,
  { range, signal, onBytes }: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  const handle = await tryFile(name, () => open(path, 'r'));
  let pending: Promise<{ bytesRead: number }> | undefined;
  try {
    // Buffers, not plain arrays: they find a line end much faster.
    const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    let asked = range?.start ?? 0;
    let consumed = 0;
    const readNext = (buffer: Uint8Array) => {
      const length = Math.min(buffer.length, end - asked);
      const piece = readPiece(handle, buffer, length, range === undefined ? null : asked);
      asked += length;
      return piece;
    };
    pending = readNext(buffers[0]);
    for (let turn = 0; ; turn = 1 - turn) {
      const { bytesRead } = await tryFile(name, () => pending!);
      if (bytesRead === 0) {
        if (range !== undefined) requireWhole(name, range, consumed);
        return;
      }
      throwIfCancelled(signal);
      pending = readNext(buffers[1 - turn]);
      yield buffers[turn].subarray(0, bytesRead);
      consumed += bytesRead;
      onBytes?.(consumed);
    }
  } finally {
    // A read that nobody waits for any more must end before its file is closed, and may fail unheard.
    await pending?.catch(() => undefined);
    await handle.close();
  }
}

function readPiece(
  handle: FileHandle,
  buffer: Uint8Array,
  length: number,
  position: number | null,
): Promise<{ bytesRead: number }> {
  const piece = handle.read(buffer, 0, length, position);
  // Keeps a failure from counting as unhandled while the piece before is still worked on.
  piece.catch(() => undefined);
  return piece;
}

function requireWhole(name: string, range: ByteRange, consumed: number): void {
  if (consumed === range.end - range.start) return;
  throw new GroundTrendError('input', 'The file ends before the rows that were asked for.', {
    place: { file: name },
    advice: 'Has it been changed since the work was planned?',
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'The file may not be read (permissions).',
  EPERM: 'The file may not be read (permissions).',
  EISDIR: 'This is a folder, not a file.',
  EMFILE: 'Too many files are open (ulimit -n raises the limit).',
  ENFILE: 'Too many files are open on this computer.',
  EIO: 'The disk reports an error.',
  ESTALE: 'The network drive has lost the file.',
  ETIMEDOUT: 'The network drive does not answer.',
  ENOTDIR: 'A part of the path is not a folder.',
  ENAMETOOLONG: 'The name is too long.',
};

/** Runs something on a file; what the system says against it becomes an `input` error that names the file. */
export async function tryFile<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('input', REASONS[code] ?? `The file cannot be read: ${message}.`, {
      place: { file: name },
      cause,
    });
  }
}

/** Lists and settings: some lines that a person or a small program wrote. */
export const MOST_LIST_BYTES = 16 << 20;
/** Tables and outlines that are held whole. */
export const MOST_TABLE_BYTES = 256 << 20;

/** A text that is held whole. Throws `input` where it cannot be read, or is larger than any such text is. */
export async function readText(path: string, mostBytes: number): Promise<string> {
  return tryFile(path, async () => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > mostBytes) {
        throw new GroundTrendError('input', `The file is larger than ${mostBytes >> 20} MiB.`, {
          place: { file: path },
          advice: 'Is it the one that was meant?',
        });
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  });
}
