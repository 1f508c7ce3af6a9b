import { type FileHandle, open } from 'node:fs/promises';
import { tryFile } from './file-source.node.js';
import type { RandomAccess } from './random-access.js';

/** A file for reading here and there; nothing is held open between two readings. Throws `input` where it is missing. */
export async function openRandomAccess(path: string, name: string): Promise<RandomAccess> {
  const use = <T>(work: (handle: FileHandle) => Promise<T>) =>
    tryFile(name, async () => {
      const handle = await open(path, 'r');
      try {
        return await work(handle);
      } finally {
        await handle.close();
      }
    });
  const { size } = await use((handle) => handle.stat());
  return {
    name,
    byteLength: size,
    read(start, end, spare) {
      const length = Math.max(0, Math.min(end, size) - start);
      const bytes = spare && length <= spare.length ? spare.subarray(0, length) : new Uint8Array(length);
      return use((handle) => readInto(handle, bytes, start));
    },
  };
}

/** Fills bytes from a place in a file on; what is there of them, where the file ends before. */
export async function readInto(handle: FileHandle, bytes: Uint8Array, start: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
