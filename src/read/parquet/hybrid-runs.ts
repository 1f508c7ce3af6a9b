/** So many bits, and those of a byte begun, are read as one whole number of 32. */
const MOST_BITS_AT_ONCE = 24;

/** More values than a page has. (A small integer, since an infinite one would make the field slower.) */
const ENDLESS = 2 ** 30 - 1;

/**
 * Values in Parquet's run-length and bit-packing hybrid (the format's Encodings.md, "RLE"), from the first to the last.
 * `width` is that of a value in bits, at most 32; values of no width are 0 and take no bytes. What it is asked for
 * throws `RangeError` where the bytes end before.
 */
export class HybridRuns {
  readonly #view: DataView;
  readonly #width: number;
  /** Where the next run stands. */
  #at = 0;
  /** What is left of the run under way: of values packed from a bit on, or of one value. */
  #left = 0;
  #bit = -1;
  #value = 0;

  constructor(bytes: Uint8Array, width: number) {
    if (width > 32) throw new RangeError(`values of ${width} bits`);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#width = width;
    if (width === 0) this.#left = ENDLESS;
  }

  /** The value of which all the next `count` are, where one run says so; else `undefined`. Takes none of them. */
  sameValue(count: number): number | undefined {
    if (this.#left === 0) this.#openRun();
    return this.#bit < 0 && this.#left >= count ? this.#value : undefined;
  }

  skip(count: number): void {
    for (let done = 0; done < count; ) {
      const values = this.#startPart(count - done);
      this.#endPart(values);
      done += values;
    }
  }

  /** Puts the next `count` values into the start of `target`. */
  take(count: number, target: Int32Array): void {
    for (let done = 0; done < count; ) {
      const values = this.#startPart(count - done);
      if (this.#bit < 0) target.fill(this.#value, done, done + values);
      else unpack(this.#view, this.#bit, this.#width, values, target, done);
      this.#endPart(values);
      done += values;
    }
  }

  /** Puts what `dictionary` has under the next `count` values into every `step`th place of `target`, from `at` on. */
  lookUp(count: number, dictionary: Float32Array, target: Float32Array, at: number, step: number): void {
    for (let done = 0; done < count; ) {
      const values = this.#startPart(count - done);
      const start = at + done * step;
      if (this.#bit < 0) repeat(this.#value, values, dictionary, target, start, step);
      else this.#lookUpPacked(values, dictionary, target, start, step);
      this.#endPart(values);
      done += values;
    }
  }

  #lookUpPacked(
    values: number,
    dictionary: Float32Array,
    target: Float32Array,
    at: number,
    step: number,
  ): void {
    const view = this.#view;
    const bit = this.#bit;
    const width = this.#width;
    const safe = countSafe(view, bit, width, values);
    const inEights = bit % 8 === 0 ? safe - (safe % 8) : 0;
    lookUpEights(view, bit / 8, width, inEights, dictionary, target, at, step);
    const singleBit = bit + inEights * width;
    lookUpOnes(view, singleBit, width, safe - inEights, dictionary, target, at + inEights * step, step);
    const slowBit = bit + safe * width;
    lookUpSlowly(view, slowBit, width, values - safe, dictionary, target, at + safe * step, step);
  }

  /** How many of the next `wanted` values one run has. */
  #startPart(wanted: number): number {
    if (this.#left === 0) this.#openRun();
    return Math.min(wanted, this.#left);
  }

  #endPart(values: number): void {
    this.#left -= values;
    if (this.#bit >= 0) this.#bit += values * this.#width;
  }

  #openRun(): void {
    const view = this.#view;
    let header = 0;
    for (let shift = 0, isMore = true; isMore; shift += 7) {
      if (this.#at >= view.byteLength || shift > 28) throw endsEarly();
      const byte = view.getUint8(this.#at++);
      header |= (byte & 127) << shift;
      isMore = byte > 127;
    }
    const start = this.#at;
    const length = header >>> 1;
    if (length === 0) throw endsEarly();
    if (header & 1) {
      // Packed values come in eights; writers may leave out the bytes of those that are for nothing.
      const there = Math.floor((8 * (view.byteLength - start)) / this.#width);
      this.#left = Math.min(8 * length, there);
      this.#bit = 8 * start;
      this.#at = start + length * this.#width;
    } else {
      this.#at = start + Math.ceil(this.#width / 8);
      if (this.#at > view.byteLength) throw endsEarly();
      this.#value = bitsAt(view, 8 * start, 8 * (this.#at - start));
      this.#left = length;
      this.#bit = -1;
    }
    if (this.#left === 0) throw endsEarly();
  }
}

/** Of values packed from `bit` on, those for each of which four bytes can be read at once. */
function countSafe(view: DataView, bit: number, width: number, values: number): number {
  if (width > MOST_BITS_AT_ONCE) return 0;
  return Math.max(0, Math.min(values, Math.floor((8 * (view.byteLength - 4) - bit) / width)));
}

/** Values of a fixed width one after the other, the lowest bits first. */
function unpack(
  view: DataView,
  start: number,
  width: number,
  values: number,
  target: Int32Array,
  first: number,
): void {
  const mask = (1 << width) - 1;
  const safe = countSafe(view, start, width, values);
  let bit = start;
  for (let i = 0; i < safe; i++, bit += width)
    target[first + i] = (view.getInt32(bit >>> 3, true) >>> (bit & 7)) & mask;
  for (let i = safe; i < values; i++, bit += width) target[first + i] = bitsAt(view, bit, width);
}

/**
 * The way of nearly all displacements: one loop from packed bits to their places, over one kind of array. Eight values
 * from a whole byte on have the same shifts as the eight before; taken together, they are twice as fast as one by one.
 */
function lookUpEights(
  view: DataView,
  start: number,
  width: number,
  values: number,
  dictionary: Float32Array,
  target: Float32Array,
  first: number,
  step: number,
): void {
  const mask = (1 << width) - 1;
  const size = dictionary.length;
  const [byte1, byte2, byte3, byte4] = [width >> 3, (2 * width) >> 3, (3 * width) >> 3, (4 * width) >> 3];
  const [byte5, byte6, byte7] = [(5 * width) >> 3, (6 * width) >> 3, (7 * width) >> 3];
  const [shift1, shift2, shift3, shift4] = [width & 7, (2 * width) & 7, (3 * width) & 7, (4 * width) & 7];
  const [shift5, shift6, shift7] = [(5 * width) & 7, (6 * width) & 7, (7 * width) & 7];
  for (let i = 0, byte = start, at = first; i < values; i += 8, byte += width) {
    const index0 = view.getInt32(byte, true) & mask;
    const index1 = (view.getInt32(byte + byte1, true) >>> shift1) & mask;
    const index2 = (view.getInt32(byte + byte2, true) >>> shift2) & mask;
    const index3 = (view.getInt32(byte + byte3, true) >>> shift3) & mask;
    const index4 = (view.getInt32(byte + byte4, true) >>> shift4) & mask;
    const index5 = (view.getInt32(byte + byte5, true) >>> shift5) & mask;
    const index6 = (view.getInt32(byte + byte6, true) >>> shift6) & mask;
    const index7 = (view.getInt32(byte + byte7, true) >>> shift7) & mask;
    const isPast =
      index0 >= size ||
      index1 >= size ||
      index2 >= size ||
      index3 >= size ||
      index4 >= size ||
      index5 >= size ||
      index6 >= size ||
      index7 >= size;
    if (isPast) throw pastDictionary();
    target[at] = dictionary[index0];
    at += step;
    target[at] = dictionary[index1];
    at += step;
    target[at] = dictionary[index2];
    at += step;
    target[at] = dictionary[index3];
    at += step;
    target[at] = dictionary[index4];
    at += step;
    target[at] = dictionary[index5];
    at += step;
    target[at] = dictionary[index6];
    at += step;
    target[at] = dictionary[index7];
    at += step;
  }
}

/** The same for any number of values, from any bit on. */
function lookUpOnes(
  view: DataView,
  start: number,
  width: number,
  values: number,
  dictionary: Float32Array,
  target: Float32Array,
  first: number,
  step: number,
): void {
  const mask = (1 << width) - 1;
  const size = dictionary.length;
  for (let i = 0, bit = start, at = first; i < values; i++, bit += width, at += step) {
    const index = (view.getInt32(bit >>> 3, true) >>> (bit & 7)) & mask;
    if (index >= size) throw pastDictionary();
    target[at] = dictionary[index];
  }
}

/** The same for values at the end of the bytes, and for very wide ones. */
function lookUpSlowly(
  view: DataView,
  start: number,
  width: number,
  values: number,
  dictionary: Float32Array,
  target: Float32Array,
  first: number,
  step: number,
): void {
  for (let i = 0; i < values; i++) {
    const index = bitsAt(view, start + i * width, width);
    if (index >= dictionary.length) throw pastDictionary();
    target[first + i * step] = dictionary[index];
  }
}

function repeat(
  index: number,
  values: number,
  dictionary: Float32Array,
  target: Float32Array,
  first: number,
  step: number,
): void {
  if (index >= dictionary.length) throw pastDictionary();
  const value = dictionary[index];
  for (let i = 0, at = first; i < values; i++, at += step) target[at] = value;
}

/** One value, byte by byte; there are zeros behind the last byte. */
function bitsAt(view: DataView, bit: number, width: number): number {
  const start = Math.floor(bit / 8);
  let value = 0;
  for (let byte = 0; 8 * byte < width + 7; byte++) {
    const place = start + byte;
    if (place < view.byteLength) value += view.getUint8(place) * 2 ** (8 * byte);
  }
  return Math.floor(value / 2 ** (bit % 8)) % 2 ** width;
}

export function pastDictionary(): RangeError {
  return new RangeError('an index past the end of its dictionary');
}

function endsEarly(): RangeError {
  return new RangeError('a page ends early');
}
