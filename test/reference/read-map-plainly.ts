import { parquetMetadata, parquetReadObjects, parquetSchema, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { plainDate } from './plain-points.js';
import { plainWkb } from './read-binary-plainly.js';

type PlainType = 'text' | 'float32' | 'float64' | 'int32' | 'date' | 'boolean';

/** A classified map as rows of cells. */
export interface PlainMap {
  readonly fields: readonly { readonly name: string; readonly type: PlainType }[];
  /** `YYYYMMDD`. */
  readonly dates: readonly string[];
  readonly rows: readonly PlainMapRow[];
}

export interface PlainMapRow {
  /** `undefined` where the row has no point. */
  readonly place: readonly [longitude: number, latitude: number] | undefined;
  /** In the order of the fields; `undefined` is missing. */
  readonly cells: readonly (string | number | undefined)[];
  /** mm, `NaN` = missing. */
  readonly series: readonly number[];
}

/** All rows of a GeoParquet file at once, by its library's own decoding. */
export async function readMapPlainly(bytes: Uint8Array): Promise<PlainMap> {
  const file = bytes.slice().buffer;
  const metadata = parquetMetadata(file, { geoparquet: false });
  const geo = metadata.key_value_metadata?.findLast(({ key }) => key === 'geo')?.value;
  const geometry = String(JSON.parse(geo!).primary_column ?? 'geometry');
  const columns = parquetSchema(metadata)
    .children.filter(({ children }) => children.length === 0)
    .map(({ element }) => element);
  const dated = columns.filter(({ name, type }) => /^D/.test(name) && type === 'FLOAT' && plainDate(name));
  const series = dated.length > 1 ? dated : [];
  const fields = columns.flatMap((element) => {
    const type = typeOf(element);
    return type === undefined || element.name === geometry || series.includes(element)
      ? []
      : [{ name: element.name, type }];
  });
  const wanted = [geometry, ...[...fields, ...series].map(({ name }) => name)];
  const options = { columns: wanted, compressors, utf8: false, geoparquet: false };
  const rows = await parquetReadObjects({ file, metadata, ...options });
  return {
    fields,
    dates: series.map(({ name }) => plainDate(name)!),
    rows: rows.map((row) => ({
      place: row[geometry] instanceof Uint8Array ? plainWkb(row[geometry]) : undefined,
      cells: fields.map(({ name, type }) => cellOf(row[name], type)),
      series: series.map(({ name }) => row[name] ?? Number.NaN),
    })),
  };
}

/** What a column holds; `undefined` for what maps do not have. */
function typeOf({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): PlainType | undefined {
  const annotation = converted ?? logical?.type;
  if (type === 'BYTE_ARRAY') return annotation === 'UTF8' || annotation === 'STRING' ? 'text' : undefined;
  if (type === 'INT32' && annotation === 'DATE') return 'date';
  const isWhole = annotation === undefined || /^(U?INT_|INTEGER$)/.test(annotation);
  if (type === 'INT32' && isWhole) return 'int32';
  if (type === 'INT64' && isWhole) return 'float64';
  if (annotation !== undefined) return undefined;
  const plain: Partial<Record<string, PlainType>> = {
    FLOAT: 'float32',
    DOUBLE: 'float64',
    BOOLEAN: 'boolean',
  };
  return type && plain[type];
}

function cellOf(value: unknown, type: PlainType): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  if (type === 'text') return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
  if (value instanceof Date) return value.getTime() / 86_400_000;
  return Number(value);
}
