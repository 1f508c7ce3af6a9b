import { GroundTrendError } from '../../errors.js';
import type { Reference } from './reference-series.js';

const DEFAULT_RADIUS_METRES = 200;

/**
 * Reads what stands after `--reference`: `lon,lat` or `lon,lat,radius` (degrees, metres; 200 m by default), or
 * `median:radius` for the surroundings of every point. Throws `usage` for anything else.
 */
export function parseReference(text: string): Reference {
  const surroundings = /^median:(\d+(?:\.\d+)?)$/.exec(text);
  if (surroundings && Number(surroundings[1]) > 0) {
    return { kind: 'surroundings', radiusMetres: Number(surroundings[1]) };
  }
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [longitude, latitude, radiusMetres = DEFAULT_RADIUS_METRES] = parts;
  const isPlace =
    (parts.length === 2 || parts.length === 3) &&
    Math.abs(longitude) <= 180 &&
    Math.abs(latitude) <= 90 &&
    radiusMetres > 0;
  if (isPlace) return { kind: 'place', longitude, latitude, radiusMetres };
  throw new GroundTrendError(
    'usage',
    '--reference: give lon,lat or lon,lat,radius (degrees, metres), or median:radius',
  );
}
