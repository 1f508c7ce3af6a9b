import type { ResultBatch, Shape } from '../series/result-table.js';

/** West, south, east and north of all points seen so far, degrees; `west > east` while there is none. */
export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function createBounds(): Bounds {
  return { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
}

/** A row without finite coordinates has no geometry, in every format. */
export function hasPosition(longitude: number, latitude: number): boolean {
  return Number.isFinite(longitude) && Number.isFinite(latitude);
}

export function extendBounds(bounds: Bounds, longitude: Float64Array, latitude: Float64Array, count: number) {
  for (let row = 0; row < count; row++) {
    const x = longitude[row];
    const y = latitude[row];
    if (!hasPosition(x, y)) continue;
    if (x < bounds.west) bounds.west = x;
    if (x > bounds.east) bounds.east = x;
    if (y < bounds.south) bounds.south = y;
    if (y > bounds.north) bounds.north = y;
  }
}

/** Widens the bounds to hold every corner of a shape. */
export function extendByShape(bounds: Bounds, shape: Shape): void {
  const lines = shape.type === 'MultiPolygon' ? shape.coordinates.flat() : shape.coordinates;
  for (const line of lines) {
    for (const [x, y] of line) {
      bounds.west = Math.min(bounds.west, x);
      bounds.east = Math.max(bounds.east, x);
      bounds.south = Math.min(bounds.south, y);
      bounds.north = Math.max(bounds.north, y);
    }
  }
}

/** Widens the bounds by all rows of a batch, be they points or shapes. */
export function extendByBatch(bounds: Bounds, { shapes, longitude, latitude, count }: ResultBatch): void {
  if (shapes === undefined) extendBounds(bounds, longitude, latitude, count);
  else for (const shape of shapes) extendByShape(bounds, shape);
}

/** `[west, south, east, north]`, or `undefined` where no point had a position. */
export function boundsToBox(bounds: Bounds): [number, number, number, number] | undefined {
  return bounds.west <= bounds.east ? [bounds.west, bounds.south, bounds.east, bounds.north] : undefined;
}
