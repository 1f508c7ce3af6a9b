import proj4 from 'proj4';
import { GroundTrendError } from '../errors.js';
import { areDegrees, createToDegrees } from './projection.js';
import type { TableGeometry } from './tables/table-source.js';

const DEGREES = '+proj=longlat +datum=WGS84 +no_defs';
/** The equator's radius on GRS80 and WGS84 (PZ-90's is a metre less): datums on these are within metres of WGS84. */
const WGS84_RADIUS_METRES = 6_378_137;
/** The kind of a datum of which proj4 knows no way to WGS84. */
const UNKNOWN_DATUM = 5;

/**
 * What a coordinate system in well-known text (a .prj file, a GeoPackage's definition) or as PROJJSON (GeoParquet)
 * means for the geometry beside it. Datums that are within some metres of WGS84 (ETRS89 and the like) are taken as it;
 * where an older one cannot be converted that is said.
 *
 * Throws `input` where the projection is not known here.
 */
export function readProjectionText(definition: string | object, file: string): TableGeometry {
  const text = typeof definition === 'string' ? definition.trim() : JSON.stringify(definition);
  const description =
    typeof definition === 'string'
      ? (/^[A-Z_]+\[\s*"([^"]*)"/i.exec(text)?.[1] ?? text.slice(0, 40))
      : String((definition as { name?: unknown }).name ?? 'without a name');
  if (hasOddAngles(text)) throw unknownProjection(description, file);
  const isGeographic =
    typeof definition === 'string'
      ? /^(GEOGCS|GEOGCRS|GEODCRS|GEOGRAPHICCRS)\[/i.test(text)
      : /^Geo/.test(String((definition as { type?: unknown }).type));
  if (isGeographic)
    return { system: 'degrees', description, warning: doubtDatum(radiusOf(text), description) };
  try {
    const source = typeof definition === 'string' ? text : (definition as never);
    const { a: radius, datum, ...found } = proj4.Proj(source) as unknown as FoundProjection;
    if (lacksAzimuth(found)) throw new Error('The azimuth of an oblique projection was not understood.');
    const converter = proj4(source, DEGREES);
    return {
      system: 'projected',
      description,
      warning: datum?.datum_type === UNKNOWN_DATUM ? doubtDatum(radius, description) : undefined,
      toDegrees(easting, northing) {
        const [longitude, latitude] = converter.forward([easting, northing]);
        return [longitude, latitude];
      },
    };
  } catch (cause) {
    const epsg = findEpsg(text);
    if (epsg === undefined) throw unknownProjection(description, file, cause);
    return { ...readProjectionCode(epsg, file), description };
  }
}

/** The same for a system that is said by its EPSG code alone. */
export function readProjectionCode(epsg: number, file: string): TableGeometry {
  const description = `EPSG:${epsg}`;
  if (areDegrees(epsg)) return { system: 'degrees', description };
  try {
    return { system: 'projected', description, toDegrees: createToDegrees(epsg) };
  } catch (cause) {
    throw unknownProjection(description, file, cause);
  }
}

/** The little that is looked at of what proj4 makes of a definition. */
interface FoundProjection {
  readonly a: number;
  readonly datum?: { readonly datum_type: number };
  readonly projName?: string;
  readonly alpha?: number;
}

/** proj4 does not find the azimuth in newer texts of an oblique Mercator, and turns the map (Switzerland, Hungary). */
function lacksAzimuth({ projName = '', alpha }: Pick<FoundProjection, 'projName' | 'alpha'>): boolean {
  return /oblique.?mercator/i.test(projName) && alpha === undefined;
}

/** Degrees that are counted from Paris or in parts of 400 to the circle, which the library takes for others. */
function hasOddAngles(text: string): boolean {
  const meridian =
    /PRIMEM(?:ERIDIAN)?\[\s*"[^"]*"\s*,\s*([-+.\de]+)/i.exec(text) ??
    /"prime_meridian":\{[^{}]*"longitude":(?:\{"value":)?([-+.\de]+)/i.exec(text);
  const isElsewhere = meridian !== null && Number(meridian[1]) !== 0;
  return isElsewhere || /UNIT\[\s*"g(on|rad)|"name":"g(on|rade?s?)"/i.test(text);
}

function radiusOf(text: string): number | undefined {
  const radius =
    /(?:SPHEROID|ELLIPSOID)\[\s*"[^"]*"\s*,\s*([.\d]+)/i.exec(text) ??
    /"semi_major_axis":(?:\{"value":)?([.\d]+)/.exec(text);
  return radius === null ? undefined : Number(radius[1]);
}

function doubtDatum(radiusMetres: number | undefined, description: string): string | undefined {
  if (radiusMetres === undefined || Math.abs(radiusMetres - WGS84_RADIUS_METRES) < 2) return undefined;
  return (
    `The places are in "${description}", on a datum of its own, and were taken as WGS84: they may be off by some ` +
    'hundred metres. Where that matters, convert the file first (ogr2ogr -t_srs EPSG:4326).'
  );
}

function unknownProjection(description: string, file: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', `The projection "${description}" is not known here.`, {
    place: { file },
    advice:
      'Convert the file to WGS84 degrees (ogr2ogr -t_srs EPSG:4326, gdalwarp for rasters) and try again.',
    cause,
  });
}

/** The code that stands last in the text, which is that of the whole system. */
function findEpsg(text: string): number | undefined {
  const match =
    /(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]$/i.exec(text) ??
    /"id":\{"authority":"EPSG","code":(\d+)\}\}$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}
