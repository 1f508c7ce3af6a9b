const POINT = 1;
const MULTIPOINT = 4;
const HAS_SRID = 0x2000_0000;

/**
 * Reads a point, or the first of a multipoint, from well-known binary (ISO, or PostGIS's extension of it; further
 * dimensions are passed over) into `place` as x and y. False, and `place` as it was, where the bytes are no point.
 */
export function readWkbPoint(bytes: Uint8Array, place: number[]): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readWkbPointAt(view, 0, bytes.byteLength, place);
}

/** The same for the bytes between two places. */
export function readWkbPointAt(view: DataView, start: number, end: number, place: number[]): boolean {
  if (end - start < 21) return false;
  const isLittle = view.getUint8(start) === 1;
  const kind = view.getUint32(start + 1, isLittle);
  const body = start + (kind & HAS_SRID ? 9 : 5);
  const type = (kind & 0xffff) % 1000;
  if (type === MULTIPOINT) return readWkbPointAt(view, body + 4, end, place);
  if (type !== POINT || end < body + 16) return false;
  place[0] = view.getFloat64(body, isLittle);
  place[1] = view.getFloat64(body + 8, isLittle);
  return true;
}
