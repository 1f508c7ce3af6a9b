import { type ErrorCode, type ErrorPlace, GroundTrendError } from '../errors.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import type { AnalysisJob, AnalysisSettings, BatchAnalysis } from './analysis.js';

/** Given to a worker at its birth. */
export interface WorkerSettings {
  /** Bytes of the model file, shared by all workers. */
  readonly model: Uint8Array;
  readonly analysis: AnalysisSettings;
}

/** One batch on its way to a worker. What a file's points share travels once; afterwards its number is enough. */
export interface JobMessage extends Omit<AnalysisJob, 'axis' | 'noise'> {
  readonly jobId: number;
  readonly fileId: number;
  readonly file?: { readonly days: Int32Array; readonly noise: NoiseModel };
}

export type ReplyMessage =
  | {
      readonly jobId: number;
      readonly analysis: BatchAnalysis;
      /** Handed back, so that the displacements can be written without a copy. */
      readonly displacements: Float32Array;
    }
  | { readonly jobId: number; readonly failure: Failure };

/** An error that survives the way between threads. */
export interface Failure {
  readonly message: string;
  readonly stack?: string;
  readonly known?: { readonly code: ErrorCode; readonly place: ErrorPlace; readonly advice?: string };
}

export function packFailure(error: unknown): Failure {
  if (error instanceof GroundTrendError) {
    return { message: error.what, known: { code: error.code, place: error.place, advice: error.advice } };
  }
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

export function unpackFailure(failure: Failure): Error {
  if (failure.known) {
    const { code, place, advice } = failure.known;
    return new GroundTrendError(code, failure.message, { place, advice });
  }
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
