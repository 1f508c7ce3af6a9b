import proj4 from 'proj4';
import { GroundTrendError } from '../errors.js';

/** The projection of EGMS: ETRS89, Lambert azimuthal equal-area for Europe. */
export const EPSG_LAEA_EUROPE = 3035;

const WGS84_DEGREES = '+proj=longlat +datum=WGS84 +no_defs';
const ETRS89 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';

/** Turns an easting and northing in metres into WGS84 longitude and latitude in degrees. */
export type ToDegrees = (easting: number, northing: number) => readonly [longitude: number, latitude: number];

/** Codes of degrees, longitude first as files hold them: WGS84, and ETRS89 within a metre of it. */
const DEGREE_CODES: ReadonlySet<number> = new Set([4326, 4258]);

export function areDegrees(epsg: number): boolean {
  return DEGREE_CODES.has(epsg);
}

/**
 * A converter to WGS84 from a projection with a definition of our own (parameters from the EPSG registry): 3035, UTM
 * on WGS84 (32601 to 32660, 32701 to 32760) and on ETRS89 (25828 to 25838), and 3857. Degrees (4326, 4258) stay.
 *
 * Throws `usage` for any other code.
 */
export function createToDegrees(epsg: number): ToDegrees {
  if (areDegrees(epsg)) return (longitude, latitude) => [longitude, latitude];
  const converter = createConverter(epsg);
  return (easting, northing) => {
    const [longitude, latitude] = converter.forward([easting, northing]);
    return [longitude, latitude];
  };
}

/** Turns WGS84 longitude and latitude in degrees into an easting and northing in metres. */
export type ToMetres = (longitude: number, latitude: number) => readonly [easting: number, northing: number];

/** The way back of `createToDegrees`, for the same projections but degrees. */
export function createToMetres(epsg: number): ToMetres {
  const converter = createConverter(epsg);
  return (longitude, latitude) => {
    const [easting, northing] = converter.inverse([longitude, latitude]);
    return [easting, northing];
  };
}

/** Gives a code back that `createToDegrees` knows. Throws `usage` for any other. */
export function requireProjection(epsg: number): number {
  if (!areDegrees(epsg)) requireDefinition(epsg);
  return epsg;
}

function createConverter(epsg: number): proj4.Converter {
  return proj4(requireDefinition(epsg), WGS84_DEGREES);
}

function requireDefinition(epsg: number): string {
  const definition = definitionOf(epsg);
  if (definition === undefined) {
    throw new GroundTrendError('usage', `The projection EPSG:${epsg} is not known here.`, {
      advice:
        'Known are 3035, 3857, UTM on WGS84 (32601-32660, 32701-32760), UTM on ETRS89 (25828-25838) and the ' +
        'degrees of 4326 and 4258; ' +
        'or add columns of latitude and longitude.',
    });
  }
  return definition;
}

function definitionOf(epsg: number): string | undefined {
  if (epsg === EPSG_LAEA_EUROPE) {
    return `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${ETRS89}`;
  }
  if (epsg === 3857) {
    return '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs';
  }
  const zone = epsg % 100;
  if (epsg >= 25828 && epsg <= 25838) return `+proj=utm +zone=${zone} ${ETRS89}`;
  if (epsg >= 32601 && epsg <= 32660) return `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`;
  if (epsg >= 32701 && epsg <= 32760) return `+proj=utm +zone=${zone} +south +datum=WGS84 +units=m +no_defs`;
  return undefined;
}

/** True where metres can be an easting and northing of Europe in EPSG:3035 and not of a UTM zone. */
export function isLaeaEurope(easting: number, northing: number): boolean {
  return easting > 900_000 && easting < 7_400_000 && northing > 900_000 && northing < 6_000_000;
}
