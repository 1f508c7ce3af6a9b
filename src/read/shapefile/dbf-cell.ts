const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const ASTERISK = 42;

/** Up to this, every power of ten is a double without error. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

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

  let at = first;
  const isNegative = bytes[at] === MINUS;
  if (isNegative || bytes[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let zeros = 0;
  let decimals = -1;
  let keptDecimals = 0;
  for (; at < last; at++) {
    const byte = bytes[at];
    if (byte === POINT && decimals < 0) {
      decimals = 0;
      continue;
    }
    const digit = byte - ZERO;
    if (digit >>> 0 > 9) break;
    digits++;
    if (decimals >= 0) decimals++;
    // Zeros at the end of the decimals add nothing but would overflow the exact mantissa.
    if (digit === 0 && decimals > 0) {
      zeros++;
      continue;
    }
    for (; zeros > 0; zeros--) {
      mantissa *= 10;
      keptDecimals++;
    }
    mantissa = mantissa * 10 + digit;
    if (decimals > 0) keptDecimals++;
  }
  const isPlain = at === last && digits > 0 && mantissa <= Number.MAX_SAFE_INTEGER && keptDecimals <= 22;
  if (isPlain) {
    const value = mantissa / EXACT_POWERS[keptDecimals];
    return isNegative ? -value : value;
  }
  return readOddNumber(bytes, first, last);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function readOddNumber(bytes: Uint8Array, first: number, last: number): number | typeof NOT_A_NUMBER {
  if (bytes[first] === ASTERISK) return Number.NaN;
  const text = latin.decode(bytes.subarray(first, last));
  if (/^-?nan$|^null$/i.test(text)) return Number.NaN;
  const plain = text.replace(',', '.');
  return NUMBER.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : NOT_A_NUMBER;
}

/**
 * The text in a cell, without the blanks and bytes of zero around it. A whole number written with decimals loses them.
 */
export function readCellText(bytes: Uint8Array, start: number, end: number, decoder: TextDecoder): string {
  let first = start;
  while (first < end && (bytes[first] === SPACE || bytes[first] === 0)) first++;
  let last = end;
  while (last > first && (bytes[last - 1] === SPACE || bytes[last - 1] === 0)) last--;
  return decoder.decode(bytes.subarray(first, last)).trim();
}
