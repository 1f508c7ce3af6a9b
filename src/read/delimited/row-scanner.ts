import type { SeriesBatch } from '../../series/series-batch.js';
import type { PidRegister } from '../pid-register.js';
import { type BatchColumns, closeBatch, createBatchColumns } from './batch-columns.js';
import { parseNumber, splitCells } from './cell-text.js';
import { type RowProblems, SKIP_REASON, type SkipReason } from './row-problems.js';
import { COLUMN_USE, type TableLayout } from './table-layout.js';
import { decode, TextColumn } from './text-column.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
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

const BAD_CELL = 'bad';
const OPEN_QUOTE = 'open quote';

/**
 * Reads whole rows of a delimited table from bytes straight into the columns of a batch. It knows nothing of where the
 * bytes come from: any stretch of whole rows will do.
 *
 * Every displacement equals `Math.fround(Number(text) * mmPerUnit)`.
 */
export class RowScanner {
  readonly #layout: TableLayout;
  readonly #problems: RowProblems;
  readonly #pids: PidRegister;
  readonly #dataset: number;
  readonly #capacity: number;
  readonly #pidColumn = new TextColumn();
  readonly #texts: readonly TextColumn[];
  readonly #marks: number[];
  #columns: BatchColumns | undefined;
  #count = 0;
  #line: number;
  /** Where the cell that was read on the slow path ends: at a delimiter or a line end. */
  #cellEnd = 0;
  #pidMark = 0;
  #hashHigh = 0;
  #hashLow = 0;
  #pidLength = 0;

  /** `firstLine` is the number of the line that the first row stands in; the header is line 1. */
  constructor(
    layout: TableLayout,
    capacity: number,
    firstLine: number,
    problems: RowProblems,
    pids: PidRegister,
    dataset: number,
  ) {
    this.#layout = layout;
    this.#capacity = capacity;
    this.#line = firstLine - 1;
    this.#problems = problems;
    this.#pids = pids;
    this.#dataset = dataset;
    this.#texts = Array.from({ length: layout.textCount }, () => new TextColumn());
    this.#marks = new Array(layout.textCount).fill(0);
  }

