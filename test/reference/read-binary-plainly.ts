import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import Database from 'libsql';
import type { PlainTable } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

/** Parquet by its library's own rows: flat columns of dates, or the lists `displacement` and `dates`. */
export async function readParquetPlainly(bytes: Uint8Array): Promise<PlainTable | undefined> {
  const file = bytes.slice().buffer;
  const metadata = parquetMetadata(file, { geoparquet: false });
  const rows = await parquetReadObjects({ file, metadata, compressors, utf8: false, geoparquet: false });
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name);
  if (new Set(names).size < names.length) return undefined;
  const lists = columns.filter(({ children }) => children.length > 0).map(({ element }) => element.name);
  if (lists.length > 0 && lists.join() !== 'dates,displacement') return undefined;
  const spread = rows.map((row): PlainRow => {
    const cells = new Map(Object.entries(row));
    const series = row.displacement as ArrayLike<unknown> | undefined;
    (row.dates as Date[] | undefined)?.forEach((date, epoch) => {
      cells.set(date.toISOString().slice(0, 10), series?.[epoch]);
    });
    const point = row.geometry instanceof Uint8Array ? plainWkb(row.geometry) : undefined;
    return 'geometry' in row ? { x: point?.[0] ?? null, y: point?.[1] ?? null, cells } : { cells };
  });
  const listed = lists.length > 0 ? [...spread[0].cells.keys()].filter((name) => !names.includes(name)) : [];
  return plainTable([...names.filter((name) => !lists.includes(name)), ...listed], spread);
}

/** A point of well-known binary; `undefined` for anything else. */
export function plainWkb(bytes: Uint8Array): [number, number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === 1;
  if (bytes.length < 21 || view.getUint32(1, isLittle) !== 1) return undefined;
  return [view.getFloat64(5, isLittle), view.getFloat64(13, isLittle)];
}

/** The first layer of a GeoPackage in degrees, by a query for all of it. */
export function readGeopackagePlainly(path: string): PlainTable | undefined {
  const database = new Database(path, { readonly: true });
  try {
    const [layer, ...others] = database.prepare('SELECT * FROM gpkg_geometry_columns').all() as {
      table_name: string;
      column_name: string;
      srs_id: number;
    }[];
    if (others.length > 0 || layer.srs_id !== 4326) return undefined;
    const table = `"${layer.table_name}"`;
    const rows = database.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
    const keys = (database.prepare(`PRAGMA table_info(${table})`).all() as { name: string; pk: number }[])
      .filter(({ pk }) => pk > 0)
      .map(({ name }) => name);
    const names = Object.keys(rows[0] ?? {}).filter(
      (name) => name !== layer.column_name && !keys.includes(name),
    );
    return plainTable(
      names,
      rows.map((row) => {
        const blob = row[layer.column_name];
        const point = blob instanceof ArrayBuffer ? plainGeopackagePoint(new Uint8Array(blob)) : undefined;
        return { x: point?.[0] ?? null, y: point?.[1] ?? null, cells: new Map(Object.entries(row)) };
      }),
    );
  } finally {
    database.close();
  }
}

function plainGeopackagePoint(bytes: Uint8Array): [number, number] | undefined {
  const boxes = [0, 32, 48, 48, 64];
  const box = boxes[(bytes[3] >> 1) & 7];
  if (bytes[0] !== 0x47 || bytes[1] !== 0x50 || box === undefined) return undefined;
  return plainWkb(bytes.slice(8 + box));
}
