import { GroundTrendError } from '../../errors.js';
import {
  type ColumnType,
  MISSING_INT32,
  type ResultBatch,
  type ResultSchema,
  type Shape,
} from '../../series/result-table.js';
import { openSqlite, type SqliteDatabase, type SqliteValue } from '../../sqlite.node.js';
import { boundsToBox, createBounds, extendByBatch, hasPosition } from '../bounds.js';
import { buildQgisStyle } from '../qgis-style.js';
import {
  checkBatch,
  chooseFreeName,
  describeColumns,
  listColumns,
  type OutputTarget,
} from '../result-encoder.js';
import { createDayFormatter } from '../text/day-text.js';
import { widenFloat32 } from '../text/short-decimal.js';
import { encodeWkbShape, WKB_POINT_BYTES, writeWkbPoint } from '../wkb.js';
import {
  CORE_TABLES,
  describeLayerTable,
  describeRtree,
  describeRtreeTriggers,
  geometryTypeOf,
  type LayerNames,
  quoteName,
  STYLE_TABLE,
  WGS84_SRS,
} from './gpkg-tables.js';
import { createPointIndex, createShapeIndex } from './point-index.node.js';

const MOST_COLUMNS = 2000;
const MOST_VALUES_PER_INSERT = 2000;
const GEOMETRY_HEADER_BYTES = 8;
// GeoPackage 1.3: 'GPKG' and 10300.
const IDENTITY = 'PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;';
// Nobody else sees the temporary file, and a broken one is thrown away: no journal is needed.
const SPEED = ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -16000'];

/**
 * Writes GeoPackage 1.3 into a new file: one layer of points or shapes in WGS84 with an R-tree, the schema's metadata
 * as JSON in `gpkg_metadata`, and where there is a column `class`, a QGIS style in the class colours.
 *
 * Missing values are NULL, dates ISO texts. Single-precision numbers are stored as the shortest decimals that round to
 * them. The same rows give the same bytes: the times that the format demands are the metadata's `created` (an ISO date
 * or time), or 1970 without one. Throws `output` for more than 2,000 columns, the most that SQLite holds. Holds 20
 * bytes a point until the end, and about 60 while it builds the R-tree.
 */
export function openGeopackage(path: string, schema: ResultSchema): OutputTarget {
  const columns = listColumns(schema);
  if (columns.length + 2 > MOST_COLUMNS) {
    throw new GroundTrendError(
      'output',
      `A GeoPackage holds at most ${MOST_COLUMNS} columns, this result has ${columns.length + 2}.`,
      { advice: 'Leave out the series or write GeoParquet.' },
    );
  }
  const names: LayerNames = {
    layer: schema.layer,
    key: chooseFreeName('fid', columns),
    geometry: chooseFreeName('geom', columns),
  };
  const database = openSqlite(path);
  let isOpen = true;
  const bounds = createBounds();
  const index = schema.hasShapes ? createShapeIndex() : createPointIndex();

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    database.close();
  }

  try {
    for (const setting of SPEED) database.query(`PRAGMA ${setting}`);
    database.execute(IDENTITY);
    database.execute('BEGIN');
    database.execute(CORE_TABLES + describeLayerTable(schema, names));
  } catch (cause) {
    database.close();
    throw cause;
  }
  const insertRows = createRowInserter(database, schema, names, columns);

  return {
    close,
    async write(batch) {
      checkBatch(schema, batch);
      extendByBatch(bounds, batch);
      index.add(batch);
      insertRows(batch);
    },
    async finish() {
      registerLayer(database, schema, names, boundsToBox(bounds));
      database.execute(describeRtree(names));
      index.fill(database, names);
      database.execute(describeRtreeTriggers(names));
      database.execute('COMMIT');
      await close();
    },
  };
}

