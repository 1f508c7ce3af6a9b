/** More bits do not fit a whole number of 32 together with the rest of a byte. */
export const MOST_BITS = 24;

/**
 * Decodes the first `count` values of Parquet's run-length and bit-packing hybrid (the format's Encodings.md, "RLE")
 * into `target`; `width` is at most 24 bits. Throws `RangeError` where the bytes end before.
 * (One kind of target only: a loop over several is slower.)
 */
export function decodeHybrid(bytes: Uint8Array, width: number, count: number, target: Int32Array): void {
  let at = 0;
  let done = 0;
  while (done < count) {
    let header = 0;
    for (let shift = 0, isMore = true; isMore; shift += 7) {
      if (at >= bytes.length || shift > 28) throw endsEarly();
      header |= (bytes[at] & 127) << shift;
      isMore = bytes[at++] > 127;
    }
    if (header & 1) {
      const groups = header >>> 1;
      const values = Math.min(8 * groups, count - done);
      if (values === 0 || at + (values * width) / 8 > bytes.length) throw endsEarly();
      unpack(bytes, at, width, values, target, done);
      at += groups * width;
      done += values;
    } else {
      const values = Math.min(header >>> 1, count - done);
      let value = 0;
      for (let byte = 0; 8 * byte < width; byte++) value |= bytes[at++] << (8 * byte);
      if (values === 0 || at > bytes.length) throw endsEarly();
      target.fill(value, done, done + values);
      done += values;
    }
  }
}

/** Values of a fixed width one after the other, the lowest bits first. */
function unpack(
  bytes: Uint8Array,
  start: number,
  width: number,
  values: number,
  target: Int32Array,
  first: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mask = (1 << width) - 1;
  const end = first + values;
  // As long as four bytes can be read at once.
  const safe = Math.min(end, first + Math.max(0, Math.floor((8 * (bytes.length - start - 4)) / width)));
  let bit = 8 * start;
  let i = first;
  for (; i < safe; i++, bit += width) target[i] = (view.getInt32(bit >>> 3, true) >>> (bit & 7)) & mask;
  for (; i < end; i++, bit += width) {
    const at = bit >>> 3;
    // Zeros follow the last byte.
    const four = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    target[i] = (four >>> (bit & 7)) & mask;
  }
}

function endsEarly(): RangeError {
  return new RangeError('a page ends early');
}
