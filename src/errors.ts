import { showText } from './shown-text.js';

/**
 * Why something could not be done, in the words of the person who asked for it.
 *
 * - `usage`: an option or argument is wrong (exit status 2)
 * - `input`: a file cannot be read or says something impossible (exit status 3)
 * - `output`: a file cannot be written (exit status 3)
 * - `model`: a model file is missing, damaged or does not fit (exit status 4)
 * - `cancelled`: the caller stopped the work (exit status 130)
 */
export type ErrorCode = 'usage' | 'input' | 'output' | 'model' | 'cancelled';

/**
 * Where a problem sits: the file, its line in a text (1 is the header) or its row in a table that is none (from 1), and
 * the column's name.
 */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly row?: number;
  readonly column?: string;
}

export interface GroundTrendErrorOptions {
  readonly place?: ErrorPlace;
  /** What the reader of the message can do about it. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/** The one error that this project throws on purpose; anything else is a bug of ours. */
export class GroundTrendError extends Error {
  override readonly name = 'GroundTrendError';
  readonly code: ErrorCode;
  /** The message without the place and the advice. */
  readonly what: string;
  readonly place: ErrorPlace;
  readonly advice: string | undefined;

  constructor(code: ErrorCode, what: string, options: GroundTrendErrorOptions = {}) {
    const where = describePlace(options.place);
    const lines = [where === '' ? what : `${where}: ${what}`];
    if (options.advice !== undefined) lines.push(options.advice);
    // Names of files, columns and points are in these, and may hold anything.
    super(lines.map(showText).join('\n'), { cause: options.cause });
    this.code = code;
    this.what = what;
    this.place = options.place ?? {};
    this.advice = options.advice;
  }
}

/** `map.csv, line 12, column 20200103`, as far as it is known. */
export function describePlace(place: ErrorPlace = {}): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.file);
  if (place.line !== undefined) parts.push(`line ${place.line}`);
  if (place.row !== undefined) parts.push(`row ${place.row}`);
  if (place.column !== undefined) parts.push(`column ${place.column}`);
  return parts.join(', ');
}

/** Throws a `cancelled` error once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GroundTrendError('cancelled', 'Stopped before the work was done.');
}
