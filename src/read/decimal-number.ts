const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** Up to this, every power of ten is a double without error. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * The double nearest to the decimal number that some bytes are: sign, digits and a point. `NaN` for whatever a slower
 * reader has to look at: words, blanks, exponents, and more digits than are exact this way.
 */
export function readDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === MINUS;
  if (isNegative || bytes[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let zeros = 0;
  let decimals = -1;
  let keptDecimals = 0;
  for (; at < end; at++) {
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
  const isPlain = at === end && digits > 0 && mantissa <= Number.MAX_SAFE_INTEGER && keptDecimals <= 22;
  if (!isPlain) return Number.NaN;
  const value = mantissa / EXACT_POWERS[keptDecimals];
  return isNegative ? -value : value;
}
