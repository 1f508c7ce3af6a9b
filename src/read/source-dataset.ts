import type { Dataset } from '../series/dataset.js';
import type { ByteRange } from './byte-source.js';
import type { DatasetText } from './delimited/text-plan.js';
import type { EgmsProduct } from './egms-product.js';

/** A dataset from a file that may be a product of the European Ground Motion Service. */
export interface SourceDataset extends Dataset {
  readonly product: EgmsProduct | undefined;
  /** Path of the file that it lies in, the archive's own for a member of one. */
  readonly file?: string;
  /** Where the rows stand, for a table that can be read from any row on. */
  readonly rows?: SelectableRows;
  /** The text that it is read from, where it is one: to be asked for by `textOf`. */
  readonly text?: DatasetText;
}

/** A run of whole rows: their bytes, and the number of the line that the first of them stands in. */
export interface RowRange extends ByteRange {
  readonly firstLine: number;
}

export interface SelectableRows extends RowRange {
  /**
   * The same table with these rows only, and a report about them. Its batches are those of the whole table where
   * `firstLine` is that of the whole plus a multiple of the points in a batch.
   */
  select(range: RowRange): SourceDataset;
}
