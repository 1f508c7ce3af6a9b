import { GroundTrendError } from '../errors.js';
import type { ReadReport, SkippedRows } from '../series/dataset.js';

/** Why a row was left out, in the words of the report. */
export const SKIP_REASON = {
  cellCount: 'not as many cells as the header',
  openQuote: 'a quote that is not closed',
  notANumber: 'a displacement that is not a number',
  tooLarge: 'a displacement of more than a million kilometres',
  noCoordinates: 'no usable coordinates',
  noPid: 'no pid',
  duplicatePid: 'a pid that came before',
  deleted: 'a mark that says it was deleted',
  allMissing: 'no displacement at all',
} as const;

export type SkipReason = (typeof SKIP_REASON)[keyof typeof SKIP_REASON];

const EXAMPLES = 5;

/** Where a row stands: `number` is that of its line in a text, else its own from 1. */
export interface RowPlace {
  readonly number: number;
  readonly pid?: string;
  readonly column?: string;
}

/** What went wrong in some rows, to be added to what went wrong in those before. */
export interface ProblemTally {
  readonly skipped: readonly SkippedRows[];
  /** Cells that were read as missing, by column, and the number of the first one's row. */
  readonly spoiled: readonly (readonly [column: string, count: number, first: number])[];
}

/** Counts what went wrong, row by row, into a report; in strict reading it throws at the first. */
export interface RowProblems {
  skip(reason: SkipReason, place: RowPlace): void;
  /** A cell of a numeric attribute that is not a number: its row is kept, the cell becomes missing. */
  spoilCell(column: string, number: number): void;
  /** Gives away what has been counted since the last call; the report is empty after. */
  take(): ProblemTally;
  /** Counts what was counted elsewhere, of rows that come after all that were counted here. */
  add(tally: ProblemTally): void;
  /** Writes the warnings that can be said only at the end. */
  finish(): void;
}

/** `countedIn`: what the rows of the file are numbered by. */
export function createRowProblems(
  file: string,
  report: ReadReport,
  strict: boolean,
  countedIn: 'line' | 'row',
): RowProblems {
  const byReason = new Map<string, SkippedRows>();
  const spoiled = new Map<string, { count: number; readonly first: number }>();

  function entryOf(reason: string): SkippedRows {
    let entry = byReason.get(reason);
    if (entry === undefined) {
      entry = { reason, count: 0, examples: [] };
      byReason.set(reason, entry);
      report.skipped.push(entry);
    }
    return entry;
  }

  return {
    skip(reason, { number, pid, column }) {
      const place = { file, [countedIn]: number, column };
      if (strict) {
        throw new GroundTrendError('input', `This row has ${reason}${pid ? ` (pid ${pid})` : ''}.`, {
          place,
          advice: 'Without --strict such rows are left out and counted.',
        });
      }
      const entry = entryOf(reason);
      entry.count++;
      if (entry.examples.length < EXAMPLES) entry.examples.push({ ...place, pid });
    },
    spoilCell(column, number) {
      if (strict) {
        throw new GroundTrendError('input', 'This cell is not a number, as the others of its column are.', {
          place: { file, [countedIn]: number, column },
          advice: 'Without --strict such cells are read as missing and counted.',
        });
      }
      const entry = spoiled.get(column);
      if (entry === undefined) spoiled.set(column, { count: 1, first: number });
      else entry.count++;
    },
    take() {
      const tally: ProblemTally = {
        skipped: report.skipped.splice(0),
        spoiled: Array.from(spoiled, ([column, { count, first }]) => [column, count, first] as const),
      };
      byReason.clear();
      spoiled.clear();
      return tally;
    },
    add(tally) {
      for (const { reason, count, examples } of tally.skipped) {
        const entry = entryOf(reason);
        entry.count += count;
        entry.examples.push(...examples.slice(0, EXAMPLES - entry.examples.length));
      }
      for (const [column, count, first] of tally.spoiled) {
        const entry = spoiled.get(column);
        if (entry === undefined) spoiled.set(column, { count, first });
        else entry.count += count;
      }
    },
    finish() {
      for (const [column, { count, first }] of spoiled) {
        report.warnings.push(
          `Column ${column}: ${count === 1 ? 'one cell is not a number and was' : `${count} cells are not numbers and were`} ` +
            `read as missing, the first in ${countedIn} ${first}.`,
        );
      }
    },
  };
}
