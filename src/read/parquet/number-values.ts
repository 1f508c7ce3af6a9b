import { MOST_MM } from '../displacement-limit.js';
import type { PageValues } from './column-cursor.js';
import { HybridRuns, pastDictionary } from './hybrid-runs.js';

/** How a plain number is stored. */
export type NumberType = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE';

/** Indexes that are unpacked at a time. */
const INDEXES_AT_ONCE = 1024;
const scratch = new Int32Array(INDEXES_AT_ONCE);

/** Displacements: numbers times `factor`, rounded to floats; `NaN` where missing. */
export class FloatValues implements PageValues<Float32Array> {
  readonly #type: NumberType;
  readonly #factor: number;
  #dictionary: Float32Array = new Float32Array(0);
  #plain: Float32Array = new Float32Array(0);
  #next = 0;
  #runs: HybridRuns | undefined;
  #areUsable = true;

  constructor(type: NumberType, factor: number) {
    this.#type = type;
    this.#factor = factor;
  }

  /** Whether no value was `NaN` or past `MOST_MM`; of a dictionary and of a page begun, all count. */
  get areUsable(): boolean {
    return this.#areUsable;
  }

  openDictionary(bytes: Uint8Array, count: number): void {
    this.#dictionary = this.#read(bytes, count);
  }

  openPage(bytes: Uint8Array, count: number, isDictionary: boolean): void {
    this.#runs = isDictionary ? openIndexes(bytes) : undefined;
    if (isDictionary) return;
    this.#plain = this.#read(bytes, count);
    this.#next = 0;
  }

  skip(count: number): void {
    if (this.#runs === undefined) this.#next += count;
    else this.#runs.skip(count);
  }

  put(count: number, target: Float32Array, at: number, step: number): void {
    if (this.#runs !== undefined) {
      this.#runs.lookUp(count, this.#dictionary, target, at, step);
      return;
    }
    spread(this.#plain, this.#next, count, target, at, step);
    this.#next += count;
  }

  putMissing(target: Float32Array, at: number): void {
    target[at] = Number.NaN;
  }

  #read(bytes: Uint8Array, count: number): Float32Array {
    const values =
      this.#type === 'FLOAT' && this.#factor === 1
        ? new Float32Array(...alignedBytes(bytes, 4 * checkedCount(bytes, count, 4), 4))
        : Float32Array.from(readPlain(bytes, this.#type, count), (value) => value * this.#factor);
    this.#areUsable &&= areUsable(values);
    return values;
  }
}

/** Numbers of any kind as doubles; what is missing stays as it is. */
export class DoubleValues implements PageValues<Float64Array> {
  readonly #type: NumberType;
  #dictionary: Float64Array = new Float64Array(0);
  #plain: Float64Array = new Float64Array(0);
  #next = 0;
  #runs: HybridRuns | undefined;

  constructor(type: NumberType) {
    this.#type = type;
  }

  openDictionary(bytes: Uint8Array, count: number): void {
    this.#dictionary = readPlain(bytes, this.#type, count);
  }

  openPage(bytes: Uint8Array, count: number, isDictionary: boolean): void {
    this.#runs = isDictionary ? openIndexes(bytes) : undefined;
    if (isDictionary) return;
    this.#plain = readPlain(bytes, this.#type, count);
    this.#next = 0;
  }

  skip(count: number): void {
    if (this.#runs === undefined) this.#next += count;
    else this.#runs.skip(count);
  }

  put(count: number, target: Float64Array, at: number, step: number): void {
    if (this.#runs === undefined) {
      for (let i = 0; i < count; i++) target[at + i * step] = this.#plain[this.#next++];
      return;
    }
    const dictionary = this.#dictionary;
    for (const { indexes, done, some } of takeIndexes(this.#runs, count, dictionary.length)) {
      for (let i = 0; i < some; i++) target[at + (done + i) * step] = dictionary[indexes[i]];
    }
  }

  putMissing(): void {}
}

/** The indexes of a page: their width in bits, then runs. */
export function openIndexes(bytes: Uint8Array): HybridRuns {
  if (bytes.length === 0) throw new RangeError('a page ends early');
  return new HybridRuns(bytes.subarray(1), bytes[0]);
}

/**
 * Goes through the next `count` indexes, each of which is below `size`, some at a time: those from the start of the
 * array to the number of them, the first of which is `done`th of all.
 */
export function* takeIndexes(
  runs: HybridRuns,
  count: number,
  size: number,
): Generator<{ readonly indexes: Int32Array; readonly done: number; readonly some: number }> {
  for (let done = 0; done < count; done += INDEXES_AT_ONCE) {
    const some = Math.min(INDEXES_AT_ONCE, count - done);
    runs.take(some, scratch);
    for (let i = 0; i < some; i++) {
      if (!(scratch[i] >= 0 && scratch[i] < size)) throw pastDictionary();
    }
    yield { indexes: scratch, done, some };
  }
}

function spread(
  values: Float32Array,
  from: number,
  count: number,
  target: Float32Array,
  start: number,
  step: number,
): void {
  for (let i = from, at = start; i < from + count; i++, at += step) target[at] = values[i];
}

function areUsable(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) <= MOST_MM)) return false;
  return true;
}

/** Numbers as they lie in a file, little-endian like every machine that this runs on. */
function readPlain(bytes: Uint8Array, type: NumberType, count: number): Float64Array {
  const size = type === 'FLOAT' || type === 'INT32' ? 4 : 8;
  const place = alignedBytes(bytes, size * checkedCount(bytes, count, size), size);
  if (type === 'DOUBLE') return new Float64Array(...place);
  if (type === 'FLOAT') return new Float64Array(new Float32Array(...place));
  if (type === 'INT32') return new Float64Array(new Int32Array(...place));
  return Float64Array.from(new BigInt64Array(...place), Number);
}

function checkedCount(bytes: Uint8Array, count: number, size: number): number {
  if (!(count >= 0 && count * size <= bytes.length)) throw new RangeError('a page ends early');
  return count;
}

/** The first `length` bytes where an array can begin: copied where they stand at no whole number of its size. */
function alignedBytes(bytes: Uint8Array, length: number, size: number): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice(0, length);
  return [buffer, byteOffset, length / size];
}
