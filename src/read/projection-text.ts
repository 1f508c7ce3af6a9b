import proj4 from 'proj4';
import { GroundTrendError } from '../errors.js';
import { createToDegrees } from './projection.js';
import type { TableGeometry } from './tables/table-source.js';

const DEGREES = '+proj=longlat +datum=WGS84 +no_defs';

/**
 * What a coordinate system in well-known text (a .prj file, a GeoPackage's definition) or as PROJJSON (GeoParquet)
 * means for the geometry beside it. Datums that are within a metre of WGS84 (ETRS89 and the like) are taken as it.
 *
 * Throws `input` where the projection is not known here.
 */
export function readProjectionText(definition: string | object, file: string): TableGeometry {
  const trimmed = typeof definition === 'string' ? definition.trim() : JSON.stringify(definition);
  const name =
    typeof definition === 'string'
      ? (/^[A-Z_]+\[\s*"([^"]*)"/i.exec(trimmed)?.[1] ?? trimmed.slice(0, 40))
      : String((definition as { name?: unknown }).name ?? 'without a name');
  const isGeographic =
    typeof definition === 'string'
      ? /^(GEOGCS|GEOGCRS|GEODCRS|GEOGRAPHICCRS)\[/i.test(trimmed)
      : /^Geo/.test(String((definition as { type?: unknown }).type));
  if (isGeographic) return { system: 'degrees', description: name };
  try {
    const converter = proj4(typeof definition === 'string' ? trimmed : (definition as never), DEGREES);
    return {
      system: 'projected',
      description: name,
      toDegrees(easting, northing) {
        const [longitude, latitude] = converter.forward([easting, northing]);
        return [longitude, latitude];
      },
    };
  } catch (cause) {
    const epsg = findEpsg(trimmed);
    if (epsg !== undefined) {
      try {
        return { system: 'projected', description: name, toDegrees: createToDegrees(epsg) };
      } catch {
        // Neither its text nor its number is known here.
      }
    }
    throw new GroundTrendError('input', `The projection "${name}" is not known here.`, {
      place: { file },
      advice: 'Convert the file to WGS84 degrees (ogr2ogr -t_srs EPSG:4326) and try again.',
      cause,
    });
  }
}

/** The code that stands last in the text, which is that of the whole system. */
function findEpsg(text: string): number | undefined {
  const match =
    /(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]$/i.exec(text) ??
    /"id":\{"authority":"EPSG","code":(\d+)\}\}$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}
