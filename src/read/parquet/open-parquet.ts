import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { GroundTrendError } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import { parseDateColumn } from '../columns/date-column.js';
import type { RandomAccess } from '../random-access.js';
import { cutBlocks } from '../tables/cut-blocks.js';
import type { TableSource } from '../tables/table-source.js';
import { axisOfList, chooseListSeries, findMetadataDates, type ListSeries } from './list-series.js';
import { checkMetadata } from './metadata-check.js';
import { guardParquet, type OpenParquet } from './open-parquet-file.js';
import { checkPages } from './page-check.js';
import { sortColumns } from './parquet-columns.js';
import { findGeometry } from './parquet-geometry.js';
import { readColumns } from './read-other-columns.js';
import { readStretches } from './read-stretches.js';

/**
 * Opens a Parquet or GeoParquet file as a table: displacements in flat columns named like dates or in one column of
 * lists, any of the usual compressions. Whole row groups are read column by column, in parts where they are large.
 *
 * `mostBytes` of displacements are held at a time where a row group has more.
 *
 * Throws `input` where the file is damaged or cut short.
 */
export async function openParquetTable(access: RandomAccess, mostBytes?: number): Promise<TableSource> {
  const file = access.name;
  const buffer: AsyncBuffer = {
    byteLength: access.byteLength,
    async slice(start, end = access.byteLength) {
      const bytes = await access.read(start, end);
      const isWhole = bytes.byteLength === bytes.buffer.byteLength;
      if (isWhole) return bytes.buffer as ArrayBuffer;
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await guardParquet(file, () => parquetMetadataAsync(buffer, { geoparquet: false }));
  await guardParquet(file, async () => checkMetadata(metadata, access.byteLength));
  const geometry = findGeometry(metadata, file);
  const { flat, lists, structures } = sortColumns(metadata, geometry?.column);
  const isFlat = flat.some(({ name }) => parseDateColumn(name) !== undefined);
  const list = isFlat ? undefined : chooseListSeries(lists);
  const checked = checkPages(buffer, metadata);
  const parquet: OpenParquet = {
    file,
    access,
    checked,
    metadata,
    columns: flat,
    geometry,
    list,
    axis: undefined,
  };
  const axis = list && (await guardParquet(file, () => findListAxis(parquet, list)));
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
    rows: (request) => cutBlocks(readStretches({ ...parquet, axis }, request, mostBytes), request),
  };
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
    if (rowStart === 0) first = (values[0] ?? []) as readonly unknown[];
  });
  return axisOfList(first, file, list.dateColumn);
}