  get isFull(): boolean {
    return this.#count === this.#capacity;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Reads rows from `start` on until `end` or until the batch is full, and returns where it stopped. `data[end - 1]`
   * has to be a line feed.
   */
  scan(data: Uint8Array, start: number, end: number): number {
    this.#columns ??= createBatchColumns(this.#layout, this.#capacity);
    let position = start;
    while (position < end && this.#count < this.#capacity) {
      this.#line++;
      const first = data[position];
      if (first === LINE_FEED || (first === CARRIAGE_RETURN && data[position + 1] === LINE_FEED)) {
        position += first === LINE_FEED ? 1 : 2;
        continue;
      }
      position = this.#scanRow(data, position, this.#columns);
    }
    return position;
  }

  /** The rows read since the last call. Must not be called where there are none. */
  take(): SeriesBatch {
    const batch = closeBatch(this.#layout, this.#columns!, this.#pidColumn.take(), this.#texts);
    this.#columns = undefined;
    this.#count = 0;
    return batch;
  }

  /** The hot loop: one row, from its first byte; returns the position after its line feed. */
  #scanRow(data: Uint8Array, start: number, columns: BatchColumns): number {
    const { uses, slots, mmPerUnit } = this.#layout;
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
          (stop === delimiter || stop === LINE_FEED || stop === CARRIAGE_RETURN) &&
          (digits - 1) >>> 0 < FAST_DIGITS
        ) {
          value = mantissa / DIVISORS[decimals + minus * MINUS_ROW];
        } else if (stop === delimiter && at === position) {
          value = Number.NaN;
          if (use === COLUMN_USE.displacement) missing++;
        } else {
          const slow = this.#readNumber(data, position);
          at = this.#cellEnd;
          if (slow === OPEN_QUOTE) return this.#skipRow(data, at, SKIP_REASON.openQuote, column);
          // What is finite as a double can still be more than a float holds.
          if (slow !== BAD_CELL && Math.fround(slow * mmPerUnit) !== Math.sign(slow) * Infinity) value = slow;
          else if (use === COLUMN_USE.displacement) {
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
        position = this.#cellEnd;
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
    if (reason === undefined) this.#count++;
    else this.#dropRow(reason);
    return position + 1;
  }

  #startRow(): void {
    this.#marks.forEach((_, slot) => {
      this.#marks[slot] = this.#texts[slot].mark;
    });
    this.#pidMark = this.#pidColumn.mark;
    this.#pidLength = 0;
    this.#hashHigh = 0;
    this.#hashLow = 0;
  }

  /** Places the row that has just been read, and says what is wrong with it as a whole, if anything. */
  #checkRow(columns: BatchColumns, isAllMissing: boolean): SkipReason | undefined {
    const { hasPid, toDegrees, xSlot, ySlot } = this.#layout;
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
    if (!hasPid) this.#appendPid(new TextEncoder().encode(String(this.#line - 2)));
    if (this.#pidLength === 0) return SKIP_REASON.noPid;
    const place = hashPlace(longitude, latitude, this.#layout.product?.component === 'east' ? 1 : 0);
    const isNew = this.#pids.claim(this.#dataset, this.#hashHigh, this.#hashLow, place);
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
      file: this.#layout.file,
      line: this.#line,
      pid,
      column: column === undefined ? undefined : this.#layout.columnNames[column],
    });
  }

  /** A cell of text, blanks around it cut; false where its quote is not closed. */
  #readText(data: Uint8Array, start: number, slot: number): boolean {
    const cell = this.#findText(data, start);
    if (cell === undefined) return false;
    this.#texts[slot].append(cell.data, cell.start, cell.end);
    return true;
  }

  #readPid(data: Uint8Array, start: number): boolean {
    const cell = this.#findText(data, start);
    if (cell === undefined) return false;
    this.#appendPid(cell.data.subarray(cell.start, cell.end));
    return true;
  }

  #appendPid(bytes: Uint8Array): void {
    let high = 0x811c9dc5 | 0;
    let low = 0x9e3779b9 | 0;
    for (let i = 0; i < bytes.length; i++) {
      high = Math.imul(high ^ bytes[i], 0x01000193);
      low = Math.imul(low ^ bytes[i], 0x85ebca6b);
      low ^= low >>> 13;
    }
    // The last bytes have touched the low bits only; two rounds spread them (constants of MurmurHash3's finaliser).
    this.#hashHigh = spread(high ^ (low >>> 7));
    this.#hashLow = spread(low);
    this.#pidLength = bytes.length;
    this.#pidColumn.append(bytes, 0, bytes.length);
  }

  #findText(data: Uint8Array, start: number): { data: Uint8Array; start: number; end: number } | undefined {
    let first = start;
    while (data[first] === SPACE) first++;
    if (data[first] === QUOTE) {
      const text = this.#readQuoted(data, first);
      if (text === undefined) return undefined;
      const bytes = new TextEncoder().encode(text);
      return { data: bytes, start: 0, end: bytes.length };
    }
    const end = this.#findCellEnd(data, first);
    this.#cellEnd = end;
    let last = end;
    while (last > first && data[last - 1] === SPACE) last--;
    return { data, start: first, end: last };
  }

  /** The exact path for a number that the hot loop did not take. */
  #readNumber(data: Uint8Array, start: number): number | typeof BAD_CELL | typeof OPEN_QUOTE {
    let first = start;
    while (data[first] === SPACE) first++;
    let text: string | undefined;
    if (data[first] === QUOTE) {
      text = this.#readQuoted(data, first);
      if (text === undefined) return OPEN_QUOTE;
    } else {
      this.#cellEnd = this.#findCellEnd(data, first);
      text = decode(data.subarray(first, this.#cellEnd));
    }
    return parseNumber(text, this.#layout.decimalMark) ?? BAD_CELL;
  }

  #findCellEnd(data: Uint8Array, start: number): number {
    const delimiter = this.#layout.delimiter.charCodeAt(0);
    let end = start;
    while (data[end] !== delimiter && data[end] !== LINE_FEED) end++;
    return data[end] === LINE_FEED && end > start && data[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  }

  /** The text of a quoted cell; `undefined` where the quote is open at the end of the line or followed by text. */
  #readQuoted(data: Uint8Array, start: number): string | undefined {
    const delimiter = this.#layout.delimiter.charCodeAt(0);
    let end = start + 1;
    for (; data[end] !== LINE_FEED; end++) {
      if (data[end] !== QUOTE) continue;
      if (data[end + 1] !== QUOTE) break;
      end++;
    }
    this.#cellEnd = end;
    if (data[end] === LINE_FEED) return undefined;
    let after = end + 1;
    while (data[after] === SPACE) after++;
    this.#cellEnd = after;
    const isEnd = data[after] === delimiter || data[after] === LINE_FEED || data[after] === CARRIAGE_RETURN;
    return isEnd ? splitCells(decode(data.subarray(start, end + 1)), this.#layout.delimiter)![0] : undefined;
  }
}

function spread(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Equal for places of less than about a metre apart, but where a rounding edge lies between. `direction` tells apart
 * the vertical and the eastward series that a cell of EGMS L3 has under one pid.
 */
function hashPlace(longitude: number, latitude: number, direction: number): number {
  const east = Math.imul(Math.round(longitude * 1e5), 0x9e3779b1);
  return spread(east ^ spread((Math.round(latitude * 1e5) * 2 + direction) | 0));
}
