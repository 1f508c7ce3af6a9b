const MINUS = 45;
const ZERO = 48;
/** Of the longest cell that is read here, such as `-123.4,`. */
const MOST_BYTES = 7;

/** Where a row has been read to: at the first byte of a cell, and the number of its column. */
export interface RowCursor {
  position: number;
  column: number;
}

/**
 * Reads neighbouring displacements as EGMS writes them, with one decimal and up to three digits before the mark
 * (`-12.3,`), up to the first cell that is written otherwise or is the row's last; those are left to the scanner.
 *
 * The hottest loop of all: what the processor waits for is where the next cell begins. So the four bytes behind the
 * sign are taken as one number and held against the shapes that they can have, of which nearly all cells have the
 * first two. "Exclusive or" with a shape leaves digits as their values and zero where a mark stands as it should; a
 * digit is less than ten if neither it nor six more reach the upper half of its byte.
 *
 * `target` is the place in `displacements` of the value at the cursor.
 */
export function scanTenths(
  data: DataView,
  cursor: RowCursor,
  lastColumn: number,
  delimiter: number,
  decimalMark: number,
  displacements: Float32Array,
  target: number,
  mmPerUnit: number,
): void {
  // As they stand in the file, "0.0,", "00.0" and "000.": the first byte is the lowest.
  const oneDigit = ZERO | (decimalMark << 8) | (ZERO << 16) | (delimiter << 24);
  const twoDigits = ZERO | (ZERO << 8) | (decimalMark << 16) | (ZERO << 24);
  const threeDigits = ZERO | (ZERO << 8) | (ZERO << 16) | (decimalMark << 24);
  const lastStart = data.byteLength - MOST_BYTES;
  const end = target + (lastColumn - cursor.column);
  let { position } = cursor;
  let out = target;
  while (out < end && position <= lastStart) {
    // 1 for a minus and 0 otherwise, without a branch that the processor would guess wrongly half the time.
    const minus = ((data.getUint8(position) ^ MINUS) - 1) >>> 31;
    const firstDigit = position + minus;
    const word = data.getInt32(firstDigit, true);
    let digits = word ^ oneDigit;
    let tenths: number;
    if ((((digits + 0x00060006) | digits) & 0xfff0fff0) === 0) {
      tenths = (digits & 0xff) * 10 + (digits >>> 16);
      position = firstDigit + 4;
    } else {
      digits = word ^ twoDigits;
      if ((((digits + 0x06000606) | digits) & 0xf0fff0f0) === 0) {
        if (data.getUint8(firstDigit + 4) !== delimiter) break;
        tenths = (digits & 0xff) * 100 + ((digits >>> 8) & 0xff) * 10 + (digits >>> 24);
        position = firstDigit + 5;
      } else {
        digits = word ^ threeDigits;
        const decimal = data.getUint8(firstDigit + 4) - ZERO;
        const isTenths = (((digits + 0x00060606) | digits) & 0xfff0f0f0) === 0 && decimal >>> 0 < 10;
        if (!isTenths || data.getUint8(firstDigit + 5) !== delimiter) break;
        tenths = (digits & 0xff) * 1000 + ((digits >>> 8) & 0xff) * 100 + (digits >>> 16) * 10 + decimal;
        position = firstDigit + 6;
      }
    }
    // The divisor keeps the sign of "-0.0" too.
    displacements[out++] = (tenths / (10 - 20 * minus)) * mmPerUnit;
  }
  cursor.position = position;
  cursor.column = lastColumn - (end - out);
}
