/** Bytes of a point in well-known binary: byte order, type, two doubles. */
export const WKB_POINT_BYTES = 21;

/** Writes a two-dimensional point in little-endian well-known binary (OGC 06-103r4) at `offset`. */
export function writeWkbPoint(view: DataView, offset: number, longitude: number, latitude: number): void {
  view.setUint8(offset, 1);
  view.setUint32(offset + 1, 1, true);
  view.setFloat64(offset + 5, longitude, true);
  view.setFloat64(offset + 13, latitude, true);
}
