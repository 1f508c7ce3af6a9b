/**
 * A table of a FlatBuffers message (flatbuffers.dev, "Internals"), read where it lies: fields are told by their slot,
 * the order in the schema. Everything outside the bytes throws `RangeError`.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #start: number;
  readonly #slots: number;
  readonly #slotCount: number;

  private constructor(view: DataView, start: number) {
    this.#view = view;
    this.#start = start;
    this.#slots = start - view.getInt32(start, true);
    this.#slotCount = (view.getUint16(this.#slots, true) - 4) / 2;
  }

  /** The outermost table of a message (without the size before it). */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  byte(slot: number, standard: number): number {
    const at = this.#find(slot);
    return at === undefined ? standard : this.#view.getUint8(at);
  }

  unsigned16(slot: number, standard: number): number {
    const at = this.#find(slot);
    return at === undefined ? standard : this.#view.getUint16(at, true);
  }

  signed32(slot: number, standard: number): number {
    const at = this.#find(slot);
    return at === undefined ? standard : this.#view.getInt32(at, true);
  }

  unsigned64(slot: number, standard: number): number {
    const at = this.#find(slot);
    return at === undefined ? standard : Number(this.#view.getBigUint64(at, true));
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#find(slot);
    return at === undefined ? undefined : new FlatTable(this.#view, this.#follow(at));
  }

  text(slot: number): string | undefined {
    const bytes = this.bytes(slot);
    return bytes && decoder.decode(bytes);
  }

  /** A vector of bytes: a view. */
  bytes(slot: number): Uint8Array | undefined {
    const vector = this.#vector(slot, 1);
    return vector && new Uint8Array(this.#view.buffer, this.#view.byteOffset + vector.start, vector.length);
  }

  /** A vector of doubles, seen from its first byte; its length in doubles is `byteLength / 8`. */
  doubles(slot: number): DataView | undefined {
    const vector = this.#vector(slot, 8);
    if (vector === undefined) return undefined;
    return new DataView(this.#view.buffer, this.#view.byteOffset + vector.start, 8 * vector.length);
  }

  tables(slot: number): FlatTable[] {
    const vector = this.#vector(slot, 4);
    if (vector === undefined) return [];
    return Array.from(
      { length: vector.length },
      (_, i) => new FlatTable(this.#view, this.#follow(vector.start + 4 * i)),
    );
  }

  #find(slot: number): number | undefined {
    if (slot >= this.#slotCount) return undefined;
    const offset = this.#view.getUint16(this.#slots + 4 + 2 * slot, true);
    return offset === 0 ? undefined : this.#start + offset;
  }

  #follow(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  #vector(slot: number, bytesEach: number): { start: number; length: number } | undefined {
    const at = this.#find(slot);
    if (at === undefined) return undefined;
    const start = this.#follow(at);
    const length = this.#view.getUint32(start, true);
    if (start + 4 + length * bytesEach > this.#view.byteLength) throw new RangeError('a vector past the end');
    return { start: start + 4, length };
  }
}

const decoder = new TextDecoder();
