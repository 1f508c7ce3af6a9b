/** What the roles of columns are decided from: their names and some of their values. */
export interface ColumnSample {
  readonly names: readonly string[];
  /** For each column its epoch, or -1 where it is no date. */
  readonly epochOfColumn: Int32Array;
  /** The finite numbers of a column in the first rows. */
  numbersOf(column: number): readonly number[];
}
