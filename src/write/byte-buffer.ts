import {
  countDecimals,
  type Precision,
  powerOfTen,
  scaleToInteger,
  widenFloat32,
} from './text/short-decimal.js';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const LONGEST_NUMBER = 48;
// JavaScript, and so JSON, turns to exponents below this.
const SMALLEST_PLAIN = 1e-6;
const encoder = new TextEncoder();

/** Growing bytes and UTF-8 text in one array, used again and again: `bytes` up to `length` is what has been appended. */
export class ByteBuffer {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  /** What has been written, as a view that the next append may overwrite. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.view());
    this.bytes = larger;
  }

  appendByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  appendBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  appendText(text: string): void {
    this.reserve(text.length * 3);
    const { bytes } = this;
    const start = this.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.length = start + encoder.encodeInto(text, bytes.subarray(start)).written;
        return;
      }
      bytes[start + index] = code;
    }
    this.length = start + text.length;
  }

  /**
   * Writes a finite number with the fewest decimals that give it back, in JavaScript's own notation; returns the
   * decimals used, a good `hint` for the next value of the same column.
   */
  appendNumber(value: number, precision: Precision, hint: number): number {
    const magnitude = Math.abs(value);
    const decimals = magnitude === 0 ? 0 : countDecimals(magnitude, precision, hint);
    if (decimals < 0 || (magnitude < SMALLEST_PLAIN && magnitude > 0)) {
      this.appendText(String(precision === 'float32' ? widenFloat32(value) : value));
      return hint;
    }
    this.appendScaled(value < 0, scaleToInteger(magnitude, decimals), decimals);
    return decimals;
  }

  /** Writes a finite number rounded to so many decimals, without zeros at its end. */
  appendRounded(value: number, mostDecimals: number): void {
    const magnitude = Math.abs(value);
    let whole = scaleToInteger(magnitude, mostDecimals);
    if (whole > Number.MAX_SAFE_INTEGER) {
      this.appendText(String(value));
      return;
    }
    let decimals = whole === 0 ? 0 : mostDecimals;
    while (decimals > 0 && whole % 10 === 0) {
      whole /= 10;
      decimals--;
    }
    this.appendScaled(value < 0 && whole > 0, whole, decimals);
  }

  appendInteger(value: number): void {
    this.appendScaled(value < 0, Math.abs(value), 0);
  }

  /** Unsigned LEB128: seven bits a byte, the lowest first; up to 2^53. */
  appendVarint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.appendByte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.appendByte(rest);
  }

  /** Writes `whole / 10^decimals`. */
  private appendScaled(isNegative: boolean, whole: number, decimals: number): void {
    this.reserve(LONGEST_NUMBER);
    if (isNegative) this.bytes[this.length++] = MINUS;
    if (decimals === 0) {
      this.appendDigits(whole, countDigits(whole));
      return;
    }
    const power = powerOfTen(decimals);
    let before = Math.floor(whole / power);
    let after = whole - before * power;
    // The quotient may have been rounded up to the next whole number.
    if (after < 0) {
      before--;
      after += power;
    }
    this.appendDigits(before, countDigits(before));
    this.bytes[this.length++] = POINT;
    this.appendDigits(after, decimals);
  }

  /** Writes the last `digits` digits of a whole number, with zeros in front. */
  private appendDigits(whole: number, digits: number): void {
    const { bytes } = this;
    const start = this.length;
    let rest = whole;
    let position = start + digits;
    this.length = position;
    while (rest > 0x7fffffff) {
      const upper = Math.floor(rest / 1e8);
      let lower = (rest - upper * 1e8) | 0;
      for (const stop = Math.max(position - 8, start); position > stop; ) {
        const next = (lower / 10) | 0;
        bytes[--position] = ZERO + lower - next * 10;
        lower = next;
      }
      rest = upper;
    }
    let small = rest | 0;
    while (position > start) {
      const next = (small / 10) | 0;
      bytes[--position] = ZERO + small - next * 10;
      small = next;
    }
  }
}

function countDigits(whole: number): number {
  let digits = 1;
  while (digits < 16 && whole >= powerOfTen(digits)) digits++;
  return digits;
}
