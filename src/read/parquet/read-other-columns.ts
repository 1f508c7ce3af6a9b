import { parquetRead } from 'hyparquet';
import { type RowStretch, splitRows } from '../tables/cut-blocks.js';
import type { BadRow, RowRequest } from '../tables/table-source.js';
import { putLists, putNumbers, putPoints, putTexts, requireLengths, type Values } from './column-values.js';
import { requireSameDates } from './list-series.js';
import type { OpenParquet } from './open-parquet-file.js';
import { UNPACKERS } from './unpack-page.js';

/** Columns that are in hyparquet's hands at a time. */
const COLUMNS_AT_ONCE = 24;

/** What of some columns is no number: see `RowStretch`. */
export interface NumberProblems {
  readonly badRows: BadRow[];
  readonly spoiledCells: { column: number; row: number }[];
}

/** Reads columns of any kind by hyparquet, some at a time, and returns what is wrong with them. */
export async function readOtherColumns(
  parquet: OpenParquet,
  request: RowRequest,
  names: readonly string[],
  stretch: RowStretch,
): Promise<NumberProblems> {
  const problems: NumberProblems = { badRows: [], spoiledCells: [] };
  for (let from = 0; from < names.length; from += COLUMNS_AT_ONCE) {
    await readSomeColumns(parquet, request, names.slice(from, from + COLUMNS_AT_ONCE), stretch, problems);
  }
  return problems;
}

async function readSomeColumns(
  parquet: OpenParquet,
  { uses, epochs, epochOfColumn, mmPerUnit, rowsPerBlock }: RowRequest,
  names: string[],
  { firstRow, count, x, y, displacements, columns: targets }: RowStretch,
  { badRows, spoiledCells }: NumberProblems,
): Promise<void> {
  const { columns, geometry, list, axis, file } = parquet;
  const filled = new Map(names.map((name) => [name, 0]));
  await readColumns(parquet, names, firstRow, firstRow + count, (name, values, rowStart) => {
    const first = Math.max(0, firstRow - rowStart);
    const end = Math.min(values.length, firstRow + count - rowStart);
    const offset = rowStart - firstRow;
    filled.set(name, (filled.get(name) ?? 0) + Math.max(0, end - first));
    /** The part of these values that belongs to each block, and where the first value of all would stand in it. */
    const eachBlock = (put: (from: number, to: number, offset: number, block: Float32Array) => void) => {
      for (const part of splitRows(count, rowsPerBlock)) {
        const from = Math.max(first, part.start - offset);
        const to = Math.min(end, part.end - offset);
        if (from < to) put(from, to, offset - part.start, displacements[part.block]);
      }
    };
    const column = columns.findIndex((candidate) => candidate.name === name);
    if (column < 0) {
      if (name === geometry?.column) putPoints(values, first, end, offset, x!, y!);
      else if (name === list?.column) {
        requireLengths(values, first, end, rowStart, epochs, file);
        eachBlock((from, to, start, block) => putLists(values, from, to, start, block, epochs, mmPerUnit));
      } else if (axis !== undefined) {
        for (let i = first; i < end; i++)
          requireSameDates(values[i] as unknown[] | null, axis, rowStart + i, file);
      }
    } else if (uses[column] === 'displacement') {
      const onBad = (index: number) => {
        badRows.push({ index: offset + index, reason: 'notANumber', column });
      };
      eachBlock((from, to, start, block) =>
        putNumbers(values, from, to, block, start * epochs + epochOfColumn[column], epochs, mmPerUnit, onBad),
      );
    } else if (uses[column] === 'number') {
      const onBad = (index: number) => spoiledCells.push({ column, row: rowStart + index });
      putNumbers(values, first, end, targets[column] as Float64Array, offset, 1, 1, onBad);
    } else putTexts(values, first, end, offset, targets[column] as string[]);
  });
  const short = names.find((name) => filled.get(name) !== count);
  if (short === undefined) return;
  throw new Error(`the column ${short} has ${filled.get(short)} values for ${count} rows`);
}

/** Reads rows of columns of any kind, chunk after chunk. */
export async function readColumns(
  { checked, metadata }: OpenParquet,
  columns: string[],
  rowStart: number,
  rowEnd: number,
  onValues: (name: string, values: Values, rowStart: number) => void,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await parquetRead({
    file: checked,
    metadata,
    columns,
    rowStart,
    rowEnd,
    compressors: UNPACKERS,
    geoparquet: false,
    utf8: false,
    useOffsetIndex: true,
    onChunk({ columnName, columnData, rowStart: first }) {
      try {
        onValues(columnName, columnData as Values, first);
      } catch (error) {
        failure ??= { error };
      }
    },
  });
  if (failure !== undefined) throw failure.error;
}
