import { decode } from '../delimited/text-column.js';
import { readWkbPointAt } from '../wkb-point.js';
import type { PageValues } from './column-cursor.js';
import type { HybridRuns } from './hybrid-runs.js';
import { openIndexes, takeIndexes } from './number-values.js';

/** Byte arrays one after the other, each behind its length. */
class ByteArrays {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Passes over the next one, and returns where it ends. */
  next(): number {
    const start = this.#at + 4;
    const end = start + (start <= this.bytes.length ? this.view.getUint32(start - 4, true) : 0);
    if (start > this.bytes.length || end > this.bytes.length) throw new RangeError('a page ends early');
    this.#at = end;
    return end;
  }

  /** Where the next one begins. */
  get start(): number {
    return this.#at + 4;
  }
}

/** Texts in UTF-8; what is missing stays as it is. */
export class TextValues implements PageValues<string[]> {
  #dictionary: string[] = [];
  #plain: { readonly arrays: ByteArrays; readonly whole: string | undefined } | undefined;
  #runs: HybridRuns | undefined;

  openDictionary(bytes: Uint8Array, count: number): void {
    if (!(4 * count <= bytes.length)) throw new RangeError('a page ends early');
    const plain = openTexts(bytes);
    this.#dictionary = Array.from({ length: count }, () => nextText(plain));
  }

  openPage(bytes: Uint8Array, _count: number, isDictionary: boolean): void {
    this.#runs = isDictionary ? openIndexes(bytes) : undefined;
    this.#plain = isDictionary ? undefined : openTexts(bytes);
  }

  skip(count: number): void {
    this.#runs?.skip(count);
    for (let i = 0; i < count && this.#plain; i++) this.#plain.arrays.next();
  }

  put(count: number, target: string[], at: number, step: number): void {
    if (this.#runs !== undefined) {
      const dictionary = this.#dictionary;
      for (const { indexes, done, some } of takeIndexes(this.#runs, count, dictionary.length)) {
        for (let i = 0; i < some; i++) target[at + (done + i) * step] = dictionary[indexes[i]];
      }
    } else for (let i = 0; i < count; i++) target[at + i * step] = nextText(this.#plain!);
  }

  putMissing(): void {}
}

/**
 * A decoder's call costs more than a short text, so a whole page is decoded at once, lengths and all. As many letters as
 * bytes mean that each byte became one; where not, the texts are decoded one by one.
 */
function openTexts(bytes: Uint8Array): { readonly arrays: ByteArrays; readonly whole: string | undefined } {
  const whole = decode(bytes);
  return { arrays: new ByteArrays(bytes), whole: whole.length === bytes.length ? whole : undefined };
}

function nextText({ arrays, whole }: { readonly arrays: ByteArrays; readonly whole: string | undefined }) {
  const { start } = arrays;
  const end = arrays.next();
  return whole === undefined ? decode(arrays.bytes.subarray(start, end)) : whole.slice(start, end);
}

/** Coordinates by rows. */
export interface Places {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Points as well-known binary; what is missing, or no point, stays as it is. */
export class PointValues implements PageValues<Places> {
  readonly #place = [Number.NaN, Number.NaN];
  #dictionary: Places = { x: new Float64Array(0), y: new Float64Array(0) };
  #plain: ByteArrays | undefined;
  #runs: HybridRuns | undefined;

  openDictionary(bytes: Uint8Array, count: number): void {
    if (!(4 * count <= bytes.length)) throw new RangeError('a page ends early');
    const x = new Float64Array(count).fill(Number.NaN);
    const y = new Float64Array(count).fill(Number.NaN);
    const arrays = new ByteArrays(bytes);
    this.#dictionary = { x, y };
    for (let i = 0; i < count; i++) this.#putNext(arrays, this.#dictionary, i);
  }

  openPage(bytes: Uint8Array, _count: number, isDictionary: boolean): void {
    this.#runs = isDictionary ? openIndexes(bytes) : undefined;
    this.#plain = isDictionary ? undefined : new ByteArrays(bytes);
  }

  skip(count: number): void {
    this.#runs?.skip(count);
    for (let i = 0; i < count && this.#plain; i++) this.#plain.next();
  }

  put(count: number, target: Places, at: number, step: number): void {
    if (this.#runs !== undefined) {
      const { x, y } = this.#dictionary;
      for (const { indexes, done, some } of takeIndexes(this.#runs, count, x.length)) {
        for (let i = 0; i < some; i++) {
          target.x[at + (done + i) * step] = x[indexes[i]];
          target.y[at + (done + i) * step] = y[indexes[i]];
        }
      }
    } else for (let i = 0; i < count; i++) this.#putNext(this.#plain!, target, at + i * step);
  }

  putMissing(): void {}

  #putNext(arrays: ByteArrays, { x, y }: Places, at: number): void {
    const { start } = arrays;
    const end = arrays.next();
    if (!readWkbPointAt(arrays.view, start, end, this.#place)) return;
    x[at] = this.#place[0];
    y[at] = this.#place[1];
  }
}
