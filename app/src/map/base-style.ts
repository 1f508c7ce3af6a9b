import type { Feature } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import landUrl from 'world-atlas/land-10m.json?url';

const SEA = '#e3ebee';
const LAND = '#f6f5f1';
const COAST = '#b4c0c4';

/**
 * The base map: the coast line that comes with the page, or a style (`.json`) or raster tiles (`{z}/{x}/{y}`) from
 * elsewhere, where the person has asked for one.
 */
export async function chooseStyle(basemap: string | undefined): Promise<StyleSpecification | string> {
  if (basemap === undefined) return await coastStyle();
  if (!basemap.includes('{z}')) return basemap;
  return {
    version: 8,
    sources: {
      base: { type: 'raster', tiles: [basemap], tileSize: 256, maxzoom: 19, attribution: creditOf(basemap) },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': LAND } },
      {
        id: 'base',
        type: 'raster',
        source: 'base',
        paint: { 'raster-saturation': -0.7, 'raster-opacity': 0.75 },
      },
    ],
  };
}

async function coastStyle(): Promise<StyleSpecification> {
  const topology = (await (await fetch(landUrl)).json()) as Topology<{ land: GeometryCollection }>;
  // One feature an island: a single one with all of them is more than a tile can fill rightly.
  const features = feature(topology, topology.objects.land).features.flatMap(({ geometry }): Feature[] => {
    const polygons = geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
    return polygons.map((coordinates) => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'Polygon', coordinates },
    }));
  });
  return {
    version: 8,
    sources: { land: { type: 'geojson', data: { type: 'FeatureCollection', features }, tolerance: 6 } },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': SEA } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': LAND, 'fill-antialias': false } },
      { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': COAST, 'line-width': 1 } },
    ],
  };
}

function creditOf(address: string): string {
  return address.includes('openstreetmap.org') ? '© OpenStreetMap contributors' : '';
}
