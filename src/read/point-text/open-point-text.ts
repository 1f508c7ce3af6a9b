import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { type ByteSource, readHead } from '../byte-source.js';
import { findRole } from '../columns/column-names.js';
import { parseNumber } from '../delimited/cell-text.js';
import { readLineBlocks } from '../delimited/line-blocks.js';
import type { ReadOptions } from '../read-options.js';
import { createBlock, type OpenBlock, putValue } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import { findDateRow, isRow, layOutByDates, splitCells, type TextLayout } from './text-layout.js';

const HEAD_BYTES = 1 << 20;
/** What Fortran writes for a number that is too wide. */
const OVERFLOW = /^\*+$/;

/** True where a text starts with a row of dates after some other cells. */
export function looksLikePointText(head: Uint8Array): boolean {
  return findDateRow(wholeLines(head)) !== undefined;
}

/**
 * Opens rows of numbers as a table: the place of a point, then a displacement a date; the dates stand in a first row or
 * in `dates`. A point is named by the column `pid` or the like, else by its row number. Rows are streamed.
 *
 * Throws `input` where there are no dates, or nothing says what the first columns are.
 */
export async function openPointText(source: ByteSource, options: ReadOptions): Promise<TableSource> {
  const file = source.name;
  const { bytes, isComplete } = await readHead(source, HEAD_BYTES);
  const lines = wholeLines(bytes, isComplete);
  const layout = options.dates === undefined ? findDateRow(lines) : layOutByDates(lines, options, file);
  if (layout === undefined) {
    throw new GroundTrendError('input', 'Nothing says the dates of these rows.', {
      place: { file },
      advice: 'Give a list of dates, one a line, with --dates.',
    });
  }
  const pid = findRole('pid', layout.names);
  return {
    file,
    format: layout.format,
    columns: layout.names.map((name, column) => ({ name, kind: column === pid ? 'text' : 'number' })),
    geometry: undefined,
    series: createEpochAxis(layout.days),
    totalBytes: source.totalBytes,
    warnings: layout.warnings,
    rows: (request) => readRows(source, layout, request),
  };
}

function wholeLines(head: Uint8Array, isComplete = false): string[] {
  const lines = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  if (!isComplete && lines.length > 1) lines.pop();
  return lines.map((line) => line.trim());
}

async function* readRows(
  source: ByteSource,
  layout: TextLayout,
  request: RowRequest,
): AsyncGenerator<RowBlock> {
  let firstRow = 0;
  let left = layout.linesBefore;
  let lines: string[] = [];
  for await (const line of readLines(source, request)) {
    if (!isRow(line)) continue;
    if (left > 0) {
      left--;
      continue;
    }
    lines.push(line);
    if (lines.length < request.rowsPerBlock) continue;
    throwIfCancelled(request.signal);
    yield buildBlock(lines, firstRow, layout, request);
    firstRow += lines.length;
    lines = [];
  }
  if (lines.length > 0) yield buildBlock(lines, firstRow, layout, request);
}

async function* readLines(
  source: ByteSource,
  { rowsPerBlock, signal, onBytes }: RowRequest,
): AsyncGenerator<string> {
  const blocks = { headerBytes: 0, firstLine: 1, linesPerBlock: rowsPerBlock, signal, onBytes };
  const decoder = new TextDecoder();
  for await (const { bytes, length } of readLineBlocks(source, blocks)) {
    for (const line of decoder.decode(bytes.subarray(0, length)).split('\n')) yield line.trim();
  }
}

function buildBlock(
  lines: readonly string[],
  firstRow: number,
  { delimiter, names, days }: TextLayout,
  request: RowRequest,
): OpenBlock {
  const block = createBlock(lines.length, firstRow, request);
  const { displacements } = block;
  lines.forEach((line, row) => {
    const cells = splitCells(line, delimiter);
    if (cells.length !== names.length + days.length) {
      block.badRows.push({ index: row, reason: 'cellCount' });
      return;
    }
    for (let column = 0; column < names.length; column++) {
      const cell = cells[column];
      putValue(block, request, row, column, request.uses[column] === 'text' ? wholeNumber(cell) : cell);
    }
    for (let epoch = 0; epoch < days.length; epoch++) {
      const cell = cells[names.length + epoch];
      const value = cell[0] === '*' && OVERFLOW.test(cell) ? Number.NaN : parseNumber(cell, '.');
      if (value === undefined) {
        block.badRows.push({ index: row, reason: 'notANumber' });
        return;
      }
      displacements[row * days.length + epoch] = value * request.mmPerUnit;
    }
  });
  return block;
}

/** Some programs write the numbers of points with decimals. */
function wholeNumber(cell: string): string {
  return cell.replace(/^(\d+)\.0+$/, '$1');
}