/** Inserts several rows a statement, since crossing into SQLite costs more than the row itself. */
function createRowInserter(
  database: SqliteDatabase,
  schema: ResultSchema,
  names: LayerNames,
  columns: readonly string[],
): (batch: ResultBatch) => void {
  const epochs = columns.length - schema.fields.length;
  const width = columns.length + 1;
  const rowsPerInsert = Math.max(1, Math.floor(MOST_VALUES_PER_INSERT / width));
  const target = `${quoteName(names.layer)} (${[names.geometry, ...columns].map(quoteName).join(', ')})`;
  const row = `(${new Array(width).fill('?').join(',')})`;
  const prepareInsert = (rows: number) =>
    database.prepare(`INSERT INTO ${target} VALUES ${new Array(rows).fill(row).join(',')}`);
  const insertMany = prepareInsert(rowsPerInsert);
  const insertOne = prepareInsert(1);
  const manyValues = new Array<SqliteValue>(rowsPerInsert * width).fill(null);
  const oneValues = new Array<SqliteValue>(width).fill(null);
  const converters = schema.fields.map((field) => CONVERTERS[field.type]());
  const blobs = Array.from({ length: rowsPerInsert }, () => createBlob(WKB_POINT_BYTES));

  function fillRow(values: SqliteValue[], slot: number, batch: ResultBatch, source: number): void {
    let position = slot * width;
    const x = batch.longitude[source];
    const y = batch.latitude[source];
    if (batch.shapes !== undefined) values[position++] = encodeShapeBlob(batch.shapes[source]);
    else if (hasPosition(x, y)) {
      writeWkbPoint(blobs[slot].view, GEOMETRY_HEADER_BYTES, x, y);
      values[position++] = blobs[slot].bytes;
    } else values[position++] = null;
    for (let field = 0; field < converters.length; field++) {
      values[position++] = converters[field](batch.columns[field][source]);
    }
    for (let epoch = 0; epoch < epochs; epoch++) {
      values[position++] = convertFloat32(batch.displacements![source * epochs + epoch]);
    }
  }

  return (batch) => {
    let source = 0;
    for (; source + rowsPerInsert <= batch.count; source += rowsPerInsert) {
      for (let slot = 0; slot < rowsPerInsert; slot++) fillRow(manyValues, slot, batch, source + slot);
      insertMany(manyValues);
    }
    for (; source < batch.count; source++) {
      fillRow(oneValues, 0, batch, source);
      insertOne(oneValues);
    }
  };
}

type Convert = (value: string | number) => SqliteValue;

const convertInteger: Convert = (value) => (value === MISSING_INT32 ? null : value);
const convertFloat32: Convert = (value) => (Number.isNaN(value) ? null : widenFloat32(value as number));

const CONVERTERS: Readonly<Record<ColumnType, () => Convert>> = {
  text: () => (value) => (value === '' ? null : value),
  float64: () => (value) => (Number.isNaN(value) ? null : value),
  float32: () => convertFloat32,
  int32: () => convertInteger,
  boolean: () => convertInteger,
  date: () => {
    const formatDay = createDayFormatter();
    return (value) => (value === MISSING_INT32 ? null : formatDay(value as number));
  },
};

/** GeoPackage's header (clause 2.1.3: little-endian, no envelope) and room for a geometry behind it. */
function createBlob(geometryBytes: number): { bytes: Buffer; view: DataView } {
  const bytes = Buffer.alloc(GEOMETRY_HEADER_BYTES + geometryBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write('GP', 'latin1');
  view.setUint8(3, 1);
  view.setInt32(4, WGS84_SRS, true);
  return { bytes, view };
}

function encodeShapeBlob(shape: Shape): Uint8Array {
  const geometry = encodeWkbShape(shape);
  const { bytes } = createBlob(geometry.length);
  bytes.set(geometry, GEOMETRY_HEADER_BYTES);
  return bytes;
}

function registerLayer(
  database: SqliteDatabase,
  schema: ResultSchema,
  names: LayerNames,
  box: readonly number[] | undefined,
): void {
  const changed = describeTime(schema.metadata.created);
  const sides = box ?? [null, null, null, null];
  const addContents = database.prepare('INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)');
  const addExtension = database.prepare('INSERT INTO gpkg_extensions VALUES (?,?,?,?,?)');
  addContents([names.layer, 'features', names.layer, '', changed, ...sides, WGS84_SRS]);
  database.prepare('INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)')([
    names.layer,
    names.geometry,
    geometryTypeOf(schema),
    WGS84_SRS,
  ]);
  addExtension([
    names.layer,
    names.geometry,
    'gpkg_rtree_index',
    'http://www.geopackage.org/spec120/#extension_rtree',
    'write-only',
  ]);
  for (const table of ['gpkg_metadata', 'gpkg_metadata_reference']) {
    const definition = 'http://www.geopackage.org/spec120/#extension_metadata';
    addExtension([table, null, 'gpkg_metadata', definition, 'read-write']);
  }
  const metadata = { ...schema.metadata, column_descriptions: describeColumns(schema) };
  database.prepare('INSERT INTO gpkg_metadata VALUES (1,?,?,?,?)')([
    'dataset',
    'https://www.rfc-editor.org/rfc/rfc8259',
    'application/json',
    JSON.stringify(metadata),
  ]);
  database.prepare('INSERT INTO gpkg_metadata_reference VALUES (?,?,NULL,NULL,?,1,NULL)')([
    'table',
    names.layer,
    changed,
  ]);
  if (schema.hasShapes || !schema.fields.some((field) => field.name === 'class')) return;
  database.execute(STYLE_TABLE);
  addContents(['layer_styles', 'attributes', 'layer_styles', '', changed, null, null, null, null, null]);
  database.prepare('INSERT INTO layer_styles VALUES (1,?,?,?,?,?,?,?,?,?,?,?,?)')([
    '',
    '',
    names.layer,
    names.geometry,
    'trend classes',
    buildQgisStyle('class'),
    '',
    1,
    'The five trend classes in their colours',
    '',
    null,
    changed,
  ]);
}

function describeTime(created: string | undefined): string {
  const time = new Date(created ?? 0);
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}
