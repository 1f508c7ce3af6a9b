/** Arrays that blocks of lines lie in, used again once nobody reads them any more. */
export interface BlockMemory {
  /**
   * Room for so many bytes, the first of them a copy of those in `source`. It lies to a multiple of eight as `source`
   * does: elsewhere V8 copies to memory that threads share a byte at a time.
   */
  take(leastBytes: number, source: Uint8Array): Uint8Array;
  giveBack(bytes: Uint8Array): void;
}

const WORD_BYTES = 8;

/** `allocate` gives a buffer of one's own kind, such as one that threads share. */
export function createBlockMemory(
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): BlockMemory {
  const spare: ArrayBufferLike[] = [];
  let capacity = 0;
  return {
    take(leastBytes, source) {
      const needed = leastBytes + WORD_BYTES;
      capacity = Math.max(capacity, needed);
      const kept = spare.pop();
      const buffer = kept && kept.byteLength >= needed ? kept : allocate(capacity);
      return new Uint8Array(buffer, source.byteOffset % WORD_BYTES);
    },
    giveBack: ({ buffer }) => {
      spare.push(buffer);
    },
  };
}
