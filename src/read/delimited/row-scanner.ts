import type { SeriesBatch } from '../../series/series-batch.js';
import { MOST_MM } from '../displacement-limit.js';
import type { PidRegister } from '../pid-register.js';
import { hashPlace, PidHash } from '../point-hash.js';
import { createToDegrees, type ToDegrees } from '../projection.js';
import { type RowProblems, SKIP_REASON, type SkipReason } from '../row-problems.js';
import { type BatchColumns, closeBatch, createBatchColumns } from './batch-columns.js';
import { BAD_CELL, CellReader, OPEN_QUOTE } from './cell-reader.js';
import type { LineBlock } from './line-blocks.js';
import { COLUMN_USE, type TableLayout } from './table-layout.js';
import { type RowCursor, scanTenths } from './tenths-run.js';
import { TextColumn } from './text-column.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const MINUS = 45;
const ZERO = 48;

/** As many digits as fit a 32-bit integer whatever they are; a number with more takes the slow path. */
const FAST_DIGITS = 9;
const MINUS_ROW = FAST_DIGITS + 1;
/**
 * Powers of ten, then the same below zero. A mantissa of nine digits and a power are both exact, so that their
 * quotient is the double nearest to the number as written; a negative divisor keeps the sign of "-0.0" too.
 */
const DIVISORS = Float64Array.from({ length: 2 * MINUS_ROW }, (_, index) =>
  Number(`${index < MINUS_ROW ? '' : '-'}1e${index % MINUS_ROW}`),
);

/**
 * Reads whole rows of a delimited table from bytes straight into the columns of a batch. It knows nothing of where the
 * bytes come from, and one block nothing of the next: any thread may scan any block.
 *
 * Every displacement equals `Math.fround(Number(text) * mmPerUnit)`.
 */
export class RowScanner {
  readonly #layout: TableLayout;
  readonly #toDegrees: ToDegrees | undefined;
  readonly #problems: RowProblems;
  readonly #pids: PidRegister;
  readonly #dataset: number;
  readonly #capacity: number;
  readonly #pidColumn = new TextColumn();
  readonly #texts: readonly TextColumn[];
  readonly #marks: number[];
  #columns: BatchColumns | undefined;
  #latest: BatchColumns | undefined;
  #count = 0;
  #line = 0;
  #missing = 0;
  readonly #cells: CellReader;
  #pidMark = 0;
  readonly #pidHash = new PidHash();
  readonly #cursor: RowCursor = { position: 0, column: 0 };
  #pidLength = 0;

  /** `capacity`: lines of a block at the most. */
  constructor(
    layout: TableLayout,
    capacity: number,
    problems: RowProblems,
    pids: PidRegister,
    dataset: number,
  ) {
    this.#layout = layout;
    this.#toDegrees = layout.epsg === undefined ? undefined : createToDegrees(layout.epsg);
    this.#capacity = capacity;
    this.#problems = problems;
    this.#pids = pids;
    this.#dataset = dataset;
    this.#cells = new CellReader(layout.delimiter, layout.decimalMark);
    this.#texts = Array.from({ length: layout.textCount }, () => new TextColumn());
    this.#marks = new Array(layout.textCount).fill(0);
  }

