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

/** `[west, south, east, north]`, or `undefined` where no point had a position. */
export function boundsToBox(bounds: Bounds): [number, number, number, number] | undefined {
  return bounds.west <= bounds.east ? [bounds.west, bounds.south, bounds.east, bounds.north] : undefined;
}
