import type { ByteBuffer } from '../byte-buffer.js';

/** One run of Parquet's hybrid encoding: the same value so many times; values fit into a byte. */
export function appendRepeatedRun(target: ByteBuffer, value: number, count: number): void {
  target.appendVarint(2 * count);
  target.appendByte(value);
}

/** One bit-packed run of Parquet's hybrid encoding, lowest bits first, filled up to a multiple of eight values. */
export function appendPackedRun(target: ByteBuffer, values: ArrayLike<number>, bitWidth: number): void {
  const groups = Math.ceil(values.length / 8);
  target.appendVarint(2 * groups + 1);
  target.reserve(groups * bitWidth);
  const { bytes } = target;
  const end = target.length + groups * bitWidth;
  let offset = target.length;
  let pending = 0;
  let pendingBits = 0;
  for (let index = 0; index < values.length; index++) {
    pending |= values[index] << pendingBits;
    pendingBits += bitWidth;
    while (pendingBits >= 8) {
      bytes[offset++] = pending;
      pending >>>= 8;
      pendingBits -= 8;
    }
  }
  if (pendingBits > 0) bytes[offset++] = pending;
  bytes.fill(0, offset, end);
  target.length = end;
}
