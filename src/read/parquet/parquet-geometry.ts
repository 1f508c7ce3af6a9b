import { type FileMetaData, parquetSchema } from 'hyparquet';
import { readProjectionText } from '../projection-text.js';
import type { TableGeometry } from '../tables/table-source.js';
import type { ColumnStorage } from './parquet-columns.js';

/** The column of points and how it is written. */
export interface ParquetGeometry {
  readonly column: string;
  /** `point`: a structure of x and y (GeoArrow). */
  readonly encoding: 'WKB' | 'point';
  /** Present where it is a column of bytes. */
  readonly storage?: ColumnStorage;
  readonly geometry: TableGeometry;
}

interface GeoColumn {
  readonly encoding?: string;
  readonly crs?: unknown;
}

const USUAL_NAMES: ReadonlySet<string> = new Set(['geometry', 'geom', 'wkb_geometry', 'wkb']);

/**
 * Finds the geometry: what the `geo` metadata of GeoParquet names, else a column of Parquet's own type GEOMETRY, else
 * bytes under a usual name. `undefined` where there is none.
 */
export function findGeometry(metadata: FileMetaData, file: string): ParquetGeometry | undefined {
  const found = chooseGeometry(metadata, file);
  const root = parquetSchema(metadata).children.find(({ element }) => element.name === found?.column);
  const { type, repetition_type: repetition } = root?.element ?? {};
  if (found === undefined || type !== 'BYTE_ARRAY' || repetition === 'REPEATED') return found;
  return { ...found, storage: { type, isOptional: repetition === 'OPTIONAL' } };
}

function chooseGeometry(metadata: FileMetaData, file: string): ParquetGeometry | undefined {
  const geo = readGeo(metadata);
  if (geo !== undefined) {
    const { encoding = 'WKB', crs } = geo.columns[geo.primary];
    if (encoding !== 'WKB' && encoding !== 'point') return undefined;
    return { column: geo.primary, encoding, geometry: describeSystem(crs, file) };
  }
  for (const { element, children } of parquetSchema(metadata).children) {
    if (children.length > 0 || element.type !== 'BYTE_ARRAY') continue;
    const logical = element.logical_type;
    if (logical?.type === 'GEOMETRY' || logical?.type === 'GEOGRAPHY') {
      const crs = 'crs' in logical ? (logical.crs as string | undefined) : undefined;
      const isDegrees = crs === undefined || /CRS84|4326/i.test(crs);
      const geometry: TableGeometry = isDegrees
        ? { system: 'degrees', description: 'OGC:CRS84' }
        : describeSystem(parseJson(crs), file);
      return { column: element.name, encoding: 'WKB', geometry };
    }
    const isText = element.converted_type === 'UTF8' || logical !== undefined;
    if (!isText && USUAL_NAMES.has(element.name.toLowerCase())) {
      const description = `The column ${element.name} of this Parquet file does not say its projection`;
      return { column: element.name, encoding: 'WKB', geometry: { system: 'unknown', description } };
    }
  }
  return undefined;
}

function readGeo(
  metadata: FileMetaData,
): { primary: string; columns: Record<string, GeoColumn> } | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'geo')?.value;
  const geo = parseJson(text) as { primary_column?: string; columns?: Record<string, GeoColumn> } | undefined;
  const primary = geo?.primary_column;
  if (primary === undefined || geo?.columns?.[primary] === undefined) return undefined;
  return { primary, columns: geo.columns };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** GeoParquet: without `crs` degrees, longitude first; with `null` unknown. */
function describeSystem(crs: unknown, file: string): TableGeometry {
  if (crs === undefined) return { system: 'degrees', description: 'OGC:CRS84' };
  if (crs === null || typeof crs !== 'object') {
    return { system: 'unknown', description: 'This GeoParquet file does not say its projection' };
  }
  return readProjectionText(crs, file);
}
