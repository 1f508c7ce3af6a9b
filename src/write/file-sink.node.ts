import { open } from 'node:fs/promises';
import type { ByteSink } from './result-encoder.js';

/** A sink that overwrites a file from its beginning; `close` may be called again. Errors are the operating system's. */
export async function openFileSink(path: string): Promise<ByteSink> {
  const handle = await open(path, 'w');
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
