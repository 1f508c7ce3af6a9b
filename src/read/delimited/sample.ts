import { type DecimalMark, isMissing, parseNumber, splitCells } from './cell-text.js';
import type { TableHeader } from './header.js';
import { decode } from './text-column.js';

/** Rows looked at before reading, to tell numbers from texts. */
export const SAMPLE_ROWS = 200;

/** The first rows of a table, cell by cell. Only rows with as many cells as the header count. */
export interface TableSample {
  readonly rows: readonly (readonly string[])[];
  readonly decimalMark: DecimalMark;
  /** Cells in the first row of all, which may differ from the header's; `undefined` where there is no row. */
  readonly firstRowCells: number | undefined;
}

export function takeSample(head: Uint8Array, isComplete: boolean, header: TableHeader): TableSample {
  const lines = decode(head.subarray(header.byteLength)).split(/\r?\n/);
  if (!isComplete) lines.pop();
  const split = lines
    .filter((line) => line !== '')
    .slice(0, SAMPLE_ROWS)
    .map((line) => splitCells(line, header.delimiter) ?? []);
  const rows = split.filter((cells) => cells.length === header.names.length);
  return { rows, decimalMark: findDecimalMark(rows, header), firstRowCells: split[0]?.length };
}

/** A comma where more displacements are written with one than with a point. */
function findDecimalMark(rows: TableSample['rows'], header: TableHeader): DecimalMark {
  if (header.delimiter === ',') return '.';
  let balance = 0;
  for (const cells of rows) {
    for (let column = 0; column < cells.length; column++) {
      if (header.epochOfColumn[column] < 0) continue;
      if (cells[column].includes('.')) balance--;
      else if (cells[column].includes(',')) balance++;
    }
  }
  return balance > 0 ? ',' : '.';
}

/**
 * True where every value of a column in the sample is a number and at least one is there. Digits that a number would
 * lose (leading zeros, more than 15) make a text of it: they name something.
 */
export function isNumericColumn(sample: TableSample, column: number): boolean {
  let isSeen = false;
  for (const cells of sample.rows) {
    const cell = cells[column];
    if (isMissing(cell)) continue;
    if (/^[+-]?0\d/.test(cell) || /^\d{16,}$/.test(cell)) return false;
    if (parseNumber(cell, sample.decimalMark) === undefined) return false;
    isSeen = true;
  }
  return isSeen;
}

/** The finite numbers of a column in the sample. */
export function sampleNumbers(sample: TableSample, column: number): number[] {
  return sample.rows
    .map((cells) => parseNumber(cells[column], sample.decimalMark))
    .filter((value): value is number => value !== undefined && Number.isFinite(value));
}

/**
 * The median size of the step from one epoch to the next in the sample, in the file's unit; `undefined` where the
 * sample has no two neighbouring values.
 */
export function medianStep(sample: TableSample, header: TableHeader): number | undefined {
  const columnOfEpoch = new Int32Array(header.axis.days.length);
  header.epochOfColumn.forEach((epoch, column) => {
    if (epoch >= 0) columnOfEpoch[epoch] = column;
  });
  const steps: number[] = [];
  for (const cells of sample.rows) {
    let previous = Number.NaN;
    for (const column of columnOfEpoch) {
      const value = parseNumber(cells[column], sample.decimalMark) ?? Number.NaN;
      if (!Number.isNaN(value - previous)) steps.push(Math.abs(value - previous));
      previous = value;
    }
  }
  if (steps.length === 0) return undefined;
  return steps.sort((left, right) => left - right)[steps.length >> 1];
}
