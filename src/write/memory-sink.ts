import type { ByteSink } from './result-encoder.js';

/** A sink that keeps everything: for downloads in a page, and for tests. */
export interface MemorySink extends ByteSink {
  /** All bytes so far, as one copy. */
  toBytes(): Uint8Array<ArrayBuffer>;
}

/** A sink that keeps what is written, for pages and tests. */
export function createMemorySink(): MemorySink {
  const parts: Uint8Array[] = [];
  return {
    async write(bytes) {
      parts.push(bytes.slice());
    },
    async close() {},
    toBytes() {
      const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
      let offset = 0;
      for (const part of parts) {
        whole.set(part, offset);
        offset += part.length;
      }
      return whole;
    },
  };
}
