import { createToDegrees, createToMetres, EPSG_LAEA_EUROPE } from '../read/projection.js';

/** A plane in metres that a map is worked on in, and the ways there and back. */
export interface MetricPlane {
  readonly epsg: number;
  /** WGS84 degrees to easting and northing. */
  readonly toMetres: (longitude: number, latitude: number) => readonly [easting: number, northing: number];
  readonly toDegrees: (easting: number, northing: number) => readonly [longitude: number, latitude: number];
}

/** Where EGMS covers the ground, generously. */
const EUROPE = { west: -32, east: 46, south: 26, north: 73 };

/** EPSG:3035, the grid of EGMS, for places in Europe, and the UTM zone of the place (on WGS84) elsewhere. */
export function chooseEpsg(longitude: number, latitude: number): number {
  const { west, east, south, north } = EUROPE;
  if (longitude >= west && longitude <= east && latitude >= south && latitude <= north)
    return EPSG_LAEA_EUROPE;
  const zone = Math.min(60, Math.max(1, Math.floor((longitude + 180) / 6) + 1));
  return (latitude < 0 ? 32700 : 32600) + zone;
}

/** Throws `usage` where the projection is not known. */
export function createMetricPlane(epsg: number): MetricPlane {
  return { epsg, toMetres: createToMetres(epsg), toDegrees: createToDegrees(epsg) };
}
