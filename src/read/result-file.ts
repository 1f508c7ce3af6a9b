import { type AsyncBuffer, type ColumnData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { ColumnValues, ResultField } from '../series/result-table.js';
import { checkMetadata } from './parquet/metadata-check.js';
import { checkPages } from './parquet/page-check.js';
import { UNPACKERS } from './parquet/unpack-page.js';
import { readResultLayout } from './result-layout.js';
import {
  allocateColumn,
  allocatePositions,
  copyNumbers,
  copyPositions,
  copyValues,
  type PointPositions,
} from './result-values.js';

/** Displacements kept from click to click: 24 million values are 96 MB. */
const KEPT_VALUES = 24_000_000;

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Told what share of the rows has been read, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Some consecutive rows of a map, with the columns that were asked for. */
export interface ResultRows extends PointPositions {
  readonly start: number;
  readonly count: number;
  readonly columns: readonly ColumnValues[];
}

/** A classified map that was written as GeoParquet, opened for reading column by column. */
export interface ResultFile {
  readonly name: string;
  readonly points: number;
  /** All columns but geometry, its covering box and the displacements; those of kinds not known here are left out. */
  readonly fields: readonly ResultField[];
  /** The dates of the displacement columns, where there are any. */
  readonly axis: EpochAxis | undefined;
  /** Entries of the footer, `geo` left out. */
  readonly metadata: Readonly<Record<string, string>>;
  /** WGS84 degrees; `NaN` where a row has no geometry. */
  readPositions(options?: ReadingOptions): Promise<PointPositions>;
  /** Missing values as in `ResultBatch`. */
  readColumn(name: string, options?: ReadingOptions): Promise<ColumnValues>;
  /** All rows with some columns, a row group at a time: memory stays flat however long the map. */
  batches(names: readonly string[], options?: ReadingOptions): AsyncIterable<ResultRows>;
  /** The fields of one row, in their order; reads the row group around it once. */
  readRow(row: number): Promise<readonly (string | number)[]>;
  /** One displacement series, mm, `NaN` = missing; reads the row group around it once. */
  readSeries(row: number): Promise<Float32Array>;
}

/**
 * Opens GeoParquet with points in WGS84, such as `classify` writes. The file may be a `File` of a page, an address read
 * by byte ranges, or a file on disk: whatever gives its length and slices.
 *
 * Throws `input` where it is not Parquet, has no points, or is damaged.
 */
export async function openResultFile(file: AsyncBuffer, name: string): Promise<ResultFile> {
  const metadata = await attempt(name, () => parquetMetadataAsync(file, { geoparquet: false }));
  await attempt(name, async () => checkMetadata(metadata, file.byteLength));
  const { geometry, fields, seriesColumns, axis, groups, entries } = readResultLayout(metadata, name);
  const points = Number(metadata.num_rows);
  const shared = {
    file: await attempt(name, async () => checkPages(file, metadata)),
    metadata,
    compressors: UNPACKERS,
    geoparquet: false,
    parsers: { dateFromDays: (day: number) => day },
  };
  const kept = new Map<number, Promise<readonly Float32Array[]>>();
  let keptRows: { readonly group: number; readonly columns: Promise<readonly ColumnValues[]> } | undefined;

  async function readGroups(
    columns: string[],
    utf8: boolean,
    take: (column: string, row: number, values: ArrayLike<unknown>) => void,
    { signal, onProgress }: ReadingOptions = {},
  ): Promise<void> {
    for (const { start, end } of groups) {
      throwIfCancelled(signal);
      await attempt(name, () =>
        parquetRead({
          ...shared,
          columns,
          utf8,
          rowStart: start,
          rowEnd: end,
          onChunk: ({ columnName, columnData, rowStart }) => take(columnName, rowStart, columnData),
        }),
      );
      onProgress?.(end / points);
    }
  }

  function readBlock(group: number): Promise<readonly Float32Array[]> {
    const { start, end } = groups[group];
    const position = new Map(seriesColumns.map((column, index) => [column, index]));
    const block = seriesColumns.map(() => new Float32Array(end - start).fill(Number.NaN));
    return attempt(name, () =>
      parquetRead({
        ...shared,
        columns: [...seriesColumns],
        rowStart: start,
        rowEnd: end,
        onChunk: ({ columnName, columnData, rowStart }) =>
          copyNumbers(columnData, block[position.get(columnName)!], rowStart - start, Number.NaN),
      }),
    ).then(() => block);
  }

  function fieldOf(column: string): ResultField {
    const field = fields.find((candidate) => candidate.name === column);
    if (field !== undefined) return field;
    throw new GroundTrendError('input', `There is no column ${JSON.stringify(column)} in this file.`, {
      place: { file: name },
    });
  }

  function groupOf(row: number): number {
    const group = groups.findIndex(({ start, end }) => row >= start && row < end);
    if (group < 0) throw new RangeError(`There is no row ${row}.`);
    return group;
  }

  async function readGroupColumns(group: number): Promise<readonly ColumnValues[]> {
    const { start, end } = groups[group];
    const columns = fields.map(({ type }) => allocateColumn(type, end - start));
    const position = new Map(fields.map((field, index) => [field.name, index]));
    if (fields.length === 0) return columns;
    await attempt(name, () =>
      parquetRead({
        ...shared,
        columns: [...position.keys()],
        rowStart: start,
        rowEnd: end,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const index = position.get(columnName)!;
          copyValues(fields[index].type, columnData, columns[index], rowStart - start);
        },
      }),
    );
    return columns;
  }

  function keepBlock(group: number): Promise<readonly Float32Array[]> {
    const known = kept.get(group);
    kept.delete(group);
    const block = known ?? readBlock(group);
    kept.set(group, block);
    block.catch(() => kept.delete(group));
    let values = 0;
    for (const index of [...kept.keys()].reverse()) {
      values += (groups[index].end - groups[index].start) * seriesColumns.length;
      if (values > KEPT_VALUES && index !== group) kept.delete(index);
    }
    return block;
  }

  return {
    name,
    points,
    fields,
    axis,
    metadata: entries,
    async readPositions(options) {
      const positions = allocatePositions(points);
      await readGroups([geometry], false, (_, row, values) => copyPositions(values, positions, row), options);
      return positions;
    },
    async readColumn(column, options) {
      const field = fieldOf(column);
      const values = allocateColumn(field.type, points);
      await readGroups(
        [column],
        true,
        (_, row, chunk) => copyValues(field.type, chunk, values, row),
        options,
      );
      return values;
    },
    async *batches(names, { signal, onProgress } = {}) {
      const wanted = names.map((wantedName) => fieldOf(wantedName));
      const position = new Map(wanted.map((field, index) => [field.name, index]));
      for (const { start, end } of groups) {
        throwIfCancelled(signal);
        const count = end - start;
        const positions = allocatePositions(count);
        const columns = wanted.map(({ type }) => allocateColumn(type, count));
        const onChunk = ({ columnName, columnData, rowStart }: ColumnData) => {
          const index = position.get(columnName);
          if (index === undefined) copyPositions(columnData, positions, rowStart - start);
          else copyValues(wanted[index].type, columnData, columns[index], rowStart - start);
        };
        // Geometry is bytes, texts are not: they are read apart.
        const part = { ...shared, rowStart: start, rowEnd: end, onChunk };
        await attempt(name, () => parquetRead({ ...part, columns: [geometry], utf8: false }));
        if (wanted.length > 0) await attempt(name, () => parquetRead({ ...part, columns: [...names] }));
        yield { start, count, ...positions, columns };
        onProgress?.(end / points);
      }
    },
    async readRow(row) {
      const group = groupOf(row);
      if (keptRows?.group !== group) {
        const read = { group, columns: readGroupColumns(group) };
        keptRows = read;
        // A connection that broke once may hold the next time.
        read.columns.catch(() => {
          if (keptRows === read) keptRows = undefined;
        });
      }
      const columns = await keptRows.columns;
      return columns.map((values) => values[row - groups[group].start]);
    },
    async readSeries(row) {
      if (axis === undefined) {
        throw new GroundTrendError('input', 'This file holds no displacement series.', {
          place: { file: name },
          advice: 'Classify with --keep-series, or name the file that was classified.',
        });
      }
      const group = groupOf(row);
      const block = await keepBlock(group);
      return Float32Array.from(block, (values) => values[row - groups[group].start]);
    },
  };
}

async function attempt<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw new GroundTrendError('input', 'This is not a Parquet file that can be read, or it is damaged.', {
      place: { file: name },
      advice: `Classify the source again, or copy the file again. (${(cause as Error).message})`,
      cause,
    });
  }
}
