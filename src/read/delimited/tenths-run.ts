const MINUS = 45;
const ZERO = 48;
/** With the one after the mark these are nine, which fit a 32-bit integer whatever they are. */
const WHOLE_DIGITS = 8;
/** The divisor of a positive and a negative number of tenths; the latter keeps the sign of "-0.0" too. */
const DIVISORS = Float64Array.of(10, -10);

/** Where a row has been read to: at the first byte of a cell, and the number of its column. */
export interface RowCursor {
  position: number;
  column: number;
}

/**
 * Reads neighbouring displacements as EGMS writes them, with one decimal (`-12.3,`), up to the first cell that is
 * written otherwise or is the row's last; those are left to the scanner. Half as fast again as the scanner's own loop,
 * since there is nothing here to decide but where the whole part ends.
 *
 * `target` is the place in `displacements` of the value at the cursor.
 */
export function scanTenths(
  data: Uint8Array,
  cursor: RowCursor,
  lastColumn: number,
  delimiter: number,
  decimalMark: number,
  displacements: Float32Array,
  target: number,
  mmPerUnit: number,
): void {
  let { position, column } = cursor;
  let out = target;
  while (column < lastColumn) {
    // 1 for a minus and 0 otherwise, without a branch that the processor would guess wrongly half the time.
    const minus = ((data[position] ^ MINUS) - 1) >>> 31;
    const firstDigit = position + minus;
    let at = firstDigit;
    let tenths = 0;
    let digit = data[at] - ZERO;
    while (digit >>> 0 < 10) {
      tenths = (tenths * 10 + digit) | 0;
      digit = data[++at] - ZERO;
    }
    const decimal = data[at + 1] - ZERO;
    const isTenths = data[at] === decimalMark && decimal >>> 0 < 10 && data[at + 2] === delimiter;
    if (!isTenths || at === firstDigit || at - firstDigit > WHOLE_DIGITS) break;
    tenths = (tenths * 10 + decimal) | 0;
    displacements[out++] = (tenths / DIVISORS[minus]) * mmPerUnit;
    position = at + 3;
    column++;
  }
  cursor.position = position;
  cursor.column = column;
}
