const LINE_FEED = 10;

/**
 * The texts of one column of a batch, gathered as bytes and decoded at once: a decoder's call costs more than a short
 * text. A text holds no line feed, which ends it here.
 */
export class TextColumn {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #lastStart = 0;

  /** Appends the bytes `start` to `end` of `data`. */
  append(data: Uint8Array, start: number, end: number): void {
    const needed = this.#length + (end - start) + 1;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    const bytes = this.#bytes;
    let length = this.#length;
    this.#lastStart = length;
    for (let i = start; i < end; i++) bytes[length++] = data[i];
    bytes[length++] = LINE_FEED;
    this.#length = length;
  }

  /** A mark to come back to with `rewind`, should the row prove bad. */
  get mark(): number {
    return this.#length;
  }

  rewind(mark: number): void {
    this.#length = mark;
  }

  /** The text appended last. */
  get last(): string {
    return decode(this.#bytes.subarray(this.#lastStart, Math.max(this.#lastStart, this.#length - 1)));
  }

  /** All texts since the last call; the column is empty after. */
  take(): string[] {
    const texts = this.#length === 0 ? [] : decode(this.#bytes.subarray(0, this.#length - 1)).split('\n');
    this.#length = 0;
    return texts;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
