const LARGEST_POWER = 22; // 10^22 is the last power of ten that a double holds exactly
const POWERS_OF_TEN = Float64Array.from({ length: LARGEST_POWER + 1 }, (_, power) => Number(`1e${power}`));

/** How finely a value was stored, and so how many digits tell it from its neighbours. */
export type Precision = 'float32' | 'float64';

/** Whole number `m` of `m / 10^decimals`, the decimal nearest to a magnitude; exact while below 2^53. */
export function scaleToInteger(magnitude: number, decimals: number): number {
  return Math.round(magnitude * POWERS_OF_TEN[decimals]);
}

export function powerOfTen(power: number): number {
  return POWERS_OF_TEN[power];
}

function isReadBack(magnitude: number, decimals: number, precision: Precision): boolean {
  const whole = scaleToInteger(magnitude, decimals);
  if (whole > Number.MAX_SAFE_INTEGER) return false;
  // Both operands are exact, so the quotient is the double that a reader makes of the decimal text.
  const back = whole / POWERS_OF_TEN[decimals];
  return (precision === 'float32' ? Math.fround(back) : back) === magnitude;
}

/**
 * The fewest decimals after the point that give a magnitude (not negative) back exactly when read as a double, rounded
 * to single precision for `float32`; -1 where plain decimals with an exact whole number do not suffice.
 *
 * `hint` is a likely answer, as neighbours in a column have; it changes the speed, never the result.
 */
export function countDecimals(magnitude: number, precision: Precision, hint: number): number {
  let decimals = hint;
  if (isReadBack(magnitude, decimals, precision)) {
    while (decimals > 0 && isReadBack(magnitude, decimals - 1, precision)) decimals--;
    return decimals;
  }
  const isTooLarge = scaleToInteger(magnitude, hint) > Number.MAX_SAFE_INTEGER;
  for (decimals = isTooLarge ? 0 : hint + 1; decimals <= LARGEST_POWER; decimals++) {
    if (isReadBack(magnitude, decimals, precision)) return decimals;
  }
  return -1;
}

/**
 * The double of the shortest decimal text that rounds to a single-precision value: 0.1 for the float nearest to 0.1,
 * where widening alone gives 0.10000000149011612.
 */
export function widenFloat32(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude > 0 && magnitude < Infinity)) return value;
  for (let decimals = 0; decimals <= LARGEST_POWER; decimals++) {
    if (!isReadBack(magnitude, decimals, 'float32')) continue;
    const widened = scaleToInteger(magnitude, decimals) / POWERS_OF_TEN[decimals];
    return value < 0 ? -widened : widened;
  }
  return widenByDigits(value);
}

/** The same by trying ever more significant digits, of which a single never needs more than nine. */
function widenByDigits(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
