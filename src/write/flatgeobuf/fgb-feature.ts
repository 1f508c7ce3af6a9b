import { Builder, type Offset } from 'flatbuffers';
import {
  MISSING_INT32,
  type Position,
  type ResultBatch,
  type ResultSchema,
  type Shape,
} from '../../series/result-table.js';
import { hasPosition } from '../bounds.js';
import { ByteBuffer } from '../byte-buffer.js';
import { createDayFormatter } from '../text/day-text.js';
import { addDoubles, addOffsets, GEOMETRY_TYPE } from './fgb-header.js';

/** Gives the bytes of one row's feature, size before it; a view that the next call overwrites. */
export type EncodeFeature = (batch: ResultBatch, row: number) => Uint8Array;

/**
 * Features after the specification's feature.fbs: a geometry, and the values that are not missing after their columns.
 */
export function createFeatureEncoder(schema: ResultSchema): EncodeFeature {
  const builder = new Builder(8192);
  const properties = new ByteBuffer();
  const formatDay = createDayFormatter();
  const scratch = new DataView(new ArrayBuffer(8));
  const encoder = new TextEncoder();

  function putBytes(count: number): void {
    for (let i = 0; i < count; i++) properties.appendByte(scratch.getUint8(i));
  }

  function putColumn(column: number): void {
    properties.appendByte(column & 0xff);
    properties.appendByte(column >> 8);
  }

  function putText(text: string): void {
    const bytes = encoder.encode(text);
    scratch.setUint32(0, bytes.length, true);
    putBytes(4);
    properties.appendBytes(bytes);
  }

  function putField(batch: ResultBatch, row: number, column: number): void {
    const value = batch.columns[column][row];
    if (value === '' || value === MISSING_INT32 || Number.isNaN(value)) return;
    putColumn(column);
    if (typeof value === 'string') {
      putText(value);
      return;
    }
    switch (schema.fields[column].type) {
      case 'date':
        putText(formatDay(value));
        break;
      case 'boolean':
        properties.appendByte(value);
        break;
      case 'int32':
        scratch.setInt32(0, value, true);
        putBytes(4);
        break;
      case 'float32':
        scratch.setFloat32(0, value, true);
        putBytes(4);
        break;
      default:
        scratch.setFloat64(0, value, true);
        putBytes(8);
    }
  }

  function putSeries({ displacements }: ResultBatch, row: number): void {
    if (displacements === undefined || schema.series === undefined) return;
    const epochs = schema.series.days.length;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const value = displacements[row * epochs + epoch];
      if (Number.isNaN(value)) continue;
      putColumn(schema.fields.length + epoch);
      scratch.setFloat32(0, value, true);
      putBytes(4);
    }
  }

  return (batch, row) => {
    properties.clear();
    for (let column = 0; column < schema.fields.length; column++) putField(batch, row, column);
    putSeries(batch, row);
    builder.clear();
    const values = builder.createByteVector(properties.view());
    const geometry = addGeometry(builder, batch, row);
    builder.startObject(3);
    builder.addFieldOffset(0, geometry, 0);
    builder.addFieldOffset(1, values, 0);
    builder.finishSizePrefixed(builder.endObject());
    return builder.asUint8Array();
  };
}

/** The row's shape, or its point; 0 for a point without a position. */
function addGeometry(builder: Builder, { shapes, longitude, latitude }: ResultBatch, row: number): Offset {
  if (shapes !== undefined) return addShape(builder, shapes[row]);
  if (!hasPosition(longitude[row], latitude[row])) return 0;
  return addLines(builder, [[[longitude[row], latitude[row]]]], GEOMETRY_TYPE.Point);
}

function addShape(builder: Builder, shape: Shape): Offset {
  if (shape.type === 'MultiLineString')
    return addLines(builder, shape.coordinates, GEOMETRY_TYPE.MultiLineString);
  const polygons = shape.coordinates.map((rings) => addLines(builder, rings, GEOMETRY_TYPE.Polygon));
  const parts = addOffsets(builder, polygons);
  return addTable(builder, GEOMETRY_TYPE.MultiPolygon, 0, 0, parts);
}

/** Coordinates one after the other; where there are several lines, `ends` counts the positions up to the end of each. */
function addLines(builder: Builder, lines: readonly (readonly Position[])[], type: number): Offset {
  let ends: Offset = 0;
  if (lines.length > 1) {
    let count = 0;
    const counts = lines.map((line) => {
      count += line.length;
      return count;
    });
    builder.startVector(4, counts.length, 4);
    for (let i = counts.length - 1; i >= 0; i--) builder.addInt32(counts[i]);
    ends = builder.endVector();
  }
  const xy = addDoubles(builder, lines.flat(2));
  return addTable(builder, type, ends, xy, 0);
}

/** Table `Geometry`: ends, xy, z, m, t, tm, type, parts. */
function addTable(builder: Builder, type: number, ends: Offset, xy: Offset, parts: Offset): Offset {
  builder.startObject(8);
  builder.addFieldOffset(0, ends, 0);
  builder.addFieldOffset(1, xy, 0);
  builder.addFieldInt8(6, type, 0);
  builder.addFieldOffset(7, parts, 0);
  return builder.endObject();
}
