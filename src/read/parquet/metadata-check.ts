import { type ColumnMetaData, type FileMetaData, parquetSchema } from 'hyparquet';

/** A row has a place of its own, which no compression brings below this. */
const MOST_ROWS_PER_BYTE = 64;
/** So many rows do no harm whatever they are. */
const HARMLESS_ROWS = 1_000_000;

/**
 * Throws where the footer of a Parquet file contradicts itself or the file's length: before anything is allocated for
 * what it says, and since a column that holds fewer values than rows would otherwise be read as missing.
 */
export function checkMetadata(metadata: FileMetaData, byteLength: number): void {
  const rows = Number(metadata.num_rows);
  if (!(rows >= 0)) throw new Error(`it says that it has ${rows} rows`);
  if (rows > HARMLESS_ROWS && rows > MOST_ROWS_PER_BYTE * byteLength) {
    throw new Error(`it says that it has ${rows} rows, in ${byteLength} bytes`);
  }
  const inGroups = metadata.row_groups.reduce((sum, { num_rows: count }) => sum + Number(count), 0);
  if (inGroups !== rows || metadata.row_groups.some(({ num_rows: count }) => Number(count) < 0)) {
    throw new Error(`it says that it has ${rows} rows, its groups have ${inGroups}`);
  }
  const { children } = parquetSchema(metadata);
  const names = new Set(children.map(({ element }) => element.name));
  if (names.size < children.length) throw new Error('two of its columns have one name');
  const flat = new Map(
    children.flatMap(({ element, children: parts }) =>
      parts.length === 0 ? [[element.name, element.type] as const] : [],
    ),
  );
  for (const { columns, num_rows: groupRows } of metadata.row_groups) {
    for (const { meta_data: column } of columns) {
      if (column === undefined) throw new Error('it does not say where a column lies');
      const start = chunkStart(column);
      const end = start + Number(column.total_compressed_size);
      const name = column.path_in_schema[0];
      if (!(start >= 0 && end >= start && end <= byteLength)) {
        throw new Error(`the column ${name} lies outside of the file`);
      }
      if (!flat.has(name)) continue;
      if (column.type !== flat.get(name)) {
        throw new Error(`the column ${name} is ${column.type}, in the schema ${flat.get(name)}`);
      }
      if (column.num_values !== groupRows) {
        throw new Error(`the column ${name} has ${column.num_values} values for ${groupRows} rows`);
      }
    }
  }
}

/** Where the bytes of a column begin in the file. Some writers say 0 where there is no dictionary. */
export function chunkStart({
  dictionary_page_offset: dictionary,
  data_page_offset: data,
}: ColumnMetaData): number {
  return Number(dictionary || data);
}
