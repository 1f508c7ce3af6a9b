import type { Feature, FeatureCollection, Position } from 'geojson';
import { GroundTrendError } from '../../../src/index.js';
import type { Area } from '../state/explorer-state.js';

/** The polygons of a GeoJSON document as outlines; holes are passed over, every part of a multipolygon is an area. */
export function areasFromGeojson(document: unknown): Area[] {
  const features = listFeatures(document);
  const areas = features.flatMap((feature, index): Area[] => {
    const { geometry, properties } = feature;
    const name = nameOf(properties) ?? `Area ${index + 1}`;
    const polygons =
      geometry?.type === 'Polygon'
        ? [geometry.coordinates]
        : geometry?.type === 'MultiPolygon'
          ? geometry.coordinates
          : [];
    return polygons.flatMap((rings, part) => {
      const ring = openRing(rings[0] ?? []);
      if (ring.length < 3) return [];
      return [{ name: polygons.length > 1 ? `${name} (${part + 1})` : name, ring }];
    });
  });
  if (areas.length > 0) return areas;
  throw new GroundTrendError('input', 'This GeoJSON holds no polygon.', {
    advice: 'Areas are Polygon or MultiPolygon features in longitude and latitude.',
  });
}

export function areasToGeojson(areas: readonly Area[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: areas.map(({ name, ring }) => ({
      type: 'Feature',
      properties: { name },
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]].map((place) => [...place])] },
    })),
  };
}

function listFeatures(document: unknown): Feature[] {
  const { type, features, geometry } = (document ?? {}) as {
    type?: string;
    features?: Feature[];
    geometry?: unknown;
  };
  if (type === 'FeatureCollection' && Array.isArray(features)) return features;
  if (type === 'Feature' && geometry) return [document as Feature];
  if (type === 'Polygon' || type === 'MultiPolygon') {
    return [{ type: 'Feature', properties: {}, geometry: document as Feature['geometry'] }];
  }
  throw new GroundTrendError('input', 'This is not GeoJSON.', {
    advice: 'Give a file with polygons (.geojson).',
  });
}

function nameOf(properties: Feature['properties']): string | undefined {
  const name = properties?.name ?? properties?.Name ?? properties?.NAME;
  if (name === undefined || name === null) return undefined;
  return properties?.letter ? `${properties.letter} ${name}` : String(name);
}

function openRing(ring: readonly Position[]): (readonly [number, number])[] {
  const places = ring
    .filter((place) => place.length >= 2 && place.every(Number.isFinite))
    .map(([x, y]) => [x, y] as const);
  const [first, last] = [places[0], places[places.length - 1]];
  return places.length > 1 && first[0] === last[0] && first[1] === last[1] ? places.slice(0, -1) : places;
}
