import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import type { ByteRange, ByteSource } from '../byte-source.js';
import { type BlockMemory, createBlockMemory } from './block-memory.js';

const LINE_FEED = 10;
const LONGEST_LINE = 64 << 20;
/** A block of longer lines than any table has ends early, or a few thousand of them would fill the memory. */
const MOST_BLOCK_BYTES = 64 << 20;
const FIRST_CAPACITY = 1 << 16;

/** Some whole lines of a text, in the first `length` bytes; the last of them is a line feed. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Number of the first line in the file; the header is line 1. */
  readonly firstLine: number;
}

export interface LineBlockOptions {
  /** Bytes ahead of the first line that are passed over: the header, where the text is read from its beginning. */
  readonly headerBytes: number;
  readonly firstLine: number;
  readonly linesPerBlock: number;
  readonly range?: ByteRange;
  /** Where blocks lie; whoever is done with one may give its bytes back there. */
  readonly memory?: BlockMemory;
  readonly signal?: AbortSignal;
  readonly onBytes?: (consumed: number) => void;
}

/**
 * Cuts a text into blocks of so many lines, so that what shares a block follows from where lines stand and from nothing
 * else; lines that together are longer than 64 MiB become several blocks. A block belongs to who asked for it. A line feed is added where the last line has none.
 *
 * Throws `input` where a line grows beyond 64 MiB: no table has such lines.
 */
export async function* readLineBlocks(
  source: ByteSource,
  {
    headerBytes,
    linesPerBlock,
    range,
    memory = createBlockMemory(),
    signal,
    onBytes,
    ...options
  }: LineBlockOptions,
): AsyncGenerator<LineBlock> {
  let { firstLine } = options;
  let headerLeft = headerBytes;
  let bytes: Uint8Array = new Uint8Array(0);
  let length = 0;
  let lines = 0;
  /** Lines that the next full block ends with, fewer where its first ones are in blocks of their own. */
  let linesWanted = linesPerBlock;
  let lineStart = 0;

  function append(part: Uint8Array): void {
    if (length === 0) {
      bytes = memory.take(Math.max(FIRST_CAPACITY, part.length), part);
    } else if (length + part.length > bytes.length) {
      const grown = memory.take(Math.max(length + part.length, bytes.length * 2), bytes);
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(part, length);
    length += part.length;
  }

  for await (const chunk of source.open({ range, signal, onBytes })) {
    throwIfCancelled(signal);
    let start = Math.min(headerLeft, chunk.length);
    headerLeft -= start;
    while (start < chunk.length) {
      let end = start;
      while (lines < linesWanted && lineStart < MOST_BLOCK_BYTES) {
        // Node's own kind of array looks for a byte six times as fast as the language's; a source may give either.
        const lineEnd = chunk.indexOf(LINE_FEED, end);
        if (lineEnd < 0) break;
        end = lineEnd + 1;
        lines++;
        lineStart = length + end - start;
      }
      const isFull = lines === linesWanted || lineStart >= MOST_BLOCK_BYTES;
      append(chunk.subarray(start, isFull ? end : chunk.length));
      if (length - lineStart > LONGEST_LINE) {
        throw new GroundTrendError('input', `A line is longer than ${LONGEST_LINE >> 20} MiB.`, {
          place: { file: source.name },
        });
      }
      start = isFull ? end : chunk.length;
      if (!isFull) continue;
      yield { bytes, length, firstLine };
      firstLine += lines;
      linesWanted = lines === linesWanted ? linesPerBlock : linesWanted - lines;
      length = 0;
      lines = 0;
      lineStart = 0;
    }
  }
  if (length === 0) return;
  if (bytes[length - 1] !== LINE_FEED) append(Uint8Array.of(LINE_FEED));
  yield { bytes, length, firstLine };
}
