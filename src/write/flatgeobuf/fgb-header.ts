import { Builder, type Offset } from 'flatbuffers';
import type { ColumnType, ResultSchema } from '../../series/result-table.js';
import { type Bounds, boundsToBox } from '../bounds.js';
import { listSeriesColumns } from '../result-encoder.js';

/** `fgb`, the major version, `fgb`, the patch version (FlatGeobuf 3.0.1, "Binary layout"). */
export const MAGIC: readonly number[] = [0x66, 0x67, 0x62, 3, 0x66, 0x67, 0x62, 1];

/** Children of a node of the index, as the specification proposes. */
export const NODE_SIZE = 16;

/** The values of `GeometryType` in the specification's header.fbs that we write. */
export const GEOMETRY_TYPE = {
  Unknown: 0,
  Point: 1,
  Polygon: 3,
  MultiLineString: 5,
  MultiPolygon: 6,
} as const;

/** The values of `ColumnType` in header.fbs: Bool, Int, Float, Double, String, DateTime. */
const COLUMN_TYPE: Readonly<Record<ColumnType, number>> = {
  boolean: 2,
  int32: 5,
  float32: 9,
  float64: 10,
  text: 11,
  date: 13,
};

/** Slots of the table `Header` in header.fbs, by their order there. */
const HEADER_SLOTS = 14;
const NAME = 0;
const ENVELOPE = 1;
const TYPE = 2;
const COLUMNS = 7;
const FEATURES_COUNT = 8;
const INDEX_NODE_SIZE = 9;
const CRS = 10;
const METADATA = 13;

/**
 * The header of a file, size before it: name, envelope, columns, WGS84, the schema's metadata as JSON. Without features
 * there is no index.
 */
export function encodeHeader(
  schema: ResultSchema,
  features: number,
  bounds: Bounds,
  geometryType: number,
): Uint8Array {
  const builder = new Builder(4096);
  const columns = [
    ...schema.fields.map(({ name, type, description }) => addColumn(builder, name, type, description)),
    ...listSeriesColumns(schema).map((name) => addColumn(builder, name, 'float32', undefined)),
  ];
  const columnVector = addOffsets(builder, columns);
  const envelope = addDoubles(builder, boundsToBox(bounds) ?? []);
  const crs = addWgs84(builder);
  const metadata = builder.createString(JSON.stringify(schema.metadata));
  const name = builder.createString(schema.layer);
  builder.startObject(HEADER_SLOTS);
  builder.addFieldOffset(NAME, name, 0);
  builder.addFieldOffset(ENVELOPE, envelope, 0);
  builder.addFieldInt8(TYPE, geometryType, 0);
  builder.addFieldOffset(COLUMNS, columnVector, 0);
  builder.addFieldInt64(FEATURES_COUNT, BigInt(features), 0n);
  builder.addFieldInt16(INDEX_NODE_SIZE, features === 0 ? 0 : NODE_SIZE, 16);
  builder.addFieldOffset(CRS, crs, 0);
  builder.addFieldOffset(METADATA, metadata, 0);
  builder.finishSizePrefixed(builder.endObject());
  return builder.asUint8Array();
}

/** Table `Column`: name, type, title, description and others that keep their defaults. */
function addColumn(builder: Builder, name: string, type: ColumnType, description = ''): Offset {
  const nameOffset = builder.createString(name);
  const descriptionOffset = description === '' ? 0 : builder.createString(description);
  builder.startObject(11);
  builder.addFieldOffset(0, nameOffset, 0);
  builder.addFieldInt8(1, COLUMN_TYPE[type], 0);
  builder.addFieldOffset(3, descriptionOffset, 0);
  return builder.endObject();
}

/** Table `Crs`: organisation, code, name. Longitude stands first, whatever the registry says. */
function addWgs84(builder: Builder): Offset {
  const organisation = builder.createString('EPSG');
  const name = builder.createString('WGS 84');
  builder.startObject(6);
  builder.addFieldOffset(0, organisation, 0);
  builder.addFieldInt32(1, 4326, 0);
  builder.addFieldOffset(2, name, 0);
  return builder.endObject();
}

/** A vector of tables, or of texts. */
export function addOffsets(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4);
  for (let i = offsets.length - 1; i >= 0; i--) builder.addOffset(offsets[i]);
  return builder.endVector();
}

export function addDoubles(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(8, values.length, 8);
  for (let i = values.length - 1; i >= 0; i--) builder.addFloat64(values[i]);
  return builder.endVector();
}
