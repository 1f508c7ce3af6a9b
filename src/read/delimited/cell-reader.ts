import { type DecimalMark, parseNumber, splitCells } from './cell-text.js';
import type { Delimiter } from './header.js';
import { decode } from './text-column.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

export const BAD_CELL = 'bad';
export const OPEN_QUOTE = 'open quote';

/** Reads single cells from bytes: texts, and the numbers that the scanner's loop does not take. */
export class CellReader {
  readonly #delimiter: Delimiter;
  readonly #delimiterByte: number;
  readonly #decimalMark: DecimalMark;
  /** Where the cell that was read last ends: at a delimiter or a line end, unless its quote was open. */
  end = 0;

  constructor(delimiter: Delimiter, decimalMark: DecimalMark) {
    this.#delimiter = delimiter;
    this.#delimiterByte = delimiter.charCodeAt(0);
    this.#decimalMark = decimalMark;
  }

  /** The bytes of a cell of text, blanks and quotes around it cut; `undefined` where its quote is not closed. */
  findText(data: Uint8Array, start: number): { data: Uint8Array; start: number; end: number } | undefined {
    let first = start;
    while (data[first] === SPACE) first++;
    if (data[first] === QUOTE) {
      const text = this.#readQuoted(data, first);
      if (text === undefined) return undefined;
      const bytes = new TextEncoder().encode(text);
      return { data: bytes, start: 0, end: bytes.length };
    }
    const end = this.#findCellEnd(data, first);
    this.end = end;
    let last = end;
    while (last > first && data[last - 1] === SPACE) last--;
    return { data, start: first, end: last };
  }

  /** The exact path for a number that the hot loop did not take. */
  readNumber(data: Uint8Array, start: number): number | typeof BAD_CELL | typeof OPEN_QUOTE {
    let first = start;
    while (data[first] === SPACE) first++;
    let text: string | undefined;
    if (data[first] === QUOTE) {
      text = this.#readQuoted(data, first);
      if (text === undefined) return OPEN_QUOTE;
    } else {
      this.end = this.#findCellEnd(data, first);
      text = decode(data.subarray(first, this.end));
    }
    return parseNumber(text, this.#decimalMark) ?? BAD_CELL;
  }

  #findCellEnd(data: Uint8Array, start: number): number {
    let end = start;
    while (data[end] !== this.#delimiterByte && data[end] !== LINE_FEED) end++;
    return data[end] === LINE_FEED && end > start && data[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  }

  /** The text of a quoted cell; `undefined` where the quote is open at the end of the line or followed by text. */
  #readQuoted(data: Uint8Array, start: number): string | undefined {
    let end = start + 1;
    for (; data[end] !== LINE_FEED; end++) {
      if (data[end] !== QUOTE) continue;
      if (data[end + 1] !== QUOTE) break;
      end++;
    }
    this.end = end;
    if (data[end] === LINE_FEED) return undefined;
    let after = end + 1;
    while (data[after] === SPACE) after++;
    this.end = after;
    const isEnd =
      data[after] === this.#delimiterByte || data[after] === LINE_FEED || data[after] === CARRIAGE_RETURN;
    return isEnd ? splitCells(decode(data.subarray(start, end + 1)), this.#delimiter)![0] : undefined;
  }
}
