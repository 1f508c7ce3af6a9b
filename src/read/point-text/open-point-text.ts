import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { type ByteSource, readHead } from '../byte-source.js';
import { findRole } from '../columns/column-names.js';
import { createBlockMemory } from '../delimited/block-memory.js';
import { readLineBlocks } from '../delimited/line-blocks.js';
import type { ReadOptions } from '../read-options.js';
import type { RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import { findDateRow, layOutByDates, type TextLayout } from './text-layout.js';
import { buildRows, findRows } from './text-rows.js';

const HEAD_BYTES = 1 << 20;

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
    series: createEpochAxis(layout.days, { file }),
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
  const { rowsPerBlock, signal, onBytes } = request;
  const lines = { headerBytes: 0, firstLine: 1, linesPerBlock: rowsPerBlock, signal, onBytes };
  const memory = createBlockMemory();
  let firstRow = 0;
  let left = layout.linesBefore;
  for await (const block of readLineBlocks(source, { ...lines, memory })) {
    throwIfCancelled(signal);
    const rows = findRows(block, rowsPerBlock);
    const from = Math.min(left, rows.count);
    left -= from;
    const count = rows.count - from;
    if (count > 0) yield buildRows(block, rows, from, firstRow, layout, request);
    firstRow += count;
    memory.giveBack(block.bytes);
  }
}
