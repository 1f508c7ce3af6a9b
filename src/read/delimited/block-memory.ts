/** Arrays that blocks of lines lie in, used again once nobody reads them any more. */
export interface BlockMemory {
  /** At least so many bytes, whatever they hold. */
  take(leastBytes: number): Uint8Array;
  giveBack(bytes: Uint8Array): void;
}

/** `allocate` gives memory of one's own kind, such as memory that threads share. */
export function createBlockMemory(
  allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes),
): BlockMemory {
  const spare: Uint8Array[] = [];
  return {
    take(leastBytes) {
      const bytes = spare.pop();
      return bytes && bytes.length >= leastBytes ? bytes : allocate(leastBytes);
    },
    giveBack: (bytes) => {
      spare.push(bytes);
    },
  };
}
