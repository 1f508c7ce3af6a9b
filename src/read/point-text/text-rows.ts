import { readDecimal } from '../decimal-number.js';
import { parseNumber } from '../delimited/cell-text.js';
import type { LineBlock } from '../delimited/line-blocks.js';
import { createBlock, type OpenBlock, putValue } from '../tables/block-builder.js';
import type { RowRequest } from '../tables/table-source.js';
import { BLANKS, isRow, splitLine, type TextLayout } from './text-layout.js';

const LINE_FEED = 10;
const SPACE = 32;
const QUOTE = 34;
const NOTE_MARKS: readonly number[] = Array.from('#%>', (mark) => mark.charCodeAt(0));
/** What Fortran writes for a number that is too wide. */
const OVERFLOW = /^\*+$/;

const decoder = new TextDecoder();

/** Lines that are rows, by where they start and end, without the blanks around them. */
interface RowLines {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where a line holds quotes or letters beyond ASCII: it is read as text. */
  readonly areOdd: Uint8Array;
  readonly count: number;
}

/** Finds the rows in a block of lines: neither blank nor notes. */
export function findRows({ bytes, length }: LineBlock, mostLines: number): RowLines {
  const starts = new Int32Array(mostLines);
  const ends = new Int32Array(mostLines);
  const areOdd = new Uint8Array(mostLines);
  let count = 0;
  for (let lineStart = 0; lineStart < length; ) {
    let start = lineStart;
    let end = bytes.indexOf(LINE_FEED, lineStart);
    lineStart = end + 1;
    let isOdd = 0;
    for (let at = start; at < end; at++) isOdd |= (bytes[at] & 0x80) | (bytes[at] === QUOTE ? 1 : 0);
    while (start < end && isBlank(bytes[start])) start++;
    while (end > start && isBlank(bytes[end - 1])) end--;
    const isLine =
      isOdd === 0
        ? start < end && !NOTE_MARKS.includes(bytes[start])
        : isRow(decoder.decode(bytes.subarray(start, end)).trim());
    if (!isLine) continue;
    starts[count] = start;
    ends[count] = end;
    areOdd[count] = isOdd === 0 ? 0 : 1;
    count++;
  }
  return { starts, ends, areOdd, count };
}

/** Puts rows, from the one of number `from` among those found, into a block of their own. */
export function buildRows(
  { bytes }: LineBlock,
  rows: RowLines,
  from: number,
  firstRow: number,
  layout: TextLayout,
  request: RowRequest,
): OpenBlock {
  const block = createBlock(rows.count - from, firstRow, request);
  const width = layout.names.length + layout.days.length;
  const cells = { starts: new Int32Array(width), ends: new Int32Array(width) };
  for (let row = 0; row < block.count; row++) {
    const [start, end] = [rows.starts[from + row], rows.ends[from + row]];
    if (rows.areOdd[from + row] === 1) {
      putText(block, row, decoder.decode(bytes.subarray(start, end)).trim(), layout, request);
    } else if (findCells(bytes, start, end, layout.delimiter, cells) !== width) {
      block.badRows.push({ index: row, reason: 'cellCount' });
    } else putCells(block, row, bytes, cells, layout, request);
  }
  return block;
}

/** What `\s` is among the letters of ASCII. */
function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

interface CellPlaces {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Where the cells of a line of ASCII stand, without the blanks around them; returns how many there are. */
function findCells(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: string,
  { starts, ends }: CellPlaces,
): number {
  const areBlanks = delimiter === BLANKS;
  const mark = delimiter.charCodeAt(0);
  let count = 0;
  for (let at = start; at <= end; at++) {
    let first = at;
    while (at < end && (areBlanks ? !isBlank(bytes[at]) : bytes[at] !== mark)) at++;
    let last = at;
    if (areBlanks) while (at + 1 < end && isBlank(bytes[at + 1])) at++;
    else {
      while (first < last && isBlank(bytes[first])) first++;
      while (last > first && isBlank(bytes[last - 1])) last--;
    }
    // Places beyond the arrays are dropped; that there are more is what counts.
    starts[count] = first;
    ends[count] = last;
    count++;
  }
  return count;
}

function putCells(
  block: OpenBlock,
  row: number,
  bytes: Uint8Array,
  { starts, ends }: CellPlaces,
  { names, days }: TextLayout,
  request: RowRequest,
): void {
  const textOf = (cell: number) => decoder.decode(bytes.subarray(starts[cell], ends[cell]));
  for (let column = 0; column < names.length; column++) putCell(block, row, column, textOf(column), request);
  const { displacements } = block;
  for (let epoch = 0; epoch < days.length; epoch++) {
    const cell = names.length + epoch;
    let value: number | undefined = readDecimal(bytes, starts[cell], ends[cell]);
    if (Number.isNaN(value)) value = readOddCell(textOf(cell));
    if (value === undefined) {
      block.badRows.push({ index: row, reason: 'notANumber' });
      return;
    }
    displacements[row * days.length + epoch] = value * request.mmPerUnit;
  }
}

/** The slow way, for any line. */
function putText(
  block: OpenBlock,
  row: number,
  line: string,
  { delimiter, names, days }: TextLayout,
  request: RowRequest,
): void {
  const cells = splitLine(line, delimiter);
  if (cells.length !== names.length + days.length) {
    block.badRows.push({ index: row, reason: 'cellCount' });
    return;
  }
  for (let column = 0; column < names.length; column++) putCell(block, row, column, cells[column], request);
  for (let epoch = 0; epoch < days.length; epoch++) {
    const value = readOddCell(cells[names.length + epoch]);
    if (value === undefined) {
      block.badRows.push({ index: row, reason: 'notANumber' });
      return;
    }
    block.displacements[row * days.length + epoch] = value * request.mmPerUnit;
  }
}

/** A cell before the displacements. Some programs write the numbers of points with decimals. */
function putCell(block: OpenBlock, row: number, column: number, cell: string, request: RowRequest): void {
  const isText = request.uses[column] === 'text';
  putValue(block, request, row, column, isText ? cell.replace(/^(\d+)\.0+$/, '$1') : cell);
}

function readOddCell(cell: string): number | undefined {
  return cell[0] === '*' && OVERFLOW.test(cell) ? Number.NaN : parseNumber(cell, '.');
}
