import { GroundTrendError } from '../../errors.js';

const LONGEST_LINE = 64 << 20;

/** Holds the start of a line whose end comes with a later chunk. Grows by doubling, so no byte is copied often. */
export class LineCarry {
  readonly #file: string;
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** What is held, in the first `length` bytes. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Throws `input` where a line grows beyond 64 MiB: no table has such lines. */
  append(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > LONGEST_LINE) {
      throw new GroundTrendError('input', `A line is longer than ${LONGEST_LINE >> 20} MiB.`, {
        place: { file: this.#file },
      });
    }
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
  }
}
