import type { EpochAxis } from './epoch-axis.js';
import type { PackedTexts } from './packed-texts.js';

/** How the values of a column are held: a typed array a batch, with one value that means "missing". */
export type ColumnType = 'text' | 'float64' | 'float32' | 'int32' | 'date' | 'boolean';

/** Stands for a missing value in `int32`, `date` and `boolean` columns; `NaN` and `''` do in the others. */
export const MISSING_INT32 = -2_147_483_648;

/** A column of results, known before the first row. Units stand in the name (`velocity_mm_yr`). */
export interface ResultField {
  readonly name: string;
  readonly type: ColumnType;
  /** One line for metadata and documentation. */
  readonly description?: string;
}

/** A row's geometry where it is more than a point, in WGS84 degrees, as GeoJSON has it. */
export type Shape =
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly Position[][][] }
  | { readonly type: 'MultiLineString'; readonly coordinates: readonly Position[][] };

export type Position = readonly [longitude: number, latitude: number];

/**
 * What a writer is told before the first row.
 *
 * `series`, where present, says that every batch carries displacements on this axis, to be written one column a date
 * (`D20200103`, mm), after the other columns.
 */
export interface ResultSchema {
  /** Name of the layer where a format has one. */
  readonly layer: string;
  readonly fields: readonly ResultField[];
  readonly series?: EpochAxis;
  /**
   * Rows have shapes in place of points. Only formats named in `SHAPE_ENDINGS` can write them; a table of text keeps
   * `longitude` and `latitude`, a place within the shape.
   */
  readonly hasShapes?: boolean;
  /** Written into the file's metadata where the format can hold any: model hash, axis, command. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** `date`: whole days since 1970-01-01; `boolean`: 0 or 1. */
export type ColumnValues = readonly string[] | Float64Array | Float32Array | Int32Array;

/** The same with texts as bytes. */
export type PackedColumn = Exclude<ColumnValues, readonly string[]> | PackedTexts;

/**
 * Some rows of results, every one a point in WGS84 degrees, or a shape.
 *
 * `columns` follow the schema's `fields`; `displacements` is row-major, `count` x epochs, mm, `NaN` = missing, and is
 * there exactly when the schema has `series`, `shapes` exactly when it has shapes.
 */
export interface ResultBatch {
  readonly count: number;
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  readonly columns: readonly ColumnValues[];
  /**
   * The columns once more, of rows that come from another thread: `columns` then makes strings of their bytes when it is
   * first asked for, and whoever writes bytes need not ask.
   */
  readonly packed?: readonly PackedColumn[];
  readonly displacements?: Float32Array;
  readonly shapes?: readonly Shape[];
}

/**
 * An output under way. Rows go to a temporary file beside the target; `finish` gives it its name, `abort` removes it.
 * After either, the writer is done with. `complete` does all of `finish` but the name, for outputs that appear together.
 */
export interface ResultWriter {
  readonly path: string;
  /** The arrays of the batch may be used for other rows once the promise is kept. */
  write(batch: ResultBatch): Promise<void>;
  complete(): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}
