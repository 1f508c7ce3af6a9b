const POINT = 1;
const MULTIPOINT = 4;
const HAS_HEIGHT = 0x8000_0000;
const HAS_MEASURE = 0x4000_0000;
const HAS_SRID = 0x2000_0000;

/**
 * Reads a point, or the mean of a multipoint, from well-known binary (ISO, or PostGIS's extension of it; further
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
  if (type === MULTIPOINT) return readMean(view, body, end, isLittle, place);
  if (type !== POINT || end < body + 16) return false;
  place[0] = view.getFloat64(body, isLittle);
  place[1] = view.getFloat64(body + 8, isLittle);
  return true;
}

/** The mean of points, each with a byte order and type of its own, behind their number. */
function readMean(view: DataView, start: number, end: number, isLittle: boolean, place: number[]): boolean {
  const count = view.getUint32(start, isLittle);
  const point = [0, 0];
  let [x, y] = [0, 0];
  let at = start + 4;
  for (let i = 0; i < count; i++) {
    const pointEnd = at + pointBytes(view, at, end);
    if (pointEnd > end || !readWkbPointAt(view, at, pointEnd, point)) return false;
    x += point[0];
    y += point[1];
    at = pointEnd;
  }
  if (count === 0) return false;
  place[0] = x / count;
  place[1] = y / count;
  return true;
}

/** Bytes of the point at a place, whatever its dimensions; infinite where there is none. */
function pointBytes(view: DataView, at: number, end: number): number {
  if (end - at < 21) return Number.POSITIVE_INFINITY;
  const kind = view.getUint32(at + 1, view.getUint8(at) === 1);
  const type = kind & 0xffff;
  if (type % 1000 !== POINT) return Number.POSITIVE_INFINITY;
  // ISO counts height, measure and both by thousands; PostGIS has a bit for each.
  const isoExtras = [0, 1, 1, 2][Math.floor(type / 1000)] ?? 0;
  const extras = isoExtras + (kind & HAS_HEIGHT ? 1 : 0) + (kind & HAS_MEASURE ? 1 : 0);
  return (kind & HAS_SRID ? 9 : 5) + 8 * (2 + extras);
}
