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
  const hashOf = (row: number): number => {
    const high = wordsPerValue === 2 ? words[row * 2 + 1] : 0;
    const hash = Math.imul(words[row * wordsPerValue] ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    return hash ^ (hash >>> 15);
  };
  const areSame = (left: number, right: number): boolean =>
    words[left * wordsPerValue] === words[right * wordsPerValue] &&
    (wordsPerValue === 1 || words[left * 2 + 1] === words[right * 2 + 1]);
  return buildDictionary(words.length / wordsPerValue, hashOf, areSame);
}

/** The same for texts. */
export function buildTextDictionary({ lengths, bytes }: PackedTexts): ValueDictionary | undefined {
  const starts = new Uint32Array(lengths.length);
  for (let row = 1; row < starts.length; row++) starts[row] = starts[row - 1] + lengths[row - 1];
  // Fowler, Noll and Vo's, its upper half folded into the lower.
  const hashOf = (row: number): number => {
    const end = starts[row] + lengths[row];
    let hash = 0x811c9dc5;
    for (let i = starts[row]; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    return hash ^ (hash >>> 16);
  };
  const areSame = (left: number, right: number): boolean => {
    if (lengths[left] !== lengths[right]) return false;
    for (let i = 0; i < lengths[left]; i++) {
      if (bytes[starts[left] + i] !== bytes[starts[right] + i]) return false;
    }
    return true;
  };
  return buildDictionary(lengths.length, hashOf, areSame);
}

/** Rows are told apart by the lower bits of their hash first. */
function buildDictionary(
  rows: number,
  hashOf: (row: number) => number,
  areSame: (left: number, right: number) => boolean,
): ValueDictionary | undefined {
  const mostValues = Math.min(MOST_VALUES, Math.ceil(rows / ROWS_PER_VALUE));
  const slots = new Int32Array(1 << SLOT_BITS).fill(-1);
  const slotMask = slots.length - 1;
  const indexes = new Uint32Array(rows);
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
