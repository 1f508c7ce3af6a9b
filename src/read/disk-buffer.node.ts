import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { tryFile } from './file-source.node.js';
import { readInto } from './random-access.node.js';

/** A file that stays open while it is read in slices, as hyparquet wants them; close it when done. */
export interface DiskBuffer extends AsyncBuffer {
  close(): Promise<void>;
}

/** Throws `input` where the file is missing or may not be read. */
export async function openDiskBuffer(path: string): Promise<DiskBuffer> {
  const handle = await tryFile(path, () => open(path, 'r'));
  const { size } = await tryFile(path, () => handle.stat());
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      const { length } = await readInto(handle, bytes, start);
      return length === bytes.length ? bytes.buffer : bytes.buffer.slice(0, length);
    },
    close: () => handle.close(),
  };
}
