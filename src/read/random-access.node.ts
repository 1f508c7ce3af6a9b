import { open } from 'node:fs/promises';
import { tryFile } from './file-source.node.js';
import type { RandomAccess } from './random-access.js';

/** A file for reading here and there; nothing is held open between two readings. Throws `input` where it is missing. */
export async function openRandomAccess(path: string, name: string): Promise<RandomAccess> {
  const { size } = await tryFile(name, async () => {
    const handle = await open(path, 'r');
    try {
      return await handle.stat();
    } finally {
      await handle.close();
    }
  });
  return {
    name,
    byteLength: size,
    async read(start, end, spare) {
      return tryFile(name, async () => {
        const handle = await open(path, 'r');
        try {
          const length = Math.max(0, Math.min(end, size) - start);
          const bytes = spare && length <= spare.length ? spare.subarray(0, length) : new Uint8Array(length);
          let filled = 0;
          while (filled < bytes.length) {
            const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return bytes.subarray(0, filled);
        } finally {
          await handle.close();
        }
      });
    },
  };
}
