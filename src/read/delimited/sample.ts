import { type DecimalMark, isMissing, parseNumber, splitCells } from './cell-text.js';
import type { TableHeader } from './header.js';
import { decode } from './text-column.js';

/** Rows looked at before reading, to tell numbers from texts. */
export const SAMPLE_ROWS = 200;

/** The first rows of a table, cell by cell. Only rows with as many cells as the header count. */
export interface TableSample {
  readonly rows: readonly (readonly string[])[];
  readonly decimalMark: DecimalMark;
  /** False where there are bytes that are no UTF-8: letters of another encoding. */
  readonly isUtf8: boolean;
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
  return {
    rows,
    decimalMark: findDecimalMark(rows, header),
    isUtf8: isUtf8(head),
    firstRowCells: split[0]?.length,
  };
}

/** Whether these are the first bytes of a text in UTF-8; they may end within a letter. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * A comma where more displacements are written with one than with a point; where they are whole numbers, more of the
 * other numbers.
 */
function findDecimalMark(rows: TableSample['rows'], header: TableHeader): DecimalMark {
  if (header.delimiter === ',') return '.';
  let balance = 0;
  let otherBalance = 0;
  for (const cells of rows) {
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column];
      if (header.epochOfColumn[column] < 0) {
        if (/^[+-]?\d+[.,]\d+$/.test(cell)) otherBalance += cell.includes(',') ? 1 : -1;
      } else if (cell.includes('.')) balance--;
      else if (cell.includes(',')) balance++;
    }
  }
  return (balance === 0 ? otherBalance : balance) > 0 ? ',' : '.';
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

/** The displacements of the sample, row-major, in the file's unit; `NaN` where there is no number. */
export function sampleSeries(sample: TableSample, { axis, epochOfColumn }: TableHeader): Float64Array {
  const epochs = axis.days.length;
  const series = new Float64Array(sample.rows.length * epochs);
  sample.rows.forEach((cells, row) => {
    cells.forEach((cell, column) => {
      const epoch = epochOfColumn[column];
      if (epoch < 0) return;
      series[row * epochs + epoch] = parseNumber(cell, sample.decimalMark) ?? Number.NaN;
    });
  });
  return series;
}