  /** Whether no displacement was missing among the rows of the last block. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** The rows of a block of lines as a batch; `undefined` where none of the lines could be used. */
  scan({ bytes, length, firstLine }: LineBlock): SeriesBatch | undefined {
    this.#columns ??= createBatchColumns(this.#layout, this.#capacity);
    this.#line = firstLine - 1;
    this.#missing = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let position = 0; position < length; ) {
      this.#line++;
      const first = bytes[position];
      if (first === LINE_FEED || (first === CARRIAGE_RETURN && bytes[position + 1] === LINE_FEED)) {
        position += first === LINE_FEED ? 1 : 2;
        continue;
      }
      position = this.#scanRow(bytes, view, position, this.#columns);
    }
    if (this.#count === 0) return undefined;
    const batch = closeBatch(this.#layout, this.#columns, this.#pidColumn.take(), this.#texts);
    this.#latest = this.#columns;
    this.#columns = undefined;
    this.#count = 0;
    return batch;
  }

  /** Takes the arrays of the latest batch back, for the next one to be read into: nobody may need them any more. */
  recycle(): void {
    this.#columns ??= this.#latest;
    this.#latest = undefined;
  }

  /** The hot loop: one row, from its first byte; returns the position after its line feed. */
  #scanRow(data: Uint8Array, view: DataView, start: number, columns: BatchColumns): number {
    const { uses, slots, mmPerUnit, firstOfRun } = this.#layout;
    const cursor = this.#cursor;
    const { displacements, numbers } = columns;
    const delimiter = this.#layout.delimiter.charCodeAt(0);
    const decimalMark = this.#layout.decimalMark.charCodeAt(0);
    const columnCount = uses.length;
    const row = this.#count;
    const epochs = this.#layout.axis.days.length;
    const rowStart = row * epochs;
    let missing = 0;
    let position = start;
    this.#startRow();

    for (let column = 0; column < columnCount; column++) {
      if (column >= firstOfRun) {
        cursor.position = position;
        cursor.column = column;
        const target = rowStart + slots[column];
        const last = columnCount - 1;
        scanTenths(view, cursor, last, delimiter, decimalMark, displacements, target, mmPerUnit);
        position = cursor.position;
        column = cursor.column;
      }
      const use = uses[column];
      if (use <= COLUMN_USE.number) {
        // 1 for a minus and 0 otherwise, without a branch that the processor would guess wrongly half the time.
        const minus = ((data[position] ^ MINUS) - 1) >>> 31;
        const firstDigit = position + minus;
        let at = firstDigit;
        let mantissa = 0;
        let digit = data[at] - ZERO;
        while (digit >>> 0 < 10) {
          mantissa = (mantissa * 10 + digit) | 0;
          digit = data[++at] - ZERO;
        }
        let digits = at - firstDigit;
        let decimals = 0;
        if (data[at] === decimalMark) {
          const firstDecimal = ++at;
          digit = data[at] - ZERO;
          while (digit >>> 0 < 10) {
            mantissa = (mantissa * 10 + digit) | 0;
            digit = data[++at] - ZERO;
          }
          decimals = at - firstDecimal;
          digits += decimals;
        }
        const stop = data[at];
        let value: number;
        if (
          (stop === delimiter ||
            stop === LINE_FEED ||
            (stop === CARRIAGE_RETURN && data[at + 1] === LINE_FEED)) &&
          (digits - 1) >>> 0 < FAST_DIGITS
        ) {
          value = mantissa / DIVISORS[decimals + minus * MINUS_ROW];
        } else if (stop === delimiter && at === position) {
          value = Number.NaN;
          if (use === COLUMN_USE.displacement) missing++;
        } else {
          const slow = this.#cells.readNumber(data, position);
          at = this.#cells.end;
          if (slow === OPEN_QUOTE) return this.#skipRow(data, at, SKIP_REASON.openQuote, column);
          // What is finite as a double can still be more than a float holds.
          if (slow !== BAD_CELL && Math.fround(slow * mmPerUnit) !== Math.sign(slow) * Infinity) {
            // Nine digits, in metres, do not reach the limit: only what is read here can.
            if (use === COLUMN_USE.displacement && Math.abs(Math.fround(slow * mmPerUnit)) > MOST_MM) {
              return this.#skipRow(data, at, SKIP_REASON.tooLarge, column);
            }
            value = slow;
          } else if (use === COLUMN_USE.displacement) {
            return this.#skipRow(data, at, SKIP_REASON.notANumber, column);
          } else {
            this.#problems.spoilCell(this.#layout.columnNames[column], this.#line);
            value = Number.NaN;
          }
          if (use === COLUMN_USE.displacement && Number.isNaN(value)) missing++;
        }
        if (use === COLUMN_USE.displacement) {
          displacements[rowStart + slots[column]] = value * mmPerUnit;
        } else {
          numbers[slots[column]][row] = value;
        }
        position = at;
      } else {
        const isClosed =
          use === COLUMN_USE.pid
            ? this.#readPid(data, position)
            : this.#readText(data, position, slots[column]);
        position = this.#cells.end;
        if (!isClosed) return this.#skipRow(data, position, SKIP_REASON.openQuote, column);
      }
      if (column < columnCount - 1) {
        if (data[position] !== delimiter) return this.#skipRow(data, position, SKIP_REASON.cellCount);
        position++;
      }
    }
    if (data[position] === CARRIAGE_RETURN) position++;
    if (data[position] !== LINE_FEED) return this.#skipRow(data, position, SKIP_REASON.cellCount);
    const reason = this.#checkRow(columns, missing === epochs);
    if (reason === undefined) {
      this.#count++;
      this.#missing += missing;
    } else this.#dropRow(reason);
    return position + 1;
  }

