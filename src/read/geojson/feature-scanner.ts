const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/**
 * Cuts features out of GeoJSON as it streams by, in flat memory: the objects that are members of the array `features`
 * of a collection, or that follow one another (one a line).
 *
 * It knows nothing of JSON but quotes, escapes and depth; whatever it cuts out is left to a parser.
 */
export class FeatureScanner {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Depth at which an object is a feature; found when the array of features opens, or at the end of an object. */
  #featureDepth: number | undefined;
  #held = new Uint8Array(1 << 16);
  #length = 0;
  #isHolding = true;
  /** What stood before the first feature: the collection's own members. */
  preamble = '';

  /** Bytes of an object that has begun and not ended. */
  get isWithin(): boolean {
    return this.#depth > 0;
  }

  /** Calls `onFeature` with the text of every feature that ends in this chunk. */
  scan(chunk: Uint8Array, onFeature: (text: string) => void): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInText = false;
        continue;
      }
      if (byte === QUOTE) {
        this.#isInText = true;
      } else if (byte === OPEN_BRACE) {
        if (this.#depth === this.#featureDepth) {
          start = i;
          this.#isHolding = true;
        }
        this.#depth++;
      } else if (byte === OPEN_BRACKET) {
        this.#depth++;
        if (this.#featureDepth === undefined && this.#depth === 2) {
          this.#hold(chunk, start, i);
          start = i + 1;
          const before = this.#take();
          if (/"features"\s*:\s*$/.test(before)) {
            this.preamble = before;
            this.#featureDepth = 2;
            this.#isHolding = false;
          } else {
            this.#hold(new TextEncoder().encode(`${before}[`), 0, before.length + 1);
          }
        }
      } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
        this.#depth--;
        // Without an array of features, an object that ends at the outside is a feature itself.
        if (this.#featureDepth === undefined && this.#depth === 0) this.#featureDepth = 0;
        if (byte === CLOSE_BRACE && this.#depth === this.#featureDepth && this.#isHolding) {
          this.#hold(chunk, start, i + 1);
          start = i + 1;
          onFeature(this.#take());
          this.#isHolding = false;
        }
      }
    }
    if (this.#isHolding) this.#hold(chunk, start, chunk.length);
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(start, end), this.#length);
    this.#length = needed;
  }

  #take(): string {
    const text = decoder.decode(this.#held.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }
}

const decoder = new TextDecoder();
