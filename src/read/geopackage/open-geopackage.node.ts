import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import type { AttributeField } from '../../series/series-batch.js';
import { openSqlite, type SqliteDatabase, type SqliteValue } from '../../sqlite.node.js';
import { parseDateColumn } from '../columns/date-column.js';
import { readProjectionText } from '../projection-text.js';
import { createBlock, putValue } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableGeometry, TableSource } from '../tables/table-source.js';
import { readWkbPoint } from '../wkb-point.js';

interface Layer {
  readonly table: string;
  readonly geometryColumn: string;
  readonly geometry: TableGeometry;
  readonly columns: readonly (AttributeField & { readonly isBoolean: boolean })[];
}

/**
 * Opens the layers of a GeoPackage, each as a table; rows come in the order they are stored in.
 *
 * Throws `input` where the file is damaged.
 */
export function openGeopackageTables(path: string, name: string, totalBytes: number): TableSource[] {
  return guard(name, () => {
    const database = openSqlite(path, { readonly: true });
    try {
      const layers = listLayers(database, name);
      return layers.map((layer): TableSource => {
        const file = layers.length === 1 ? name : `${name}/${layer.table}`;
        return {
          file,
          format: 'GeoPackage',
          columns: layer.columns.map(({ name: column, kind }) => ({ name: column, kind })),
          geometry: layer.geometry,
          totalBytes,
          warnings: [],
          rows: (request) => readLayer(path, file, totalBytes, layer, request),
        };
      });
    } finally {
      database.close();
    }
  });
}

function listLayers(database: SqliteDatabase, file: string): Layer[] {
  requirePlainTables(database, ['gpkg_geometry_columns', 'gpkg_spatial_ref_sys'], file);
  const rows = database.query(
    `SELECT g.table_name AS name, g.column_name AS geometry, g.srs_id AS srs, s.organization AS organization,
       s.organization_coordsys_id AS code, s.definition AS definition
     FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name`,
  );
  return rows.map((row) => {
    const table = String(row.name);
    requirePlainTables(database, [table], file);
    const geometryColumn = String(row.geometry);
    const columns = database
      .query(`PRAGMA table_info(${quote(table)})`)
      .filter((column) => column.name !== geometryColumn && Number(column.pk) === 0)
      .map((column) => ({
        name: String(column.name),
        kind: kindOf(String(column.name), String(column.type)),
        isBoolean: /^BOOL/i.test(String(column.type)),
      }));
    return { table, geometryColumn, columns, geometry: describeSystem(row, file) };
  });
}

/**
 * Throws `input` for a view or virtual table: a program in the file would run when it is read, and may never end.
 */
function requirePlainTables(database: SqliteDatabase, tables: readonly string[], file: string): void {
  const stored = database.query("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')");
  for (const table of tables) {
    const found = stored.find(({ name }) => String(name).toLowerCase() === table.toLowerCase());
    if (found === undefined) throw damaged(file, `there is no table ${table}`);
    if (found.type === 'table' && !/^\s*CREATE\s+VIRTUAL/i.test(String(found.sql))) continue;
    throw new GroundTrendError('input', `The layer ${table} is not stored in this GeoPackage but computed.`, {
      place: { file },
      advice: 'Export it to a new file (ogr2ogr new.gpkg old.gpkg) and give that.',
    });
  }
}

/** -1 and 0 stand for systems that are not said (GeoPackage 1.4, table 3). */
function describeSystem(row: Record<string, SqliteValue>, file: string): TableGeometry {
  if (Number(row.srs) <= 0 || row.definition === null) {
    return { system: 'unknown', description: 'This GeoPackage does not say its projection' };
  }
  if (String(row.organization).toUpperCase() === 'EPSG' && Number(row.code) === 4326) {
    return { system: 'degrees', description: 'WGS 84' };
  }
  return readProjectionText(String(row.definition), file);
}

function kindOf(name: string, type: string): AttributeField['kind'] {
  if (parseDateColumn(name) !== undefined) return 'number';
  return /^(TINYINT|SMALLINT|MEDIUMINT|INT|FLOAT|DOUBLE|REAL|NUMERIC|DECIMAL)/i.test(type)
    ? 'number'
    : 'text';
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function* readLayer(
  path: string,
  file: string,
  totalBytes: number,
  layer: Layer,
  request: RowRequest,
): AsyncGenerator<RowBlock> {
  const { uses, rowsPerBlock, signal, onBytes } = request;
  const wanted = layer.columns.flatMap((_, column) => (uses[column] === 'unused' ? [] : [column]));
  const names = [layer.geometryColumn, ...wanted.map((column) => layer.columns[column].name)].map(quote);
  const sql = `SELECT ${names.join(', ')} FROM ${quote(layer.table)}`;
  const database = guard(file, () => openSqlite(path, { readonly: true }));
  try {
    const rows = database.stream(sql)[Symbol.iterator]();
    const [{ total }] = guard(file, () =>
      database.query(`SELECT count(*) AS total FROM ${quote(layer.table)}`),
    );
    for (let firstRow = 0; firstRow < Number(total); firstRow += rowsPerBlock) {
      throwIfCancelled(signal);
      const count = Math.min(rowsPerBlock, Number(total) - firstRow);
      const block = createBlock(count, firstRow, request);
      const place = [Number.NaN, Number.NaN];
      for (let row = 0; row < count; row++) {
        const { value: values, done } = guard(file, () => rows.next());
        if (done) throw damaged(file, `the layer ends after ${firstRow + row} of ${total} rows`);
        if (values[0] instanceof Uint8Array && readGeopackagePoint(values[0], place)) {
          block.x[row] = place[0];
          block.y[row] = place[1];
        }
        wanted.forEach((column, index) => {
          const value = values[index + 1];
          const isTruth = layer.columns[column].isBoolean && value !== null;
          putValue(block, request, row, column, isTruth ? String(Boolean(value)) : value);
        });
      }
      yield block;
      onBytes?.((totalBytes * (firstRow + count)) / Number(total));
    }
  } finally {
    database.close();
  }
}

/** Bytes of the box before the geometry, by the three bits that tell its form (GeoPackage 1.4, 2.1.3). */
const BOX_BYTES: readonly number[] = [0, 32, 48, 48, 64];
const HEADER_BYTES = 8;

function readGeopackagePoint(bytes: Uint8Array, place: number[]): boolean {
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0x47 || bytes[1] !== 0x50) return false;
  const boxBytes = BOX_BYTES[(bytes[3] >> 1) & 7];
  return boxBytes !== undefined && readWkbPoint(bytes.subarray(HEADER_BYTES + boxBytes), place);
}

function guard<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw damaged(file, (cause as Error).message, cause);
  }
}

function damaged(file: string, why: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', 'This GeoPackage ends early or is damaged.', {
    place: { file },
    advice: `Download or copy it again. (${why})`,
    cause,
  });
}
