import type { PackedTexts } from '../../series/packed-texts.js';

/**
 * Distinct values of a column, by the row where each stands first, and for every row which one it holds. The latter lies
 * in memory that the next dictionary is built in.
 */
export interface ValueDictionary {
  readonly firstRows: readonly number[];
  readonly indexes: Uint32Array;
}

const SLOT_BITS = 16;
const MOST_VALUES = 1 << (SLOT_BITS - 1);
const PROBE_ROWS = 8192;
// A dictionary is worth its while from about four rows a value on.
const ROWS_PER_VALUE = 4;

// For every column of every group the same: as new arrays they would be most of what encoding leaves to be collected.
const slots = new Int32Array(1 << SLOT_BITS);
let indexMemory = new Uint32Array(0);
let startMemory = new Uint32Array(0);

/**
 * Finds the distinct values among numbers given as raw 32-bit words, `wordsPerValue` (1 or 2) each; `undefined` where
 * there are too many for a dictionary to make the column smaller.
 *
 * Displacements in steps of 0.1 mm, classes and dates have few; measured numbers with all their digits do not, which
 * the first rows tell.
 */
export function buildNumberDictionary(words: Uint32Array, wordsPerValue: 1 | 2): ValueDictionary | undefined {
  const hashOf = (row: number): number => {
    const high = wordsPerValue === 2 ? words[row * 2 + 1] : 0;
    return mix(words[row * wordsPerValue] ^ Math.imul(high, 0x85ebca6b));
  };
  const areSame = (left: number, right: number): boolean =>
    words[left * wordsPerValue] === words[right * wordsPerValue] &&
    (wordsPerValue === 1 || words[left * 2 + 1] === words[right * 2 + 1]);
  return buildDictionary(words.length / wordsPerValue, hashOf, areSame);
}

/** The same for texts. */
export function buildTextDictionary({ lengths, bytes }: PackedTexts): ValueDictionary | undefined {
  if (startMemory.length < lengths.length) startMemory = new Uint32Array(lengths.length);
  const starts = startMemory;
  for (let row = 0, start = 0; row < lengths.length; row++) {
    starts[row] = start;
    start += lengths[row];
  }
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hashOf = (row: number): number => {
    let at = starts[row];
    const end = at + lengths[row];
    let hash = lengths[row];
    for (; at + 4 <= end; at += 4) hash = mix(hash ^ words.getInt32(at, true));
    for (; at < end; at++) hash = mix(hash ^ bytes[at]);
    return hash;
  };
  const areSame = (left: number, right: number): boolean => {
    if (lengths[left] !== lengths[right]) return false;
    let at = starts[left];
    let other = starts[right];
    const end = at + lengths[left];
    for (; at + 4 <= end; at += 4, other += 4) {
      if (words.getInt32(at, true) !== words.getInt32(other, true)) return false;
    }
    for (; at < end; at++, other++) if (bytes[at] !== bytes[other]) return false;
    return true;
  };
  return buildDictionary(lengths.length, hashOf, areSame);
}

/** Spreads what tells words apart over all bits. */
function mix(word: number): number {
  const hash = Math.imul(word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

/** Rows are told apart by the lower bits of their hash first. */
function buildDictionary(
  rows: number,
  hashOf: (row: number) => number,
  areSame: (left: number, right: number) => boolean,
): ValueDictionary | undefined {
  const mostValues = Math.min(MOST_VALUES, Math.ceil(rows / ROWS_PER_VALUE));
  slots.fill(-1);
  const slotMask = slots.length - 1;
  if (indexMemory.length < rows) indexMemory = new Uint32Array(rows);
  const indexes = indexMemory.subarray(0, rows);
  const firstRows: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row === PROBE_ROWS && firstRows.length > PROBE_ROWS / 2) return undefined;
    let slot = hashOf(row) & slotMask;
    while (slots[slot] >= 0 && !areSame(firstRows[slots[slot]], row)) slot = (slot + 1) & slotMask;
    if (slots[slot] < 0) {
      if (firstRows.length === mostValues) return undefined;
      slots[slot] = firstRows.length;
      firstRows.push(row);
    }
    indexes[row] = slots[slot];
  }
  return { firstRows, indexes };
}
