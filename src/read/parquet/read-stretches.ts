import {
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  parquetRead,
  type RowGroup,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import { allocateSeries, type RowStretch, splitRows } from '../tables/cut-blocks.js';
import type { RowRequest } from '../tables/table-source.js';
import { ColumnScratch } from './column-scratch.js';
import { putLists, putNumbers, putPoints, putTexts, requireLengths, type Values } from './column-values.js';
import { type ListSeries, requireSameDates } from './list-series.js';
import { type NumberColumn, readNumberColumn } from './number-column.js';
import type { ParquetColumn } from './parquet-columns.js';
import type { ParquetGeometry } from './parquet-geometry.js';

/** Displacements held at a time, in bytes; row groups that are larger are read in parts. */
const LARGEST_STRETCH_BYTES = 64 << 20;
/** Columns that are held decoded, or in hyparquet's hands, at a time. */
const COLUMNS_AT_ONCE = 24;
/** Bytes that are fetched together, and bytes in between that are fetched in vain. */
const LARGEST_FETCH_BYTES = 32 << 20;
const LARGEST_GAP_BYTES = 64 << 10;
const ROWS_TRANSPOSED_AT_ONCE = 64;

/** A file, and what was found to read of it. */
export interface OpenParquet {
  readonly file: string;
  readonly buffer: AsyncBuffer;
  /** The same for the library, which believes what pages say: they are looked through first. */
  readonly checked: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly geometry: ParquetGeometry | undefined;
  readonly list: ListSeries | undefined;
  readonly axis: EpochAxis | undefined;
}

/** Some rows of a row group: `count` from `start` on, counted in the group, whose first row is `groupStart`. */
interface RowsOfGroup {
  readonly group: RowGroup;
  readonly groupStart: number;
  readonly start: number;
  readonly count: number;
}

/** Streams the wanted columns of all rows, row group after row group, in parts where one is large. */
export async function* readStretches(parquet: OpenParquet, request: RowRequest): AsyncGenerator<RowStretch> {
  const { metadata, file } = parquet;
  const { rowsPerBlock, epochs, wantedRows = Number.POSITIVE_INFINITY } = request;
  const mostRows = Math.max(rowsPerBlock, Math.floor(LARGEST_STRETCH_BYTES / (4 * epochs)));
  const scratch = new ColumnScratch();
  let groupStart = 0;
  let consumed = 0;
  for (const group of metadata.row_groups) {
    if (groupStart >= wantedRows) return;
    const groupRows = Number(group.num_rows);
    for (let start = 0; start < Math.min(groupRows, wantedRows - groupStart); start += mostRows) {
      throwIfCancelled(request.signal);
      const count = Math.min(mostRows, groupRows - start, wantedRows - groupStart - start);
      const rows: RowsOfGroup = { group, groupStart, start, count };
      yield await guardParquet(file, () => readStretch(parquet, request, rows, scratch));
      request.onBytes?.(consumed + (groupBytes(group) * (start + count)) / groupRows);
    }
    consumed += groupBytes(group);
    groupStart += groupRows;
  }
}

function groupBytes(group: RowGroup): number {
  return group.columns.reduce(
    (sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? 0),
    0,
  );
}

/** Reads the wanted columns of some rows of one row group. */
async function readStretch(
  parquet: OpenParquet,
  request: RowRequest,
  rows: RowsOfGroup,
  scratch: ColumnScratch,
): Promise<RowStretch> {
  const { columns, geometry, list } = parquet;
  const { uses } = request;
  const { count } = rows;
  const stretch: RowStretch = {
    firstRow: rows.groupStart + rows.start,
    count,
    x: geometry && new Float64Array(count).fill(Number.NaN),
    y: geometry && new Float64Array(count).fill(Number.NaN),
    displacements: allocateSeries(count, request),
    columns: uses.map((use) => {
      if (use === 'number') return new Float64Array(count).fill(Number.NaN);
      return use === 'text' ? new Array<string>(count).fill('') : undefined;
    }),
  };
  const wanted = Array.from(columns.keys()).filter((column) => uses[column] !== 'unused');
  const others = geometry === undefined ? [] : [geometry.column];
  if (list !== undefined) others.push(list.column);
  if (list?.dateColumn !== undefined) others.push(list.dateColumn);
  for (let from = 0; from < wanted.length; from += COLUMNS_AT_ONCE) {
    const some = wanted.slice(from, from + COLUMNS_AT_ONCE);
    others.push(...(await readNumberColumns(parquet, request, rows, some, stretch, scratch)));
  }
  for (let from = 0; from < others.length; from += COLUMNS_AT_ONCE) {
    await readOtherColumns(parquet, request, others.slice(from, from + COLUMNS_AT_ONCE), stretch);
  }
  return stretch;
}

/** A column of plain numbers and its part of a row group. */
interface NumberChunk {
  readonly column: number;
  readonly numbers: NumberColumn;
  readonly codec: ColumnMetaData['codec'];
  readonly start: number;
  readonly end: number;
}

/** Reads those of the columns that hold plain numbers; returns the names of the others. */
async function readNumberColumns(
  { buffer, columns }: OpenParquet,
  { uses, epochs, epochOfColumn, mmPerUnit, rowsPerBlock }: RowRequest,
  { group, start, count }: RowsOfGroup,
  wanted: readonly number[],
  stretch: RowStretch,
  scratch: ColumnScratch,
): Promise<string[]> {
  const others: string[] = [];
  const chunks: NumberChunk[] = [];
  for (const column of wanted) {
    const chunk = uses[column] === 'text' ? undefined : findNumberChunk(group, columns[column], column);
    if (chunk === undefined) others.push(columns[column].name);
    else chunks.push(chunk);
  }
  const epochsRead: number[] = [];
  const series = scratch.columns(COLUMNS_AT_ONCE * count);
  for (const run of joinNeighbours(chunks)) {
    const bytes = new Uint8Array(await buffer.slice(run[0].start, run[run.length - 1].end));
    for (const { column, numbers, codec, start: from, end } of run) {
      const chunk = bytes.subarray(from - run[0].start, end - run[0].start);
      const isSeries = uses[column] === 'displacement';
      const first = epochsRead.length * count;
      const target = isSeries
        ? series.subarray(first, first + count).fill(Number.NaN)
        : (stretch.columns[column] as Float64Array);
      const factor = isSeries ? mmPerUnit : 1;
      const rows = Number(group.num_rows);
      const isRead = readNumberColumn(
        chunk,
        numbers,
        codec,
        rows,
        start,
        start + count,
        target,
        factor,
        scratch,
      );
      if (!isRead) others.push(columns[column].name);
      else if (isSeries) epochsRead.push(epochOfColumn[column]);
    }
  }
  for (const { block, start: first, end } of splitRows(count, rowsPerBlock)) {
    transpose(series, count, first, end, epochsRead, stretch.displacements[block], epochs);
  }
  return others;
}

/**
 * Puts the rows from `first` to `end` of columns of `count` values into the rows of a block, a few rows at a time: all of
 * a column at once would touch all of the memory for each.
 */
function transpose(
  columns: Float32Array,
  count: number,
  first: number,
  end: number,
  epochOfColumn: readonly number[],
  block: Float32Array,
  epochs: number,
): void {
  for (let start = first; start < end; start += ROWS_TRANSPOSED_AT_ONCE) {
    const stop = Math.min(end, start + ROWS_TRANSPOSED_AT_ONCE);
    for (let column = 0; column < epochOfColumn.length; column++) {
      let at = (start - first) * epochs + epochOfColumn[column];
      for (let i = column * count + start; i < column * count + stop; i++, at += epochs)
        block[at] = columns[i];
    }
  }
}

function findNumberChunk(
  group: RowGroup,
  { name, numbers }: ParquetColumn,
  column: number,
): NumberChunk | undefined {
  const data = group.columns.find(
    ({ meta_data: candidate }) =>
      candidate?.path_in_schema.length === 1 && candidate.path_in_schema[0] === name,
  )?.meta_data;
  if (numbers === undefined || data === undefined) return undefined;
  const start = Number(data.dictionary_page_offset || data.data_page_offset);
  return { column, numbers, codec: data.codec, start, end: start + Number(data.total_compressed_size) };
}

/** Chunks that follow one another, to be fetched in one go. */
function joinNeighbours(chunks: readonly NumberChunk[]): NumberChunk[][] {
  const runs: NumberChunk[][] = [];
  for (const chunk of chunks) {
    const run = runs[runs.length - 1];
    const gap = run === undefined ? Number.NaN : chunk.start - run[run.length - 1].end;
    if (gap >= 0 && gap <= LARGEST_GAP_BYTES && chunk.end - run[0].start <= LARGEST_FETCH_BYTES)
      run.push(chunk);
    else runs.push([chunk]);
  }
  return runs;
}

/** Reads columns of any kind, some at a time. */
async function readOtherColumns(
  parquet: OpenParquet,
  { uses, epochs, epochOfColumn, mmPerUnit, rowsPerBlock }: RowRequest,
  names: string[],
  { firstRow, count, x, y, displacements, columns: targets }: RowStretch,
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
        for (let i = first; i < end; i++) requireSameDates(values[i] as unknown[], axis, rowStart + i, file);
      }
    } else if (uses[column] === 'displacement') {
      eachBlock((from, to, start, block) =>
        putNumbers(values, from, to, block, start * epochs + epochOfColumn[column], epochs, mmPerUnit),
      );
    } else if (uses[column] === 'number') {
      putNumbers(values, first, end, targets[column] as Float64Array, offset, 1, 1);
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
    compressors,
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

/** Makes damage of whatever the libraries throw. */
export async function guardParquet<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('input', 'This Parquet file ends early or is damaged.', {
      place: { file },
      advice: `Download or copy it again. (${(cause as Error).message})`,
      cause,
    });
  }
}
