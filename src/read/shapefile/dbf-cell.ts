import { readDecimal } from '../decimal-number.js';
import { parseNumber } from '../delimited/cell-text.js';

const SPACE = 32;
const ASTERISK = 42;

const latin = new TextDecoder('latin1');

/** Stands for a cell that holds neither a number nor a blank. */
export const NOT_A_NUMBER = Symbol('not a number');

/**
 * The number that is written in a cell: the double nearest to it. `NaN` for blanks, bytes of zero, and asterisks, with
 * which many makers fill a cell that has no value.
 */
export function readCellNumber(bytes: Uint8Array, start: number, end: number): number | typeof NOT_A_NUMBER {
  let first = start;
  while (first < end && (bytes[first] === SPACE || bytes[first] === 0)) first++;
  let last = end;
  while (last > first && (bytes[last - 1] === SPACE || bytes[last - 1] === 0)) last--;
  if (first === last) return Number.NaN;

  const value = readDecimal(bytes, first, last);
  return Number.isNaN(value) ? readOddNumber(bytes, first, last) : value;
}

/** Words, exponents and decimal commas. */
function readOddNumber(bytes: Uint8Array, first: number, last: number): number | typeof NOT_A_NUMBER {
  if (bytes[first] === ASTERISK) return Number.NaN;
  const text = latin.decode(bytes.subarray(first, last));
  // A tab or the like is no blank of a number.
  if (text.trim() !== text) return NOT_A_NUMBER;
  return parseNumber(text, text.includes(',') ? ',' : '.') ?? NOT_A_NUMBER;
}

/** The text in a cell, without the blanks and bytes of zero around it. */
export function readCellText(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder): string {
  let first = start;
  while (first < end && (bytes[first] === SPACE || bytes[first] === 0)) first++;
  let last = end;
  while (last > first && (bytes[last - 1] === SPACE || bytes[last - 1] === 0)) last--;
  return decoder.decode(bytes.subarray(first, last)).trim();
}
