import type { Position, Shape } from '../series/result-table.js';

/** Bytes of a point in well-known binary: byte order, type, two doubles. */
export const WKB_POINT_BYTES = 21;

/** Writes a two-dimensional point in little-endian well-known binary (OGC 06-103r4) at `offset`. */
export function writeWkbPoint(view: DataView, offset: number, longitude: number, latitude: number): void {
  view.setUint8(offset, 1);
  view.setUint32(offset + 1, 1, true);
  view.setFloat64(offset + 5, longitude, true);
  view.setFloat64(offset + 13, latitude, true);
}

const LINE_STRING = 2;
const POLYGON = 3;
const MULTI_LINE_STRING = 5;
const MULTI_POLYGON = 6;
const HEADER_BYTES = 9;
const POSITION_BYTES = 16;

/** A shape in little-endian well-known binary. */
export function encodeWkbShape(shape: Shape): Uint8Array<ArrayBuffer> {
  const parts =
    shape.type === 'MultiPolygon'
      ? shape.coordinates.map((rings) => ({ type: POLYGON, lines: rings }))
      : shape.coordinates.map((line) => ({ type: LINE_STRING, lines: [line] }));
  let size = HEADER_BYTES;
  for (const { type, lines } of parts) {
    size += type === POLYGON ? HEADER_BYTES : 5;
    for (const line of lines) size += 4 + line.length * POSITION_BYTES;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const putCount = (count: number) => {
    view.setUint32(offset, count, true);
    offset += 4;
  };
  const putType = (type: number) => {
    view.setUint8(offset++, 1);
    putCount(type);
  };
  const putLine = (line: readonly Position[]) => {
    putCount(line.length);
    for (const [x, y] of line) {
      view.setFloat64(offset, x, true);
      view.setFloat64(offset + 8, y, true);
      offset += POSITION_BYTES;
    }
  };
  putType(shape.type === 'MultiPolygon' ? MULTI_POLYGON : MULTI_LINE_STRING);
  putCount(parts.length);
  for (const { type, lines } of parts) {
    putType(type);
    if (type === POLYGON) putCount(lines.length);
    lines.forEach(putLine);
  }
  return bytes;
}