  #startRow(): void {
    this.#marks.forEach((_, slot) => {
      this.#marks[slot] = this.#texts[slot].mark;
    });
    this.#pidMark = this.#pidColumn.mark;
    this.#pidLength = 0;
  }

  /** Places the row that has just been read, and says what is wrong with it as a whole, if anything. */
  #checkRow(columns: BatchColumns, isAllMissing: boolean): SkipReason | undefined {
    const { hasPid, xSlot, ySlot } = this.#layout;
    const toDegrees = this.#toDegrees;
    const row = this.#count;
    if (toDegrees !== undefined) {
      const x = columns.numbers[xSlot][row];
      const y = columns.numbers[ySlot][row];
      const isKnown = Number.isFinite(x) && Number.isFinite(y);
      const [longitude, latitude] = isKnown ? toDegrees(x, y) : [Number.NaN, Number.NaN];
      columns.longitude[row] = longitude;
      columns.latitude[row] = latitude;
    }
    // Some makers count longitudes from 0 to 360.
    if (columns.longitude[row] > 180 && columns.longitude[row] <= 360) columns.longitude[row] -= 360;
    const longitude = columns.longitude[row];
    const latitude = columns.latitude[row];
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
      return SKIP_REASON.noCoordinates;
    }
    if (isAllMissing) return SKIP_REASON.allMissing;
    // Line 2 is row 0, whether or not the rows between were kept.
    if (!hasPid) {
      const number = new TextEncoder().encode(String(this.#line - 2));
      this.#appendPid(number, 0, number.length);
    }
    if (this.#pidLength === 0) return SKIP_REASON.noPid;
    const place = hashPlace(longitude, latitude, this.#layout.product?.component === 'east' ? 1 : 0);
    const isNew = this.#pids.claim(this.#dataset, this.#pidHash.high, this.#pidHash.low, place);
    return isNew ? undefined : SKIP_REASON.duplicatePid;
  }

  /** Leaves the row out and returns where the next one starts. */
  #skipRow(data: Uint8Array, position: number, reason: SkipReason, column?: number): number {
    this.#dropRow(reason, column);
    return data.indexOf(LINE_FEED, position) + 1;
  }

  #dropRow(reason: SkipReason, column?: number): void {
    const pid = this.#pidLength > 0 ? this.#pidColumn.last : undefined;
    this.#pidColumn.rewind(this.#pidMark);
    this.#marks.forEach((mark, slot) => {
      this.#texts[slot].rewind(mark);
    });
    this.#problems.skip(reason, {
      number: this.#line,
      pid,
      column: column === undefined ? undefined : this.#layout.columnNames[column],
    });
  }

  /** A cell of text, blanks around it cut; false where its quote is not closed. */
  #readText(data: Uint8Array, start: number, slot: number): boolean {
    const cell = this.#cells.findText(data, start);
    if (cell === undefined) return false;
    this.#texts[slot].append(cell.data, cell.start, cell.end);
    return true;
  }

  #readPid(data: Uint8Array, start: number): boolean {
    const cell = this.#cells.findText(data, start);
    if (cell === undefined) return false;
    this.#appendPid(cell.data, cell.start, cell.end);
    return true;
  }

  #appendPid(bytes: Uint8Array, start: number, end: number): void {
    this.#pidHash.update(bytes, start, end);
    this.#pidLength = end - start;
    this.#pidColumn.append(bytes, start, end);
  }
}
