import { GroundTrendError } from '../errors.js';
import type { ReadReport, SkippedRows } from '../series/dataset.js';

/** Why a row was left out, in the words of the report. */
export const SKIP_REASON = {
  cellCount: 'not as many cells as the header',
  openQuote: 'a quote that is not closed',
  notANumber: 'a displacement that is not a number',
  noCoordinates: 'no usable coordinates',
  noPid: 'no pid',
  duplicatePid: 'a pid that came before',
  deleted: 'a mark that says it was deleted',
  allMissing: 'no displacement at all',
} as const;

export type SkipReason = (typeof SKIP_REASON)[keyof typeof SKIP_REASON];

const EXAMPLES = 5;

/** `line` is the row's number, from 1, where the file is no text. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
  readonly pid?: string;
  readonly column?: string;
}

/** Counts what went wrong, row by row, into a report; in strict reading it throws at the first. */
export interface RowProblems {
  skip(reason: SkipReason, place: RowPlace): void;
  /** A cell of a numeric attribute that is not a number: its row is kept, the cell becomes missing. */
  spoilCell(column: string, line: number): void;
  /** Writes the warnings that can be said only at the end. */
  finish(): void;
}

export function createRowProblems(file: string, report: ReadReport, strict: boolean): RowProblems {
  const byReason = new Map<SkipReason, SkippedRows>();
  const spoiled = new Map<string, { count: number; readonly firstLine: number }>();
  return {
    skip(reason, place) {
      if (strict) {
        throw new GroundTrendError(
          'input',
          `This row has ${reason}${place.pid ? ` (pid ${place.pid})` : ''}.`,
          {
            place: { file, line: place.line, column: place.column },
            advice: 'Without --strict such rows are left out and counted.',
          },
        );
      }
      let entry = byReason.get(reason);
      if (entry === undefined) {
        entry = { reason, count: 0, examples: [] };
        byReason.set(reason, entry);
        report.skipped.push(entry);
      }
      entry.count++;
      if (entry.examples.length < EXAMPLES) entry.examples.push(place);
    },
    spoilCell(column, line) {
      if (strict) {
        throw new GroundTrendError('input', 'This cell is not a number, as the others of its column are.', {
          place: { file, line, column },
          advice: 'Without --strict such cells are read as missing and counted.',
        });
      }
      const entry = spoiled.get(column);
      if (entry === undefined) spoiled.set(column, { count: 1, firstLine: line });
      else entry.count++;
    },
    finish() {
      for (const [column, { count, firstLine }] of spoiled) {
        report.warnings.push(
          `Column ${column}: ${count === 1 ? 'one cell is not a number and was' : `${count} cells are not numbers and were`} ` +
            `read as missing, the first in line ${firstLine}.`,
        );
      }
    },
  };
}
