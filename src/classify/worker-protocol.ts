import { type ErrorCode, type ErrorPlace, GroundTrendError } from '../errors.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import type { LineBlock } from '../read/delimited/line-blocks.js';
import type { BlockFindings, TextPlan } from '../read/delimited/text-plan.js';
import type { EncodedGroup, GroupColumns } from '../write/geoparquet/encoded-group.js';
import type { AnalysisJob, AnalysisSettings, BatchAnalysis } from './analysis.js';
import type { MapTable } from './map-table.js';
import type { PackedRows } from './packed-rows.js';
import type { FilterCounts, PointFilter } from './point-filter.js';

/** Given to a worker at its birth. */
export interface WorkerSettings {
  /** Bytes of the model file, shared by all workers. */
  readonly model: Uint8Array;
  readonly analysis: AnalysisSettings;
  /** What the rows of the map are made from and which points are left out, for workers that are sent blocks. */
  readonly map: { readonly table: MapTable; readonly filter: PointFilter };
  /** Dates to be ready for when the first job comes. */
  readonly firstDays?: Int32Array;
}

/** What the points of a file share. It travels once to every worker; afterwards its number is enough. */
export interface FileFacts {
  readonly days: Int32Array;
  readonly noise: NoiseModel;
  readonly text?: { readonly plan: TextPlan; readonly linesPerBlock: number };
}

/** Points that have been read, to be analysed. */
export interface BatchJob extends Omit<AnalysisJob, 'axis' | 'noise'> {
  readonly kind: 'batch';
}

/** Lines that have yet to be read, to be made into rows of the map. */
export interface BlockJob {
  readonly kind: 'block';
  /** In memory that threads share: nobody writes to it until the job is done. */
  readonly block: LineBlock;
  /** See `BlockScanner`. */
  readonly refused: readonly number[];
  /** Memory for the rows, where there is some to spare: see `PackedRows`. */
  readonly room: SharedArrayBuffer | undefined;
}

/** Rows that are done, to be turned into bytes of their file. */
export interface GroupJob {
  readonly kind: 'group';
  readonly group: GroupColumns;
}

export interface BatchResult {
  readonly analysis: BatchAnalysis;
  /** Handed back, so that the displacements can be written without a copy. */
  readonly displacements: Float32Array;
}

export interface BlockResult {
  /** Nothing where no point is left. */
  readonly rows: PackedRows | undefined;
  readonly findings: BlockFindings;
  readonly filtered: FilterCounts;
}

/** The file of a job, by its number; its facts come with the first job that a worker gets of it. */
export interface JobFile {
  readonly id: number;
  readonly facts?: FileFacts;
}

export type JobMessage =
  | { readonly jobId: number; readonly work: BatchJob | BlockJob; readonly file: JobFile }
  | { readonly jobId: number; readonly work: GroupJob };

export type JobResult = BatchResult | BlockResult | EncodedGroup;

/** Sent in place of a job: the worker is to end once it is done with the job at hand. */
export const CLOSE = 'close';

export type ReplyMessage =
  | { readonly jobId: number; readonly result: JobResult }
  | { readonly jobId: number; readonly failure: Failure };

/** An error that survives the way between threads. */
export interface Failure {
  readonly message: string;
  readonly stack?: string;
  readonly known?: { readonly code: ErrorCode; readonly place: ErrorPlace; readonly advice?: string };
}

/** An error as plain data, for another thread; `unpackFailure` makes an error of it again. */
export function packFailure(error: unknown): Failure {
  if (error instanceof GroundTrendError) {
    return { message: error.what, known: { code: error.code, place: error.place, advice: error.advice } };
  }
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

/** The error that `packFailure` took apart, a `GroundTrendError` where it was one. */
export function unpackFailure(failure: Failure): Error {
  if (failure.known) {
    const { code, place, advice } = failure.known;
    return new GroundTrendError(code, failure.message, { place, advice });
  }
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
