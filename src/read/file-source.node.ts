import { type FileHandle, open, stat } from 'node:fs/promises';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { ByteSource, ByteStreamOptions } from './byte-source.js';

const CHUNK_BYTES = 1 << 20;

/**
 * A file read in large pieces into two buffers in turn, the next piece under way while one is worked on.
 * Throws `input` where the file is missing or may not be read.
 */
export async function openFileSource(path: string, name: string): Promise<ByteSource> {
  const { size } = await tryFile(name, () => stat(path));
  return { name, totalBytes: size, open: (options) => readFileBytes(path, name, options) };
}

async function* readFileBytes(
  path: string,
  name: string,
  { signal, onBytes }: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  const handle = await tryFile(name, () => open(path, 'r'));
  let pending: Promise<{ bytesRead: number }> | undefined;
  try {
    const buffers = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
    let consumed = 0;
    pending = readPiece(handle, buffers[0]);
    for (let turn = 0; ; turn = 1 - turn) {
      const { bytesRead } = await tryFile(name, () => pending!);
      if (bytesRead === 0) return;
      throwIfCancelled(signal);
      pending = readPiece(handle, buffers[1 - turn]);
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

function readPiece(handle: FileHandle, buffer: Uint8Array): Promise<{ bytesRead: number }> {
  const piece = handle.read(buffer, 0, buffer.length, null);
  // Keeps a failure from counting as unhandled while the piece before is still worked on.
  piece.catch(() => undefined);
  return piece;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'The file may not be read (permissions).',
  EPERM: 'The file may not be read (permissions).',
  EISDIR: 'This is a folder, not a file.',
  EMFILE: 'Too many files are open.',
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
