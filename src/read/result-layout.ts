import type { FileMetaData, SchemaElement } from 'hyparquet';
import { GroundTrendError } from '../errors.js';
import { createEpochAxis, type EpochAxis, parseDay } from '../series/epoch-axis.js';
import type { ColumnType, ResultField } from '../series/result-table.js';

/** What the footer of a map says of it. */
export interface ResultLayout {
  /** Name of the geometry column. */
  readonly geometry: string;
  /** All columns but geometry, its covering box and the displacements; those of kinds not known here are left out. */
  readonly fields: readonly ResultField[];
  /** Names of the displacements' columns, in the order of the dates. */
  readonly seriesColumns: readonly string[];
  readonly axis: EpochAxis | undefined;
  readonly groups: readonly GroupRows[];
  /** Entries of the footer, without those that other members stand for. */
  readonly entries: Readonly<Record<string, string>>;
}

/** Rows from `start` up to but not with `end`. */
export interface GroupRows {
  readonly start: number;
  readonly end: number;
}

/** Throws `input` where a Parquet file holds no map with points in WGS84. */
export function readResultLayout(metadata: FileMetaData, name: string): ResultLayout {
  const {
    geo,
    column_descriptions: described,
    ...entries
  } = Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  const geometry = findGeometry(name, metadata, geo);
  const descriptions = parseDescriptions(described);
  const top = topElements(metadata);
  const dated = top
    .flatMap(({ name: column, type }) => {
      const day = /^D\d{8}$/.test(column) && type === 'FLOAT' ? parseDay(column.slice(1)) : undefined;
      return day === undefined ? [] : [{ column, day }];
    })
    .sort((left, right) => left.day - right.day);
  // One column alone that is called like a date is none of a series.
  const series = dated.length >= 2 ? dated : [];
  const isSeries = new Set(series.map(({ column }) => column));
  const fields = top.flatMap((element): ResultField[] => {
    const type = columnType(element);
    if (type === undefined || element.name === geometry || isSeries.has(element.name)) return [];
    return [{ name: element.name, type, description: descriptions[element.name] }];
  });
  return {
    geometry,
    fields,
    seriesColumns: series.map(({ column }) => column),
    axis: series.length > 0 ? createEpochAxis(series.map(({ day }) => day)) : undefined,
    groups: listRowGroups(metadata),
    entries,
  };
}

/** Name of the geometry column. Throws where there is none, or its places are not longitude and latitude. */
function findGeometry(name: string, metadata: FileMetaData, geo: string | undefined): string {
  const refusal = (what: string) =>
    new GroundTrendError('input', what, {
      place: { file: name },
      advice: 'A map from "groundtrend classify ... -o map.parquet" is what is wanted here.',
    });
  if (geo === undefined)
    throw refusal('This Parquet file holds no map: it lacks the metadata of GeoParquet.');
  let described: {
    primary_column?: unknown;
    columns?: Record<string, { encoding?: unknown; crs?: GeoCrs | null }>;
  };
  try {
    described = JSON.parse(geo) as typeof described;
  } catch {
    throw refusal("This file's GeoParquet metadata is damaged.");
  }
  const column = String(described.primary_column ?? 'geometry');
  const details = described.columns?.[column];
  if (details?.encoding !== 'WKB' || !topElements(metadata).some((element) => element.name === column)) {
    throw refusal('This GeoParquet file keeps its geometry in a way that is not known here.');
  }
  const authority = details.crs?.id;
  if (details.crs === undefined || authority?.code === 'CRS84' || Number(authority?.code) === 4326)
    return column;
  throw refusal('This map is not in longitude and latitude (WGS84).');
}

interface GeoCrs {
  readonly id?: { readonly code?: unknown };
}

/** The columns themselves, without the root and the members of structs and lists. */
function topElements({ schema }: FileMetaData): SchemaElement[] {
  const found: SchemaElement[] = [];
  let skip = 0;
  for (const element of schema.slice(1)) {
    if (skip > 0) skip += (element.num_children ?? 0) - 1;
    else if (element.num_children) skip = element.num_children;
    else found.push(element);
  }
  return found;
}

function columnType({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): ColumnType | undefined {
  if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
  if (converted === 'UTF8' || logical?.type === 'STRING') return 'text';
  if (
    converted !== undefined &&
    !String(converted).startsWith('INT_') &&
    !String(converted).startsWith('UINT_')
  ) {
    return undefined;
  }
  switch (type) {
    case 'FLOAT':
      return 'float32';
    case 'DOUBLE':
    case 'INT64':
      return 'float64';
    case 'INT32':
      return 'int32';
    case 'BOOLEAN':
      return 'boolean';
    default:
      return undefined;
  }
}

function parseDescriptions(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

function listRowGroups({ row_groups: groups }: FileMetaData): GroupRows[] {
  let start = 0;
  return groups.map(({ num_rows: rows }) => {
    const group = { start, end: start + Number(rows) };
    start = group.end;
    return group;
  });
}
