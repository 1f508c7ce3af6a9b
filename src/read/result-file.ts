import {
  type AsyncBuffer,
  type ColumnData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { createEpochAxis, type EpochAxis, parseDay } from '../series/epoch-axis.js';
import {
  type ColumnType,
  type ColumnValues,
  MISSING_INT32,
  type ResultField,
} from '../series/result-table.js';
import { checkMetadata } from './parquet/metadata-check.js';
import { checkPages } from './parquet/page-check.js';
import { readWkbPoint } from './wkb-point.js';

/** Displacements kept from click to click: 24 million values are 96 MB. */
const KEPT_VALUES = 24_000_000;

/** Places of all points of a map, degrees in WGS84. */
export interface PointPositions {
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
}

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
  const entries = Object.fromEntries(
    (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']),
  );
  const geometry = findGeometry(name, metadata, entries.geo);
  const descriptions = parseDescriptions(entries.column_descriptions);
  const top = topElements(metadata);
  const seriesColumns = top.flatMap(({ name: column, type }) => {
    const day = /^D\d{8}$/.test(column) && type === 'FLOAT' ? parseDay(column.slice(1)) : undefined;
    return day === undefined ? [] : [{ column, day }];
  });
  const isSeries = new Set(seriesColumns.length >= 2 ? seriesColumns.map(({ column }) => column) : []);
  const fields = top.flatMap((element): ResultField[] => {
    const type = columnType(element);
    if (type === undefined || element.name === geometry || isSeries.has(element.name)) return [];
    return [{ name: element.name, type, description: descriptions[element.name] }];
  });
  const axis = isSeries.size > 0 ? createEpochAxis(seriesColumns.map(({ day }) => day)) : undefined;
  const points = Number(metadata.num_rows);
  const groups = listRowGroups(metadata);
  const shared = {
    file: await attempt(name, async () => checkPages(file, metadata)),
    metadata,
    compressors,
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
    const position = new Map(seriesColumns.map(({ column }, index) => [column, index]));
    const block = seriesColumns.map(() => new Float32Array(end - start).fill(Number.NaN));
    return attempt(name, () =>
      parquetRead({
        ...shared,
        columns: seriesColumns.map(({ column }) => column),
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
    metadata: Object.fromEntries(
      Object.entries(entries).filter(([key]) => !['geo', 'column_descriptions'].includes(key)),
    ),
    async readPositions(options) {
      const longitude = new Float64Array(points).fill(Number.NaN);
      const latitude = new Float64Array(points).fill(Number.NaN);
      const place = [Number.NaN, Number.NaN];
      await readGroups(
        [geometry],
        false,
        (_, row, values) => {
          for (let i = 0; i < values.length && row + i < points; i++) {
            const bytes = values[i];
            if (!(bytes instanceof Uint8Array) || !readWkbPoint(bytes, place)) continue;
            longitude[row + i] = place[0];
            latitude[row + i] = place[1];
          }
        },
        options,
      );
      return { longitude, latitude };
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
      const place = [Number.NaN, Number.NaN];
      for (const { start, end } of groups) {
        throwIfCancelled(signal);
        const count = end - start;
        const longitude = new Float64Array(count).fill(Number.NaN);
        const latitude = new Float64Array(count).fill(Number.NaN);
        const columns = wanted.map(({ type }) => allocateColumn(type, count));
        const onChunk = ({ columnName, columnData, rowStart }: ColumnData) => {
          const index = position.get(columnName);
          if (index !== undefined) {
            copyValues(wanted[index].type, columnData, columns[index], rowStart - start);
            return;
          }
          for (let i = 0; i < columnData.length && rowStart - start + i < count; i++) {
            const bytes: unknown = columnData[i];
            if (!(bytes instanceof Uint8Array) || !readWkbPoint(bytes, place)) continue;
            longitude[rowStart - start + i] = place[0];
            latitude[rowStart - start + i] = place[1];
          }
        };
        // Geometry is bytes, texts are not: they are read apart.
        const part = { ...shared, rowStart: start, rowEnd: end, onChunk };
        await attempt(name, () => parquetRead({ ...part, columns: [geometry], utf8: false }));
        if (wanted.length > 0) await attempt(name, () => parquetRead({ ...part, columns: [...names] }));
        yield { start, count, longitude, latitude, columns };
        onProgress?.(end / points);
      }
    },
    async readRow(row) {
      const group = groupOf(row);
      if (keptRows?.group !== group) keptRows = { group, columns: readGroupColumns(group) };
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

/** Name of the geometry column. Throws where there is none, or its places are not longitude and latitude. */
function findGeometry(name: string, metadata: FileMetaData, geo: string | undefined): string {
  const refusal = (what: string) =>
    new GroundTrendError('input', what, {
      place: { file: name },
      advice: 'A map from "groundtrend classify ... -o map.parquet" is what is wanted here.',
    });
  if (geo === undefined)
    throw refusal('This Parquet file holds no map: it lacks the metadata of GeoParquet.');
  let described: {
    primary_column?: unknown;
    columns?: Record<string, { encoding?: unknown; crs?: GeoCrs | null }>;
  };
  try {
    described = JSON.parse(geo) as typeof described;
  } catch {
    throw refusal("This file's GeoParquet metadata is damaged.");
  }
  const column = String(described.primary_column ?? 'geometry');
  const details = described.columns?.[column];
  if (details?.encoding !== 'WKB' || !topElements(metadata).some((element) => element.name === column)) {
    throw refusal('This GeoParquet file keeps its geometry in a way that is not known here.');
  }
  const authority = details.crs?.id;
  if (details.crs === undefined || authority?.code === 'CRS84' || Number(authority?.code) === 4326)
    return column;
  throw refusal('This map is not in longitude and latitude (WGS84).');
}

interface GeoCrs {
  readonly id?: { readonly code?: unknown };
}

/** The columns themselves, without the root and the members of structs and lists. */
function topElements({ schema }: FileMetaData): SchemaElement[] {
  const found: SchemaElement[] = [];
  let skip = 0;
  for (const element of schema.slice(1)) {
    if (skip > 0) skip += (element.num_children ?? 0) - 1;
    else if (element.num_children) skip = element.num_children;
    else found.push(element);
  }
  return found;
}

function columnType({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): ColumnType | undefined {
  if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
  if (converted === 'UTF8' || logical?.type === 'STRING') return 'text';
  if (
    converted !== undefined &&
    !String(converted).startsWith('INT_') &&
    !String(converted).startsWith('UINT_')
  ) {
    return undefined;
  }
  switch (type) {
    case 'FLOAT':
      return 'float32';
    case 'DOUBLE':
    case 'INT64':
      return 'float64';
    case 'INT32':
      return 'int32';
    case 'BOOLEAN':
      return 'boolean';
    default:
      return undefined;
  }
}

function parseDescriptions(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

function listRowGroups({
  row_groups: groups,
}: FileMetaData): { readonly start: number; readonly end: number }[] {
  let start = 0;
  return groups.map(({ num_rows: rows }) => {
    const group = { start, end: start + Number(rows) };
    start = group.end;
    return group;
  });
}

function allocateColumn(type: ColumnType, points: number): ColumnValues {
  switch (type) {
    case 'text':
      return new Array<string>(points).fill('');
    case 'float32':
      return new Float32Array(points).fill(Number.NaN);
    case 'float64':
      return new Float64Array(points).fill(Number.NaN);
    default:
      return new Int32Array(points).fill(MISSING_INT32);
  }
}

function copyValues(type: ColumnType, source: ArrayLike<unknown>, target: ColumnValues, row: number): void {
  if (type === 'text') {
    const texts = target as string[];
    for (let i = 0; i < source.length && row + i < texts.length; i++)
      texts[row + i] = String(source[i] ?? '');
  } else {
    const missing = type === 'float32' || type === 'float64' ? Number.NaN : MISSING_INT32;
    copyNumbers(source, target as Float64Array, row, missing);
  }
}

function copyNumbers(
  source: ArrayLike<unknown>,
  target: Float64Array | Float32Array | Int32Array,
  row: number,
  missing: number,
): void {
  const count = Math.min(source.length, target.length - row);
  for (let i = 0; i < count; i++) {
    const value = source[i];
    target[row + i] = value === undefined || value === null ? missing : Number(value);
  }
}
