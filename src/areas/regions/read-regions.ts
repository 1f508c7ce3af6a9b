import { GroundTrendError } from '../../errors.js';
import type { Position, Shape } from '../../series/result-table.js';

/** A polygon or line that a person gave, with a name. */
export interface Region {
  readonly name: string;
  /** WGS84 degrees. */
  readonly shape: Shape;
}

interface Feature {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly geometry?: { readonly type?: string; readonly coordinates?: unknown } | null;
}

const NAME_PROPERTIES = ['name', 'NAME', 'Name', 'title', 'id', 'ID'];

/**
 * Reads the polygons and lines of a GeoJSON text (RFC 7946: WGS84 degrees). A feature is called by `nameProperty`, else
 * by its name, title or id, else by its number.
 *
 * Throws `input` where it is no GeoJSON, holds points, or coordinates that are no degrees.
 */
export function readRegions(text: string, file: string, nameProperty?: string): Region[] {
  const features = listFeatures(parseJson(text, file));
  if (features === undefined || features.length === 0) {
    throw refuse(file, 'This is not GeoJSON with features.', 'Export the layer as GeoJSON in WGS84.');
  }
  return features.map((feature, index) => ({
    name: nameFeature(feature, index, nameProperty),
    shape: toShape(feature, index, file),
  }));
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse(file, `This is not JSON: ${(cause as Error).message}.`);
  }
}

function listFeatures(value: unknown): readonly Feature[] | undefined {
  const { type, features } = (value ?? {}) as { type?: string; features?: unknown };
  if (type === 'FeatureCollection' && Array.isArray(features)) return features as Feature[];
  if (type === 'Feature') return [value as Feature];
  return undefined;
}

function nameFeature({ properties }: Feature, index: number, wanted: string | undefined): string {
  const names = wanted === undefined ? NAME_PROPERTIES : [wanted];
  for (const name of names) {
    const value = properties?.[name];
    if (value !== undefined && value !== null && value !== '') return String(value);
  }
  return `feature ${index + 1}`;
}

function toShape({ geometry }: Feature, index: number, file: string): Shape {
  const where = `Feature ${index + 1}`;
  const coordinates = geometry?.coordinates;
  checkDegrees(coordinates, where, file);
  switch (geometry?.type) {
    case 'Polygon':
      return { type: 'MultiPolygon', coordinates: [coordinates as Position[][]] };
    case 'MultiPolygon':
      return { type: 'MultiPolygon', coordinates: coordinates as Position[][][] };
    case 'LineString':
      return { type: 'MultiLineString', coordinates: [coordinates as Position[]] };
    case 'MultiLineString':
      return { type: 'MultiLineString', coordinates: coordinates as Position[][] };
    default:
      throw refuse(
        file,
        `${where} is a ${geometry?.type ?? 'feature without geometry'}.`,
        'Polygons and lines are wanted.',
      );
  }
}

function checkDegrees(coordinates: unknown, where: string, file: string): void {
  if (!Array.isArray(coordinates) || coordinates.length === 0) {
    throw refuse(file, `${where} has no coordinates.`);
  }
  if (Array.isArray(coordinates[0])) {
    for (const part of coordinates) checkDegrees(part, where, file);
    return;
  }
  const [longitude, latitude] = coordinates as unknown[];
  if (Math.abs(Number(longitude)) <= 180 && Math.abs(Number(latitude)) <= 90) return;
  throw refuse(
    file,
    `${where} has a corner at ${JSON.stringify(coordinates)}, which is not degrees.`,
    'Export the layer in WGS84 (EPSG:4326): longitude, then latitude.',
  );
}

function refuse(file: string, what: string, advice?: string): GroundTrendError {
  return new GroundTrendError('input', what, { place: { file }, advice });
}
