import type { EpochAxis } from '../../series/epoch-axis.js';
import type { AttributeField } from '../../series/series-batch.js';
import type { ByteStreamOptions } from '../byte-source.js';
import type { ToDegrees } from '../projection.js';
import type { DisplacementUnit } from '../read-options.js';

/** What becomes of a column: a displacement, a column of numbers or of texts, or nothing. */
export type ColumnUse = 'displacement' | 'number' | 'text' | 'unused';

export interface RowRequest extends ByteStreamOptions {
  /** Of every column of the source. */
  readonly uses: readonly ColumnUse[];
  /** Of every column its epoch, or -1. */
  readonly epochOfColumn: Int32Array;
  readonly epochs: number;
  readonly rowsPerBlock: number;
  /** Displacements are multiplied by this before they are rounded to floats. */
  readonly mmPerUnit: number;
  /** Rows from the start that are wanted, where not all are: a source that reads many at once may read fewer. */
  readonly wantedRows?: number;
}

/** A row that the source itself cannot give whole. */
export interface BadRow {
  /** Position in its block. */
  readonly index: number;
  readonly reason: 'deleted' | 'notANumber' | 'noCoordinates' | 'cellCount';
  /** Index of the column. */
  readonly column?: number;
}

/**
 * Some rows of a table, one after the other in the source. The arrays belong to whoever takes the block; only that of
 * the displacements has its memory to itself.
 */
export interface RowBlock {
  readonly count: number;
  /** Number in the source of the first row, from 0; rows marked as deleted count. */
  readonly firstRow: number;
  /** Coordinates of the geometry in its own system; there exactly when the source has a geometry. */
  readonly x?: Float64Array;
  readonly y?: Float64Array;
  /** In the order of the source's columns: numbers (`NaN` = missing) or texts as asked for, else `undefined`. */
  readonly columns: readonly (Float64Array | string[] | undefined)[];
  /** Row-major, rows x epochs, times the request's `mmPerUnit`; `NaN` = missing. */
  readonly displacements: Float32Array;
  /** True where the source knows that every displacement is there and at most `MOST_MM`. */
  readonly isComplete?: boolean;
  readonly badRows: readonly BadRow[];
  /** Pixels before or among these rows that hold nothing and are no rows. */
  readonly passedOver?: number;
  /** Cells of numeric columns that are no numbers and were read as missing: index of the column and row number. */
  readonly spoiledCells?: readonly { readonly column: number; readonly row: number }[];
  /** Said once in the report, however many blocks say it. */
  readonly notes?: readonly string[];
}

/** Where points stand that have a geometry. */
export interface TableGeometry {
  /** Absent where the geometry is in degrees, longitude first. */
  readonly toDegrees?: ToDegrees;
  /** `unknown` where the source does not say its system. */
  readonly system: 'degrees' | 'projected' | 'unknown';
  /** Said to a person who has to name the system, and in errors. */
  readonly description: string;
  /** Said once in the report where the places are used. */
  readonly warning?: string;
}

/**
 * A source of rows in typed columns: what a binary or structured format gives before anybody decides which of its
 * columns is what. Column names of dates (`D20200103`) make the series unless `series` says that the blocks bring it.
 */
export interface TableSource {
  readonly file: string;
  /** `shapefile`, `GeoParquet`: what a person is told that it is. */
  readonly format: string;
  readonly columns: readonly AttributeField[];
  readonly geometry: TableGeometry | undefined;
  /** Where the series do not come from columns named like dates. */
  readonly series?: EpochAxis;
  /** The displacements' unit, where the source says it. */
  readonly unit?: DisplacementUnit;
  readonly totalBytes: number | undefined;
  /** What is worth saying before the first row. */
  readonly warnings: readonly string[];
  /** Streams the rows; may be called again for another pass. */
  rows(request: RowRequest): AsyncIterable<RowBlock>;
}
