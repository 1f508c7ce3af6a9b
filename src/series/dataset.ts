import type { ErrorPlace } from '../errors.js';
import type { EpochAxis } from './epoch-axis.js';
import type { AttributeField, SeriesBatch } from './series-batch.js';

/** Rows that were left out for one reason: how many, and the first few places. */
export interface SkippedRows {
  readonly reason: string;
  count: number;
  readonly examples: (ErrorPlace & { readonly file: string; readonly pid?: string })[];
}

/** What reading found on its way; complete once the last batch has been taken. */
export interface ReadReport {
  rowsRead: number;
  readonly skipped: SkippedRows[];
  /** Things worth a person's attention that did not stop the reading, each said once. */
  readonly warnings: string[];
}

/** How a dataset is to be streamed. */
export interface BatchOptions {
  /** Points a batch at the most. */
  readonly pointsPerBatch?: number;
  readonly signal?: AbortSignal;
  /** Told how many bytes of the source have been consumed, now and then. */
  readonly onBytes?: (consumed: number) => void;
}

/**
 * An opened source of series on one date axis: what a reader gives and everybody else takes.
 *
 * `batches` streams the points in the file's order and may be called again for another pass; `report` then starts
 * anew.
 */
export interface Dataset {
  /** File name as the person gave it, with the member's name for an archive: `a.zip/a.csv`. */
  readonly name: string;
  /** What it is, in words: `EGMS L2b (calibrated), track 022`, `delimited text`. */
  readonly format: string;
  readonly axis: EpochAxis;
  readonly fields: readonly AttributeField[];
  /** Bytes of the source as stored, for progress; `undefined` where unknown. */
  readonly totalBytes: number | undefined;
  readonly report: ReadReport;
  /** Streams all points. Throws `input` where the source is damaged or has changed. */
  batches(options?: BatchOptions): AsyncIterable<SeriesBatch>;
}
