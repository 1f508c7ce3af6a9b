/** Where the middle of the map lies, and how large the world is. */
export interface MapView {
  readonly longitude: number;
  readonly latitude: number;
  /** MapLibre's: the world is 512 * 2^zoom pixels wide. */
  readonly zoom: number;
}

/** West, south, east and north, degrees. */
export type Bounds = readonly [west: number, south: number, east: number, north: number];

const WORLD_PIXELS = 512;

/** Web Mercator, 0 to 1 from west to east. */
export function mercatorX(longitude: number): number {
  return longitude / 360 + 0.5;
}

/** Web Mercator, 0 to 1 from north to south. */
export function mercatorY(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export function longitudeOf(x: number): number {
  return (x - 0.5) * 360;
}

export function latitudeOf(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
}

export function worldPixels(zoom: number): number {
  return WORLD_PIXELS * 2 ** zoom;
}
