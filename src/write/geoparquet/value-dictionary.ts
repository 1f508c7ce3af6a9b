import type { PackedTexts } from '../../series/packed-texts.js';

/** Distinct values of a column, by the row where each stands first, and for every row which one it holds. */
export interface ValueDictionary {
  readonly firstRows: readonly number[];
  readonly indexes: Uint32Array;
}

const SLOT_BITS = 16;
const MOST_VALUES = 1 << (SLOT_BITS - 1);
const PROBE_ROWS = 8192;
// A dictionary is worth its while from about four rows a value on.
const ROWS_PER_VALUE = 4;

/**
 * Finds the distinct values among numbers given as raw 32-bit words, `wordsPerValue` (1 or 2) each; `undefined` where
 * there are too many for a dictionary to make the column smaller.
 *
 * Displacements in steps of 0.1 mm, classes and dates have few; measured numbers with all their digits do not, which
 * the first rows tell.
 */
export function buildNumberDictionary(words: Uint32Array, wordsPerValue: 1 | 2): ValueDictionary | undefined {
  const rows = words.length / wordsPerValue;
  const mostValues = Math.min(MOST_VALUES, Math.ceil(rows / ROWS_PER_VALUE));
  const slots = new Int32Array(1 << SLOT_BITS).fill(-1);
  const slotMask = slots.length - 1;
  const indexes = new Uint32Array(rows);
  const firstRows: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row === PROBE_ROWS && firstRows.length > PROBE_ROWS / 2) return undefined;
    const low = words[row * wordsPerValue];
    const high = wordsPerValue === 2 ? words[row * 2 + 1] : 0;
    let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    let slot = hash & slotMask;
    for (;;) {
      const index = slots[slot];
      if (index < 0) {
        if (firstRows.length === mostValues) return undefined;
        slots[slot] = firstRows.length;
        indexes[row] = firstRows.length;
        firstRows.push(row);
        break;
      }
      const first = firstRows[index] * wordsPerValue;
      if (words[first] === low && (wordsPerValue === 1 || words[first + 1] === high)) {
        indexes[row] = index;
        break;
      }
      slot = (slot + 1) & slotMask;
    }
  }
  return { firstRows, indexes };
}

/** The same for texts. */
export function buildTextDictionary({ lengths, bytes }: PackedTexts): ValueDictionary | undefined {
  const rows = lengths.length;
  const mostValues = Math.min(MOST_VALUES, Math.ceil(rows / ROWS_PER_VALUE));
  const slots = new Int32Array(1 << SLOT_BITS).fill(-1);
  const slotMask = slots.length - 1;
  const indexes = new Uint32Array(rows);
  const firstRows: number[] = [];
  /** Where the text of each of them starts. */
  const firstStarts: number[] = [];
  for (let row = 0, start = 0; row < rows; start += lengths[row++]) {
    if (row === PROBE_ROWS && firstRows.length > PROBE_ROWS / 2) return undefined;
    const length = lengths[row];
    let slot = hashBytes(bytes, start, length) & slotMask;
    for (;;) {
      const index = slots[slot];
      if (index < 0) {
        if (firstRows.length === mostValues) return undefined;
        slots[slot] = firstRows.length;
        indexes[row] = firstRows.length;
        firstRows.push(row);
        firstStarts.push(start);
        break;
      }
      if (lengths[firstRows[index]] === length && areSame(bytes, firstStarts[index], start, length)) {
        indexes[row] = index;
        break;
      }
      slot = (slot + 1) & slotMask;
    }
  }
  return { firstRows, indexes };
}

/** Fowler, Noll and Vo's hash, 32 bits, its upper half folded into the lower. */
function hashBytes(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[start + i], 0x01000193);
  return hash ^ (hash >>> 16);
}

function areSame(bytes: Uint8Array, left: number, right: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[left + i] !== bytes[right + i]) return false;
  return true;
}
