import type { ColumnType, ResultSchema } from '../../series/result-table.js';
import { listSeriesColumns } from '../result-encoder.js';

/** What the tables of a GeoPackage call the layer and its columns. */
export interface LayerNames {
  readonly layer: string;
  readonly key: string;
  readonly geometry: string;
}

/** EPSG's number of WGS84, the coordinate system of every result; GeoPackage stores longitude first. */
export const WGS84_SRS = 4326;

const WGS84_DEFINITION =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],' +
  'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",' +
  '0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],' +
  'AUTHORITY["EPSG","4326"]]';

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  float64: 'REAL',
  float32: 'REAL',
  int32: 'MEDIUMINT',
  date: 'DATE',
  boolean: 'BOOLEAN',
};

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The tables that GeoPackage 1.3 asks for (clauses 1.1, 2.1, annexes F.3 and F.8), and QGIS's table of styles. */
export const CORE_TABLES = `
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', ${WGS84_SRS}, 'EPSG', ${WGS84_SRS}, ${quoteText(WGS84_DEFINITION)},
   'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
`;

/** `GEOMETRY` admits polygons and lines. */
export function geometryTypeOf({ hasShapes }: ResultSchema): string {
  return hasShapes ? 'GEOMETRY' : 'POINT';
}

/** The layer's own table, with a column a field and a column a date. */
export function describeLayerTable(schema: ResultSchema, names: LayerNames): string {
  const columns = [
    `${quoteName(names.key)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL`,
    `${quoteName(names.geometry)} ${geometryTypeOf(schema)}`,
    ...schema.fields.map((field) => `${quoteName(field.name)} ${SQL_TYPES[field.type]}`),
    ...listSeriesColumns(schema).map((name) => `${quoteName(name)} REAL`),
  ];
  return `CREATE TABLE ${quoteName(names.layer)} (\n  ${columns.join(',\n  ')}\n);`;
}

/** The R-tree of GeoPackage's extension gpkg_rtree_index, still empty and without triggers. */
export function describeRtree(names: LayerNames): string {
  return `CREATE VIRTUAL TABLE ${quoteName(nameRtree(names))} USING rtree(id, minx, maxx, miny, maxy);`;
}

export function nameRtree({ layer, geometry }: LayerNames): string {
  return `rtree_${layer}_${geometry}`;
}

/** The triggers by which an edited layer keeps its R-tree true (GeoPackage 1.3, annex F.3, requirement 77). */
export function describeRtreeTriggers(names: LayerNames): string {
  const layer = quoteName(names.layer);
  const rtree = quoteName(nameRtree(names));
  const geometry = quoteName(names.geometry);
  const key = quoteName(names.key);
  const isThere = `(NEW.${geometry} NOTNULL AND NOT ST_IsEmpty(NEW.${geometry}))`;
  const isGone = `(NEW.${geometry} ISNULL OR ST_IsEmpty(NEW.${geometry}))`;
  const sides = ['MinX', 'MaxX', 'MinY', 'MaxY'].map((side) => `ST_${side}(NEW.${geometry})`).join(', ');
  const put = `INSERT OR REPLACE INTO ${rtree} VALUES (NEW.${key}, ${sides});`;
  const remove = `DELETE FROM ${rtree} WHERE id = OLD.${key};`;
  const trigger = (suffix: string, event: string, condition: string, actions: string) =>
    `CREATE TRIGGER ${quoteName(`${nameRtree(names)}_${suffix}`)} AFTER ${event} ON ${layer}\n` +
    `  WHEN ${condition}\nBEGIN\n  ${actions}\nEND;`;
  return [
    trigger('insert', 'INSERT', isThere, put),
    trigger('update1', `UPDATE OF ${geometry}`, `OLD.${key} = NEW.${key} AND ${isThere}`, put),
    trigger('update2', `UPDATE OF ${geometry}`, `OLD.${key} = NEW.${key} AND ${isGone}`, remove),
    trigger('update3', 'UPDATE', `OLD.${key} != NEW.${key} AND ${isThere}`, `${remove} ${put}`),
    trigger(
      'update4',
      'UPDATE',
      `OLD.${key} != NEW.${key} AND ${isGone}`,
      `DELETE FROM ${rtree} WHERE id IN (OLD.${key}, NEW.${key});`,
    ),
    trigger('delete', 'DELETE', `OLD.${geometry} NOT NULL`, remove),
  ].join('\n');
}

/** The table from which QGIS takes a layer's looks. */
export const STYLE_TABLE = `
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256),
  f_table_schema TEXT(256),
  f_table_name TEXT(256),
  f_geometry_column TEXT(256),
  styleName TEXT(30),
  styleQML TEXT,
  styleSLD TEXT,
  useAsDefault BOOLEAN,
  description TEXT,
  owner TEXT(30),
  ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
`;
