/** Bytes from `start` on, up to but not with `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What to read of a source, and who is told of it. */
export interface ByteStreamOptions {
  /** Gives only these bytes; only of a source that is seekable. */
  readonly range?: ByteRange;
  readonly signal?: AbortSignal;
  /** Told how many bytes have been taken from the source as it is stored (compressed, in an archive). */
  readonly onBytes?: (consumed: number) => void;
}

/**
 * Bytes that can be read from the start as often as needed: a file, a member of an archive, a `File` of a page.
 *
 * A chunk belongs to the source and may be overwritten as soon as the next one is asked for. Whoever stops early must
 * end the iteration (`break` does), so that the source can close what it holds.
 */
export interface ByteSource {
  /** As the person gave it, for messages and for `Dataset.name`. */
  readonly name: string;
  /** Bytes as stored; `undefined` where unknown. */
  readonly totalBytes: number | undefined;
  /** Path of the file that holds the bytes, the archive's own for a member of one; `undefined` where there is none. */
  readonly file?: string;
  /** True where `open` can start anywhere. */
  readonly isSeekable?: boolean;
  /** Reads from the start, or the range asked for. Throws `input` where the source cannot be read. */
  open(options?: ByteStreamOptions): AsyncIterable<Uint8Array>;
}

/** The first bytes of a source. */
export interface SourceHead {
  readonly bytes: Uint8Array;
  /** True where `bytes` are all there are. */
  readonly isComplete: boolean;
}

/**
 * Reads from the start until `maximumBytes` are there or `isEnough` says so of what has been collected (asked once a
 * chunk).
 */
export async function readHead(
  source: ByteSource,
  maximumBytes: number,
  isEnough: (bytes: Uint8Array) => boolean = () => false,
): Promise<SourceHead> {
  let held = new Uint8Array(65_536);
  let count = 0;
  for await (const chunk of source.open()) {
    if (count + chunk.length > held.length) {
      const grown = new Uint8Array(Math.max(held.length * 2, count + chunk.length));
      grown.set(held.subarray(0, count));
      held = grown;
    }
    held.set(chunk, count);
    count += chunk.length;
    if (count >= maximumBytes || isEnough(held.subarray(0, count))) {
      return { bytes: held.subarray(0, count), isComplete: false };
    }
  }
  return { bytes: held.subarray(0, count), isComplete: true };
}
