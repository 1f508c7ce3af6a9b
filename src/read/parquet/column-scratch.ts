/** Arrays that are used again for every column: memory fresh from the system costs more than decoding into it. */
export class ColumnScratch {
  #columns = new Float32Array(0);
  #indexes = new Int32Array(0);
  #presence = new Int32Array(0);

  columns(length: number): Float32Array {
    if (this.#columns.length < length) this.#columns = new Float32Array(length);
    return this.#columns;
  }

  indexes(length: number): Int32Array {
    if (this.#indexes.length < length) this.#indexes = new Int32Array(length);
    return this.#indexes;
  }

  /** Exactly so long. */
  presence(length: number): Int32Array {
    if (this.#presence.length < length) this.#presence = new Int32Array(length);
    return this.#presence.subarray(0, length);
  }
}
