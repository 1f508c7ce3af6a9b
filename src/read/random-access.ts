/** A file that is read here and there: what columnar formats need in place of a stream. */
export interface RandomAccess {
  /** As the person gave it, for messages. */
  readonly name: string;
  readonly byteLength: number;
  /**
   * The bytes from `start` up to but not with `end`; fewer where the file ends before. They may lie in `spare`, memory
   * that is no longer needed.
   */
  read(start: number, end: number, spare?: Uint8Array): Promise<Uint8Array>;
}
