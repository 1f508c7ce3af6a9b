/**
 * A stream of chunks seen through a window of neighbouring bytes, so that records that lie across chunks can be read
 * whole. The window moves and its array changes with every `fill`.
 */
export class ByteWindow {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held = new Uint8Array(1 << 16);
  #start = 0;
  #end = 0;
  #isAtEnd = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes that are there without waiting. */
  get available(): number {
    return this.#end - this.#start;
  }

  /** Waits until `count` bytes are there, or fewer where the stream ends; returns how many. */
  async fill(count: number): Promise<number> {
    while (this.available < count && !this.#isAtEnd) {
      const { value, done } = await this.#chunks.next();
      if (done) this.#isAtEnd = true;
      else this.#append(value);
    }
    return this.available;
  }

  /** The next `count` bytes, which must be there; valid until the next `fill`. */
  take(count: number): Uint8Array {
    const bytes = this.#held.subarray(this.#start, this.#start + count);
    this.#start += count;
    return bytes;
  }

  /** Passes over bytes; false where the stream ends before. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      const here = Math.min(left, await this.fill(1));
      if (here === 0) return false;
      this.#start += here;
      left -= here;
    }
    return true;
  }

  /** Ends the stream early, so that its source can close. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #append(chunk: Uint8Array): void {
    const kept = this.available;
    if (this.#end + chunk.length > this.#held.length) {
      const target =
        kept + chunk.length > this.#held.length
          ? new Uint8Array(Math.max(kept + chunk.length, 2 * this.#held.length))
          : this.#held;
      target.set(this.#held.subarray(this.#start, this.#end));
      this.#held = target;
      this.#start = 0;
      this.#end = kept;
    }
    this.#held.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}
