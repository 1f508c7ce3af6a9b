const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
/** Blanks of JSON, and the mark that separates records of a GeoJSON text sequence (RFC 8142). */
const BLANKS: ReadonlySet<number> = new Set([32, 9, 10, 13, 30]);
const LINE_FEED = 10;
const RECORD_MARK = 30;

/** Depth at which the members of `features` stand: within the collection and its array. */
const LIST_DEPTH = 2;
/** No feature is nested so deeply; one that is was made to exhaust whoever walks through it. */
const DEEPEST = 200;
const LONGEST_TEXT = 64 << 20;

/**
 * Where in the text the scanner is: before the array of features (or in the one object there is), among the features
 * of a collection, behind them, or among features that follow one another.
 */
type Part = 'before' | 'list' | 'after' | 'sequence';

/**
 * Cuts features out of GeoJSON as it streams by, in flat memory: the objects that are members of the array `features`
 * of a collection, or that follow one another (one a line).
 *
 * It knows nothing of JSON but quotes, escapes, depth and the commas between features; what it cuts out is left to a
 * parser, and so is the `frame` that remains of a collection.
 */
export class FeatureScanner {
  #part: Part = 'before';
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** What may follow between two features: a feature (after a comma or on a new line), or the end of the list. */
  #mayOpen = true;
  #mayClose = true;
  #held = new Uint8Array(1 << 16);
  #length = 0;
  /** What stood before the first feature: the collection's own members. */
  preamble = '';
  /** What the text has that cannot be; the scanner is of no use after. */
  problem: string | undefined;

  /** True where an object has begun and not ended. */
  get isWithin(): boolean {
    return this.#depth > 0;
  }

  /** What stood behind the features of a collection. */
  get postamble(): string {
    return this.#part === 'after' ? decoder.decode(this.#held.subarray(0, this.#length)) : '';
  }

  /** A collection without its features; `undefined` where features follow one another. */
  get frame(): string | undefined {
    return this.#part === 'after' ? this.preamble + this.postamble : undefined;
  }

  /** Calls `onFeature` with the text of every feature that ends in this chunk, until there is a problem. */
  scan(chunk: Uint8Array, onFeature: (text: string) => void): void {
    let start = 0;
    for (let i = 0; i < chunk.length && this.problem === undefined; i++) {
      const byte = chunk[i];
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInText = false;
        continue;
      }
      if (this.#isBetween) {
        start = byte === CLOSE_BRACKET ? i : i + 1;
        if (byte === OPEN_BRACE) start = i;
        else if (byte !== CLOSE_BRACKET) {
          this.#checkBetween(byte);
          continue;
        }
        this.#openOrClose(byte);
      }
      if (byte === QUOTE) this.#isInText = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++this.#depth > DEEPEST) this.problem = `it is nested more than ${DEEPEST} deep`;
        if (byte === OPEN_BRACKET && this.#part === 'before' && this.#depth === LIST_DEPTH) {
          this.#hold(chunk, start, i + 1);
          start = i + 1;
          this.#findList();
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
        if (byte === CLOSE_BRACE && this.#isFeatureEnd) {
          this.#hold(chunk, start, i + 1);
          start = i + 1;
          if (this.#part === 'before') {
            this.#part = 'sequence';
            this.#mayOpen = false;
          }
          onFeature(this.#take());
        }
      }
    }
    if (!this.#isBetween) this.#hold(chunk, start, chunk.length);
  }

  /** Between two features, where nothing but blanks and a comma may stand. */
  get #isBetween(): boolean {
    return (
      (this.#part === 'list' && this.#depth === LIST_DEPTH) ||
      (this.#part === 'sequence' && this.#depth === 0)
    );
  }

  /** After a closing brace; an object that ends at the outside, without a list of features, is a feature itself. */
  get #isFeatureEnd(): boolean {
    return this.#isBetween || (this.#part === 'before' && this.#depth === 0);
  }

  #checkBetween(byte: number): void {
    if (BLANKS.has(byte)) {
      if (this.#part === 'sequence' && (byte === LINE_FEED || byte === RECORD_MARK)) this.#mayOpen = true;
      return;
    }
    if (byte === COMMA && this.#part === 'list' && !this.#mayOpen) this.#mayOpen = true;
    else this.problem = `${JSON.stringify(String.fromCharCode(byte))} stands between two features`;
    this.#mayClose = false;
  }

  #openOrClose(byte: number): void {
    if (byte === OPEN_BRACE && this.#mayOpen) {
      this.#mayOpen = false;
      this.#mayClose = true;
    } else if (byte === CLOSE_BRACKET && this.#mayClose && this.#part === 'list') this.#part = 'after';
    else this.problem = 'there is no comma or line end between two features, or one comma too many';
  }

  /** After a bracket at the depth of a list: is it that of the features? */
  #findList(): void {
    const end = decoder.decode(this.#held.subarray(Math.max(0, this.#length - 64), this.#length));
    if (!/"features"\s*:\s*\[$/.test(end)) return;
    this.preamble = this.#take();
    this.#part = 'list';
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > LONGEST_TEXT) {
      this.problem = `a feature is longer than ${LONGEST_TEXT >> 20} MiB`;
      return;
    }
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
