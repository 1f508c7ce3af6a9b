import { open } from 'node:fs/promises';
import type { ByteSink } from './result-encoder.js';

/** A sink into a new file, which must not exist yet; `close` may be called again. Errors are the operating system's. */
export async function openFileSink(path: string): Promise<ByteSink> {
  const handle = await open(path, 'wx');
  let isOpen = true;
  return {
    async write(bytes) {
      for (let offset = 0; offset < bytes.length; ) {
        offset += (await handle.write(bytes, offset)).bytesWritten;
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
    },
  };
}
