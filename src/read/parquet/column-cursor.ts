import type { ColumnPages, DataPage, DictionaryPage } from './column-pages.js';
import { HybridRuns } from './hybrid-runs.js';
import { unpackPage } from './unpack-page.js';

/** Bytes of a column's chunk by their places in it; not all of them need be there. */
export interface ChunkBytes {
  slice(start: number, end: number): Uint8Array;
}

/** How the values of a column are read, page after page, into a target. */
export interface PageValues<Target> {
  /** The values that the next pages' indexes speak of. */
  openDictionary(bytes: Uint8Array, count: number): void;
  /** Begins a page of `count` values that are there, plain ones or indexes. */
  openPage(bytes: Uint8Array, count: number, isDictionary: boolean): void;
  skip(count: number): void;
  /** Puts the next values into every `step`th place of the target from `at` on. */
  put(count: number, target: Target, at: number, step: number): void;
  putMissing(target: Target, at: number): void;
}

/** Reads the rows of a flat column's chunk one after the other, from one of them on. */
export class ColumnCursor<Target> {
  readonly #pages: ColumnPages;
  readonly #bytes: ChunkBytes;
  readonly #codec: string;
  readonly #isOptional: boolean;
  readonly #values: PageValues<Target>;
  #nextPage: number;
  /** Rows of the open page that have not been taken. */
  #left = 0;
  /** 1 where a row of the open page has a value; `undefined` where all have. */
  #presence: Int32Array | undefined;
  #row = 0;
  #hasMissing = false;

  constructor(
    pages: ColumnPages,
    bytes: ChunkBytes,
    column: { readonly codec: string; readonly isOptional: boolean },
    values: PageValues<Target>,
    firstRow: number,
  ) {
    this.#pages = pages;
    this.#bytes = bytes;
    this.#codec = column.codec;
    this.#isOptional = column.isOptional;
    this.#values = values;
    this.#nextPage = pages.data.findIndex((page) => page.firstRow + page.rows > firstRow);
    if (pages.dictionary) {
      values.openDictionary(this.#unpackDictionary(pages.dictionary), pages.dictionary.values);
    }
    this.#openPage();
    this.#skip(firstRow - pages.data[this.#nextPage - 1].firstRow);
  }

  /** Whether a row that was taken had no value. */
  get hasMissing(): boolean {
    return this.#hasMissing;
  }

  /** Puts the next `count` rows into every `step`th place of the target from `at` on. */
  take(count: number, target: Target, at: number, step: number): void {
    for (let done = 0; done < count; ) {
      if (this.#left === 0) this.#openPage();
      const rows = Math.min(count - done, this.#left);
      if (this.#presence === undefined) this.#values.put(rows, target, at + done * step, step);
      else this.#putPresent(this.#presence, rows, target, at + done * step, step);
      this.#row += rows;
      this.#left -= rows;
      done += rows;
    }
  }

  #putPresent(presence: Int32Array, rows: number, target: Target, at: number, step: number): void {
    const end = this.#row + rows;
    let place = at;
    for (let row = this.#row; row < end; ) {
      const isThere = presence[row] === 1;
      let stop = row + 1;
      while (stop < end && (presence[stop] === 1) === isThere) stop++;
      if (isThere) this.#values.put(stop - row, target, place, step);
      else {
        this.#hasMissing = true;
        for (let i = row; i < stop; i++) this.#values.putMissing(target, place + (i - row) * step);
      }
      place += (stop - row) * step;
      row = stop;
    }
  }

  #skip(rows: number): void {
    this.#values.skip(this.#presence === undefined ? rows : countOnes(this.#presence, rows));
    this.#row += rows;
    this.#left -= rows;
  }

  #openPage(): void {
    const page = this.#pages.data[this.#nextPage++];
    if (page === undefined) throw new RangeError('a column ends early');
    const { levels, values } = this.#unpack(page);
    this.#presence = levels && readPresence(levels, page.rows);
    const count = this.#presence === undefined ? page.rows : countOnes(this.#presence, page.rows);
    this.#values.openPage(values, count, page.isDictionary);
    this.#row = 0;
    this.#left = page.rows;
  }

  #unpackDictionary({ start, end, unpackedBytes }: DictionaryPage): Uint8Array {
    return unpackPage(this.#bytes.slice(start, end), unpackedBytes, this.#codec);
  }

  /** The values of a page, and the levels that say which rows have one where not all need have. */
  #unpack({ start, end, unpackedBytes, second }: DataPage): { values: Uint8Array; levels?: Uint8Array } {
    const body = this.#bytes.slice(start, end);
    if (second !== undefined) {
      const { repetitionBytes, definitionBytes, isCompressed, hasMissing } = second;
      const levelBytes = repetitionBytes + definitionBytes;
      const stored = body.subarray(levelBytes);
      return {
        values: isCompressed ? unpackPage(stored, unpackedBytes - levelBytes, this.#codec) : stored,
        levels: this.#isOptional && hasMissing ? body.subarray(repetitionBytes, levelBytes) : undefined,
      };
    }
    const page = unpackPage(body, unpackedBytes, this.#codec);
    if (!this.#isOptional) return { values: page };
    if (page.length < 4) throw new RangeError('a page ends early');
    const levelEnd = 4 + new DataView(page.buffer, page.byteOffset).getUint32(0, true);
    if (levelEnd > page.length) throw new RangeError('a page ends early');
    return { values: page.subarray(levelEnd), levels: page.subarray(4, levelEnd) };
  }
}

/** 1 where a row has a value; `undefined` where all have. */
function readPresence(levels: Uint8Array, rows: number): Int32Array | undefined {
  const runs = new HybridRuns(levels, 1);
  if (runs.sameValue(rows) === 1) return undefined;
  const presence = new Int32Array(rows);
  runs.take(rows, presence);
  return presence.includes(0) ? presence : undefined;
}

function countOnes(presence: Int32Array, rows: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++) count += presence[row];
  return count;
}
