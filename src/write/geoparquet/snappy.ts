import type { ByteBuffer } from '../byte-buffer.js';

const MOST_TABLE_BITS = 14;
const FARTHEST = 0xffff;
const SHORTEST_MATCH = 4;
/** So near to its end the input is not searched any more. */
const MARGIN = 15;
/** From this length on a literal is copied as a whole. */
const LONG_LITERAL = 128;
/** Of a copy with one offset byte: these lengths, and an offset below this. */
const SHORT_COPY = { lengths: 12, offsets: 2048 } as const;

/** Where each hash of four bytes was seen last. */
const table = new Int32Array(1 << MOST_TABLE_BITS);

/**
 * Appends bytes in Snappy's raw format (google/snappy, format_description.txt), matched greedily with ever longer steps
 * where nothing matches, as its reference implementation does. Everything is written in place: an encoder that cuts a
 * view for every literal spends most of its time on views.
 */
export function appendSnappy(target: ByteBuffer, input: Uint8Array): void {
  target.appendVarint(input.length);
  // The longest that incompressible input gets, in the words of the reference implementation.
  target.reserve(32 + input.length + Math.ceil(input.length / 6));
  target.length = compress(input, target.bytes, target.length);
}

/** Returns where the output ends. */
function compress(input: Uint8Array, output: Uint8Array, start: number): number {
  const { length } = input;
  const words = new DataView(input.buffer, input.byteOffset, length);
  const tableBits = Math.min(MOST_TABLE_BITS, Math.max(1, 31 - Math.clz32(length)));
  const shift = 32 - tableBits;
  table.fill(0, 0, 1 << tableBits);
  const limit = length - MARGIN;
  let end = start;
  let unwritten = 0;
  let at = 1;
  let skip = 32;
  while (at <= limit) {
    const word = words.getInt32(at, true);
    const slot = hashOf(word, shift);
    let candidate = table[slot];
    table[slot] = at;
    if (at - candidate > FARTHEST || words.getInt32(candidate, true) !== word) {
      at += skip++ >>> 5;
      continue;
    }
    end = writeLiteral(input, unwritten, at, output, end);
    let isMatch = true;
    while (isMatch) {
      const matched = matchFrom(input, at, candidate);
      end = writeCopy(at - candidate, matched, output, end);
      at += matched;
      unwritten = at;
      isMatch = at < limit;
      if (!isMatch) break;
      table[hashOf(words.getInt32(at - 1, true), shift)] = at - 1;
      const next = words.getInt32(at, true);
      const nextSlot = hashOf(next, shift);
      candidate = table[nextSlot];
      table[nextSlot] = at;
      isMatch = at - candidate <= FARTHEST && words.getInt32(candidate, true) === next;
    }
    at++;
    skip = 32;
  }
  return unwritten < length ? writeLiteral(input, unwritten, length, output, end) : end;
}

function hashOf(word: number, shift: number): number {
  return Math.imul(word, 0x1e35a7bd) >>> shift;
}

/** How many bytes from two places on are the same, the first four of which are. */
function matchFrom(input: Uint8Array, at: number, candidate: number): number {
  let matched = SHORTEST_MATCH;
  while (at + matched < input.length && input[at + matched] === input[candidate + matched]) matched++;
  return matched;
}

function writeLiteral(
  input: Uint8Array,
  from: number,
  to: number,
  output: Uint8Array,
  start: number,
): number {
  let end = start;
  const last = to - from - 1;
  if (last < 60) output[end++] = last << 2;
  else {
    const lengthBytes = Math.ceil((32 - Math.clz32(last)) / 8);
    output[end++] = (59 + lengthBytes) << 2;
    for (let i = 0; i < lengthBytes; i++) output[end++] = last >>> (8 * i);
  }
  if (last < LONG_LITERAL) for (let i = from; i < to; i++) output[end++] = input[i];
  else {
    output.set(input.subarray(from, to), end);
    end += to - from;
  }
  return end;
}

function writeCopy(offset: number, length: number, output: Uint8Array, start: number): number {
  let end = start;
  let left = length;
  // The last copy is of four bytes at least.
  for (; left >= 68; left -= 64) end = writeShortCopy(offset, 64, output, end);
  if (left > 64) {
    end = writeShortCopy(offset, 60, output, end);
    left -= 60;
  }
  return writeShortCopy(offset, left, output, end);
}

function writeShortCopy(offset: number, length: number, output: Uint8Array, start: number): number {
  let end = start;
  if (length < SHORT_COPY.lengths && offset < SHORT_COPY.offsets) {
    output[end++] = 1 | ((length - 4) << 2) | ((offset >>> 8) << 5);
    output[end++] = offset;
  } else {
    output[end++] = 2 | ((length - 1) << 2);
    output[end++] = offset;
    output[end++] = offset >>> 8;
  }
  return end;
}
