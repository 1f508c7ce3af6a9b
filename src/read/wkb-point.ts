const POINT = 1;
const MULTIPOINT = 4;
const HAS_SRID = 0x2000_0000;

/**
 * Reads a point, or the first of a multipoint, from well-known binary (ISO, or PostGIS's extension of it; further
 * dimensions are passed over) into `place` as x and y. False, and `place` as it was, where the bytes are no point.
 */
export function readWkbPoint(bytes: Uint8Array, place: number[]): boolean {
  if (bytes.length < 21) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = view.getUint8(0) === 1;
  const kind = view.getUint32(1, isLittle);
  const start = kind & HAS_SRID ? 9 : 5;
  const type = (kind & 0xffff) % 1000;
  if (type === MULTIPOINT) return readWkbPoint(bytes.subarray(start + 4), place);
  if (type !== POINT || bytes.length < start + 16) return false;
  place[0] = view.getFloat64(start, isLittle);
  place[1] = view.getFloat64(start + 8, isLittle);
  return true;
}
