import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';
import { tryFile } from './file-source.node.js';

/** A file read in slices; close it when done. */
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
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.buffer.slice(0, filled);
    },
    close: () => handle.close(),
  };
}
