import type { RandomAccess } from '../random-access.js';
import type { RowStretch } from '../tables/cut-blocks.js';
import type { RowRequest } from '../tables/table-source.js';
import { PointValues, TextValues } from './byte-values.js';
import { type ColumnChunk, fetchChunks } from './column-chunk.js';
import { type ChunkBytes, ColumnCursor, type PageValues } from './column-cursor.js';
import type { SpareMemory } from './fetch-ranges.js';
import { DoubleValues, FloatValues, type NumberType } from './number-values.js';
import type { ColumnStorage } from './parquet-columns.js';

/** Columns of dates that are read side by side: as many floats as a line of the processor's cache holds. */
const COLUMNS_AT_ONCE = 16;
/** So many rows of them at a time stay in its nearest cache while one column after the other is put there. */
const ROWS_AT_ONCE = 256;
/** What is held of columns, as stored or unpacked, at a time. */
const MOST_BYTES_AT_ONCE = 32 << 20;

/** A column that is read here, and what of: the index of a column of the table, or the geometry. */
export interface FlatColumn {
  readonly name: string;
  readonly column: number | 'geometry';
  readonly storage: ColumnStorage;
  readonly chunk: ColumnChunk;
}

/** A column of displacements, open at the first row that is wanted. */
export interface SeriesCursor {
  readonly epoch: number;
  readonly values: FloatValues;
  readonly cursor: ColumnCursor<Float32Array>;
}

/** So many columns as can be held at a time, in their order. */
export function* inSets(columns: readonly FlatColumn[], rows: number): Generator<readonly FlatColumn[]> {
  let set: FlatColumn[] = [];
  let bytes = 0;
  for (const column of columns) {
    const { start, end, unpackedBytes, groupRows } = column.chunk;
    const more = Math.max(end - start, (unpackedBytes * rows) / groupRows);
    if (set.length > 0 && bytes + more > MOST_BYTES_AT_ONCE) {
      yield set;
      set = [];
      bytes = 0;
    }
    set.push(column);
    bytes += more;
  }
  if (set.length > 0) yield set;
}

/**
 * Fetches a set of flat columns, reads places and attributes into a stretch that begins at the row `start` of its group,
 * and opens the displacements, to be read page by page and straight into place while `spare` is not used for anything
 * else. (hyparquet makes plain arrays of optional columns, level by level, which takes several times as long.)
 *
 * Returns also the columns that are written neither plainly nor with a dictionary. Throws where the bytes are damaged.
 */
export async function openFlatColumns(
  access: RandomAccess,
  request: RowRequest,
  set: readonly FlatColumn[],
  start: number,
  stretch: Omit<RowStretch, 'displacements'>,
  spare: SpareMemory,
): Promise<{ readonly series: readonly SeriesCursor[]; readonly others: readonly FlatColumn[] }> {
  const chunks = set.map(({ chunk }) => chunk);
  const bytes = await fetchChunks(access, chunks, start, start + stretch.count, spare);
  const series: SeriesCursor[] = [];
  const others: FlatColumn[] = [];
  set.forEach((flat, i) => {
    if (flat.chunk.pages === null) others.push(flat);
    else if (isSeries(flat, request)) {
      const values = new FloatValues(flat.storage.type as NumberType, request.mmPerUnit);
      const cursor = openCursor(flat, bytes[i], values, start);
      series.push({ epoch: request.epochOfColumn[flat.column as number], values, cursor });
    } else readColumn(flat, bytes[i], request, start, stretch);
  });
  return { series, others };
}

function isSeries({ column }: FlatColumn, { uses }: RowRequest): boolean {
  return column !== 'geometry' && uses[column] === 'displacement';
}

function openCursor<Target>(
  { chunk, storage }: FlatColumn,
  bytes: ChunkBytes,
  values: PageValues<Target>,
  start: number,
): ColumnCursor<Target> {
  const { codec, pages } = chunk;
  return new ColumnCursor(pages!, bytes, { codec, isOptional: storage.isOptional }, values, start);
}

function readColumn(
  flat: FlatColumn,
  bytes: ChunkBytes,
  { uses }: RowRequest,
  start: number,
  { count, x, y, columns }: Omit<RowStretch, 'displacements'>,
): void {
  const { column, storage } = flat;
  if (column === 'geometry') {
    openCursor(flat, bytes, new PointValues(), start).take(count, { x: x!, y: y! }, 0, 1);
  } else if (uses[column] === 'text') {
    openCursor(flat, bytes, new TextValues(), start).take(count, columns[column] as string[], 0, 1);
  } else {
    const values = new DoubleValues(storage.type as NumberType);
    openCursor(flat, bytes, values, start).take(count, columns[column] as Float64Array, 0, 1);
  }
}

/** Puts the next `count` rows of columns of dates into a block. */
export function takeSeries(
  series: readonly SeriesCursor[],
  count: number,
  epochs: number,
  target: Float32Array,
): void {
  for (let first = 0; first < series.length; first += COLUMNS_AT_ONCE) {
    const end = Math.min(series.length, first + COLUMNS_AT_ONCE);
    for (let row = 0; row < count; row += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, count - row);
      for (let i = first; i < end; i++) {
        const { epoch, cursor } = series[i];
        cursor.take(rows, target, row * epochs + epoch, epochs);
      }
    }
  }
}

/** Whether every displacement that was taken is there and can be used. */
export function isComplete(series: readonly SeriesCursor[]): boolean {
  return series.every(({ values, cursor }) => values.areUsable && !cursor.hasMissing);
}
