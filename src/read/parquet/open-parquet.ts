import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import { type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import { parseDateColumn } from '../columns/date-column.js';
import type { RandomAccess } from '../random-access.js';
import { cutBlocks, type RowStretch } from '../tables/cut-blocks.js';
import type { RowRequest, TableSource } from '../tables/table-source.js';
import { readWkbPoint } from '../wkb-point.js';
import {
  axisOfList,
  chooseListSeries,
  findMetadataDates,
  type ListSeries,
  requireSameDates,
} from './list-series.js';
import { type ParquetColumn, sortColumns } from './parquet-columns.js';
import { findGeometry, type ParquetGeometry } from './parquet-geometry.js';

/** Displacements held at a time, in bytes; row groups that are larger are read in parts. */
const LARGEST_STRETCH_BYTES = 64 << 20;
/** Columns whose bytes are fetched together. */
const COLUMNS_AT_ONCE = 24;

/**
 * Opens a Parquet or GeoParquet file as a table: displacements in flat columns named like dates or in one column of
 * lists, any of the usual compressions. Whole row groups are read column by column, in parts where they are large.
 *
 * Throws `input` where the file is damaged or cut short.
 */
export async function openParquetTable(access: RandomAccess): Promise<TableSource> {
  const file = access.name;
  const buffer: AsyncBuffer = {
    byteLength: access.byteLength,
    async slice(start, end = access.byteLength) {
      const bytes = await access.read(start, end);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await guard(file, () => parquetMetadataAsync(buffer, { geoparquet: false }));
  const geometry = findGeometry(metadata, file);
  const { flat, lists, structures } = sortColumns(metadata, geometry?.column);
  const isFlat = flat.some(({ name }) => parseDateColumn(name) !== undefined);
  const list = isFlat ? undefined : chooseListSeries(lists);
  const parquet: OpenParquet = { file, buffer, metadata, columns: flat, geometry, list, axis: undefined };
  const axis = list && (await findListAxis(parquet, list));
  const unread = [
    ...structures.filter((name) => !isCovering(metadata, name)),
    ...lists.map(({ name }) => name),
  ].filter((name) => name !== list?.column && name !== list?.dateColumn);
  return {
    file,
    format: geometry === undefined ? 'Parquet' : 'GeoParquet',
    columns: flat.map(({ name, kind }) => ({ name, kind })),
    geometry: geometry?.geometry,
    series: axis,
    totalBytes: access.byteLength,
    warnings: unread.length === 0 ? [] : [`Left out, since lists or structures: ${unread.join(', ')}.`],
    rows: (request) => cutBlocks(readStretches({ ...parquet, axis }, request), request),
  };
}

interface OpenParquet {
  readonly file: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly geometry: ParquetGeometry | undefined;
  readonly list: ListSeries | undefined;
  readonly axis: EpochAxis | undefined;
}

/** The boxes that GeoParquet keeps beside the points are no attribute. */
function isCovering(metadata: FileMetaData, name: string): boolean {
  const geo = metadata.key_value_metadata?.find(({ key }) => key === 'geo')?.value ?? '';
  return name === 'bbox' || geo.includes(`["${name}","xmin"]`);
}

async function findListAxis(parquet: OpenParquet, list: ListSeries): Promise<EpochAxis> {
  const { file, metadata } = parquet;
  const stored = findMetadataDates(metadata);
  if (stored !== undefined) return axisOfList(stored, file, undefined);
  if (list.dateColumn === undefined) {
    throw new GroundTrendError(
      'input',
      `The column ${list.column} holds series, and nothing says their dates.`,
      {
        place: { file, column: list.column },
        advice: 'Add a column of lists of dates, or write one column a date (D20200103).',
      },
    );
  }
  let first: readonly unknown[] = [];
  await readColumns(parquet, [list.dateColumn], 0, 1, (_, values, rowStart) => {
    if (rowStart === 0) first = values[0] as readonly unknown[];
  });
  return axisOfList(first, file, list.dateColumn);
}

async function* readStretches(parquet: OpenParquet, request: RowRequest): AsyncGenerator<RowStretch> {
  const { metadata, file } = parquet;
  const mostRows = Math.max(request.rowsPerBlock, Math.floor(LARGEST_STRETCH_BYTES / (4 * request.epochs)));
  let groupStart = 0;
  let consumed = 0;
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows);
    for (let start = 0; start < groupRows; start += mostRows) {
      throwIfCancelled(request.signal);
      const count = Math.min(mostRows, groupRows - start);
      yield await guard(file, () => readStretch(parquet, request, groupStart + start, count));
      request.onBytes?.(consumed + (groupBytes(group) * (start + count)) / groupRows);
    }
    consumed += groupBytes(group);
    groupStart += groupRows;
  }
}

function groupBytes(group: FileMetaData['row_groups'][number]): number {
  return group.columns.reduce(
    (sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? 0),
    0,
  );
}

/** Reads the wanted columns of some rows of one row group. */
async function readStretch(
  parquet: OpenParquet,
  request: RowRequest,
  firstRow: number,
  count: number,
): Promise<RowStretch> {
  const { columns, geometry, list, axis, file } = parquet;
  const { uses, epochs, epochOfColumn, mmPerUnit } = request;
  const displacements = new Float32Array(count * epochs).fill(Number.NaN);
  const x = geometry && new Float64Array(count).fill(Number.NaN);
  const y = geometry && new Float64Array(count).fill(Number.NaN);
  const stretch: RowStretch = {
    firstRow,
    count,
    x,
    y,
    displacements,
    columns: uses.map((use) => {
      if (use === 'number') return new Float64Array(count).fill(Number.NaN);
      return use === 'text' ? new Array<string>(count).fill('') : undefined;
    }),
  };
  const indexOf = new Map(columns.map(({ name }, column) => [name, column]));
  const wanted = columns.filter((_, column) => uses[column] !== 'unused').map(({ name }) => name);
  if (geometry !== undefined) wanted.push(geometry.column);
  if (list !== undefined) wanted.push(list.column);
  if (list?.dateColumn !== undefined) wanted.push(list.dateColumn);

  for (let from = 0; from < wanted.length; from += COLUMNS_AT_ONCE) {
    const some = wanted.slice(from, from + COLUMNS_AT_ONCE);
    await readColumns(parquet, some, firstRow, firstRow + count, (name, values, rowStart) => {
      const first = Math.max(0, firstRow - rowStart);
      const end = Math.min(values.length, firstRow + count - rowStart);
      const offset = rowStart - firstRow;
      const column = indexOf.get(name);
      if (column === undefined) {
        if (name === geometry?.column) putPoints(values, first, end, offset, x!, y!);
        else if (name === list?.column)
          putLists(values, first, end, offset, displacements, epochs, mmPerUnit);
        else if (axis !== undefined) {
          for (let i = first; i < end; i++)
            requireSameDates(values[i] as unknown[], axis, rowStart + i, file);
        }
      } else if (uses[column] === 'displacement') {
        putNumbers(
          values,
          first,
          end,
          displacements,
          offset * epochs + epochOfColumn[column],
          epochs,
          mmPerUnit,
        );
      } else if (uses[column] === 'number') {
        putNumbers(values, first, end, stretch.columns[column] as Float64Array, offset, 1, 1);
      } else putTexts(values, first, end, offset, stretch.columns[column] as string[]);
    });
  }
  return stretch;
}

type Values = ArrayLike<unknown>;

async function readColumns(
  { buffer, metadata }: OpenParquet,
  columns: string[],
  rowStart: number,
  rowEnd: number,
  onValues: (name: string, values: Values, rowStart: number) => void,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await parquetRead({
    file: buffer,
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

function putNumbers(
  values: Values,
  first: number,
  end: number,
  target: Float32Array | Float64Array,
  start: number,
  step: number,
  factor: number,
): void {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array) {
    for (let i = first, at = start + first * step; i < end; i++, at += step) target[at] = values[i] * factor;
    return;
  }
  for (let i = first, at = start + first * step; i < end; i++, at += step) {
    const value = values[i];
    if (typeof value === 'number') target[at] = value * factor;
    else if (value !== null && value !== undefined) target[at] = Number(value) * factor;
  }
}

function putTexts(values: Values, first: number, end: number, offset: number, target: string[]): void {
  for (let i = first; i < end; i++) target[offset + i] = textOf(values[i]);
}

const decoder = new TextDecoder();

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (value instanceof Date) {
    const time = value.getTime();
    return time % 86_400_000 === 0 ? formatDay(time / 86_400_000) : value.toISOString();
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function putPoints(
  values: Values,
  first: number,
  end: number,
  offset: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const place = [Number.NaN, Number.NaN];
  for (let i = first; i < end; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (value instanceof Uint8Array) {
      if (!readWkbPoint(value, place)) continue;
    } else {
      place[0] = (value as { x?: number }).x ?? Number.NaN;
      place[1] = (value as { y?: number }).y ?? Number.NaN;
    }
    x[offset + i] = place[0];
    y[offset + i] = place[1];
  }
}

function putLists(
  values: Values,
  first: number,
  end: number,
  offset: number,
  displacements: Float32Array,
  epochs: number,
  factor: number,
): void {
  for (let i = first; i < end; i++) {
    const series = (values[i] ?? []) as ArrayLike<number | null>;
    const start = (offset + i) * epochs;
    for (let k = 0; k < epochs; k++) displacements[start + k] = (series[k] ?? Number.NaN) * factor;
  }
}

async function guard<T>(file: string, work: () => Promise<T>): Promise<T> {
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
