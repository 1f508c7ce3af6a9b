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
  if (features === undefined || features.length === 0 || features.some((one) => !(one instanceof Object))) {
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
    const value = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value);
  }
  return `feature ${index + 1}`;
}

/** How deep the corners stand in the coordinates of a shape, and how many a part has at least (RFC 7946, 3.1). */
const SHAPES: Readonly<Record<string, { readonly depth: number; readonly corners: number }>> = {
  Polygon: { depth: 2, corners: 4 },
  MultiPolygon: { depth: 3, corners: 4 },
  LineString: { depth: 1, corners: 2 },
  MultiLineString: { depth: 2, corners: 2 },
};

function toShape({ geometry }: Feature, index: number, file: string): Shape {
  const where = `Feature ${index + 1}`;
  const type = String(geometry?.type ?? 'feature without geometry');
  if (!Object.hasOwn(SHAPES, type)) {
    throw refuse(file, `${where} is a ${type}.`, 'Polygons and lines are wanted.');
  }
  const coordinates = geometry?.coordinates;
  checkParts(coordinates, SHAPES[type].depth, SHAPES[type].corners, where, file);
  switch (type) {
    case 'Polygon':
      return { type: 'MultiPolygon', coordinates: [coordinates as Position[][]] };
    case 'MultiPolygon':
      return { type: 'MultiPolygon', coordinates: coordinates as Position[][][] };
    case 'LineString':
      return { type: 'MultiLineString', coordinates: [coordinates as Position[]] };
    default:
      return { type: 'MultiLineString', coordinates: coordinates as Position[][] };
  }
}

/** Lists within lists as deep as the shape has them, and no deeper; at the bottom corners in degrees. */
function checkParts(parts: unknown, depth: number, corners: number, where: string, file: string): void {
  if (!Array.isArray(parts) || parts.length < (depth === 1 ? corners : 1)) {
    throw refuse(file, `${where} has no coordinates, or too few for its shape.`);
  }
  for (const part of parts) {
    if (depth > 1) checkParts(part, depth - 1, corners, where, file);
    else checkCorner(part, where, file);
  }
}

function checkCorner(corner: unknown, where: string, file: string): void {
  const isCorner =
    Array.isArray(corner) && corner.length >= 2 && corner.every((value) => typeof value === 'number');
  if (!isCorner) throw refuse(file, `${where} has a corner that is not a longitude and a latitude.`);
  if (Math.abs(corner[0]) <= 180 && Math.abs(corner[1]) <= 90) return;
  throw refuse(
    file,
    `${where} has a corner at ${corner[0]}, ${corner[1]}, which is not degrees.`,
    'Export the layer in WGS84 (EPSG:4326): longitude, then latitude.',
  );
}

function refuse(file: string, what: string, advice?: string): GroundTrendError {
  return new GroundTrendError('input', what, { place: { file }, advice });
}
