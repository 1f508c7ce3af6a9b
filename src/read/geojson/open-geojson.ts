import { GroundTrendError } from '../../errors.js';
import type { AttributeField } from '../../series/series-batch.js';
import type { ByteSource, ByteStreamOptions } from '../byte-source.js';
import { parseDateColumn } from '../columns/date-column.js';
import { readProjectionCode } from '../projection-text.js';
import { createBlock, type OpenBlock, putValue } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableGeometry, TableSource } from '../tables/table-source.js';
import { FeatureScanner } from './feature-scanner.js';

/** Features looked at to learn the columns. */
const SAMPLE_FEATURES = 200;

interface Feature {
  readonly type?: string;
  readonly geometry?: { readonly type?: string; readonly coordinates?: unknown } | null;
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

/**
 * Opens points in GeoJSON as a table: a collection of features, or features one a line. The features are streamed; the
 * columns are the properties of the first two hundred.
 *
 * Throws `input` where it is no such text or holds other shapes than points.
 */
export async function openGeojsonTable(source: ByteSource): Promise<TableSource> {
  const file = source.name;
  const names = new Map<string, AttributeField['kind'] | undefined>();
  let features = 0;
  const scanner = new FeatureScanner();
  for await (const feature of readFeatures(source, scanner)) {
    requirePoint(feature, features, file);
    for (const [name, value] of Object.entries(feature.properties ?? {})) {
      names.set(name, joinKinds(names.get(name), kindOf(value)));
    }
    if (++features >= SAMPLE_FEATURES) break;
  }
  if (features === 0) {
    throw new GroundTrendError('input', 'This JSON file holds no GeoJSON features.', { place: { file } });
  }
  const columns = Array.from(names, ([name, kind]): AttributeField => {
    return { name, kind: parseDateColumn(name) === undefined ? (kind ?? 'text') : 'number' };
  });
  return {
    file,
    format: 'GeoJSON',
    columns,
    geometry: describeSystem(scanner.preamble, file),
    totalBytes: source.totalBytes,
    warnings: [],
    rows: (request) => readRows(source, columns, request),
  };
}

function kindOf(value: unknown): AttributeField['kind'] | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'number' ? 'number' : 'text';
}

function joinKinds(
  known: AttributeField['kind'] | undefined,
  next: AttributeField['kind'] | undefined,
): AttributeField['kind'] | undefined {
  if (known === undefined || next === undefined) return known ?? next;
  return known === next ? known : 'text';
}

/** Degrees, as RFC 7946 has it, unless the older member `crs` says otherwise. */
function describeSystem(preamble: string, file: string): TableGeometry {
  const code = findCode(preamble);
  return code === undefined
    ? { system: 'degrees', description: 'WGS 84' }
    : readProjectionCode(Number(code), file);
}

function findCode(members: string): string | undefined {
  return /"crs"\s*:.*?EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})"/s.exec(members)?.[1];
}

async function* readFeatures(
  source: ByteSource,
  scanner: FeatureScanner,
  options?: ByteStreamOptions,
): AsyncGenerator<Feature> {
  const file = source.name;
  let row = 0;
  for await (const chunk of source.open(options)) {
    const texts: string[] = [];
    scanner.scan(chunk, (text) => texts.push(text));
    for (const text of texts) yield parseFeature(text, row++, file);
    if (scanner.problem !== undefined) {
      throw refuse(file, `After ${row} features this is no GeoJSON: ${scanner.problem}.`);
    }
  }
  if (scanner.isWithin) {
    throw refuse(file, `This GeoJSON file ends within a feature or collection, after ${row} features.`);
  }
  checkFrame(scanner, row, file);
}

/** What surrounds the features has to be a collection, and may not say only behind them what they are. */
function checkFrame({ frame, preamble, postamble }: FeatureScanner, row: number, file: string): void {
  if (frame === undefined) return;
  let collection: { readonly features?: unknown };
  try {
    collection = JSON.parse(frame) as typeof collection;
  } catch (cause) {
    throw refuse(file, `After ${row} features this is no JSON: ${(cause as Error).message}.`, cause);
  }
  if (!Array.isArray(collection.features) || collection.features.length > 0) {
    throw refuse(file, 'This GeoJSON file has two lists of features.');
  }
  const code = findCode(postamble);
  if (code === undefined || code === (findCode(preamble) ?? '4326')) return;
  throw new GroundTrendError(
    'input',
    `This GeoJSON file says behind its features that they are in EPSG:${code}, when they have been read.`,
    {
      place: { file },
      advice: 'Put the member "crs" before "features", or convert it (ogr2ogr -t_srs EPSG:4326).',
    },
  );
}

function refuse(file: string, what: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', what, {
    place: { file },
    advice: 'Download or copy it again.',
    cause,
  });
}

function parseFeature(text: string, row: number, file: string): Feature {
  try {
    return JSON.parse(text) as Feature;
  } catch (cause) {
    throw refuse(file, `Feature ${row + 1} is not JSON: ${(cause as Error).message}`, cause);
  }
}

function requirePoint(feature: Feature, row: number, file: string): void {
  if (feature.type === 'Feature' && (!feature.geometry || feature.geometry.type === 'Point')) return;
  const what =
    feature.type === 'Feature' ? `a ${feature.geometry?.type}` : `a ${feature.type ?? 'JSON object'}`;
  throw new GroundTrendError('input', `Feature ${row + 1} is ${what}, not a point.`, {
    place: { file },
    advice: 'Series are read from features whose geometry is a Point.',
  });
}

async function* readRows(
  source: ByteSource,
  columns: readonly AttributeField[],
  request: RowRequest,
): AsyncGenerator<RowBlock> {
  const { signal, onBytes, rowsPerBlock } = request;
  let firstRow = 0;
  let features: Feature[] = [];
  for await (const feature of readFeatures(source, new FeatureScanner(), { signal, onBytes })) {
    requirePoint(feature, firstRow + features.length, source.name);
    features.push(feature);
    if (features.length < rowsPerBlock) continue;
    yield buildBlock(source.name, features, firstRow, columns, request);
    firstRow += features.length;
    features = [];
  }
  if (features.length > 0) yield buildBlock(source.name, features, firstRow, columns, request);
}

function buildBlock(
  file: string,
  features: readonly Feature[],
  firstRow: number,
  columns: readonly AttributeField[],
  request: RowRequest,
): OpenBlock {
  const block = createBlock(features.length, firstRow, request);
  const known = new Set(columns.map(({ name }) => name));
  const unknown = new Set<string>();
  features.forEach(({ geometry, properties }, row) => {
    for (const name of Object.keys(properties ?? {})) if (!known.has(name)) unknown.add(name);
    const late = [...unknown].find((name) => parseDateColumn(name) !== undefined);
    if (late !== undefined) {
      throw new GroundTrendError(
        'input',
        `Feature ${firstRow + row + 1} has the date ${late}, which none of the first ${SAMPLE_FEATURES} has.`,
        { place: { file }, advice: 'Give every feature all dates; null stands for a missing value.' },
      );
    }
    const coordinates = geometry?.coordinates;
    if (Array.isArray(coordinates)) {
      block.x[row] = typeof coordinates[0] === 'number' ? coordinates[0] : Number.NaN;
      block.y[row] = typeof coordinates[1] === 'number' ? coordinates[1] : Number.NaN;
    }
    columns.forEach(({ name }, column) => {
      // Every object has a "constructor" of its own accord.
      const value = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (typeof value === 'number' && request.uses[column] === 'text' && Math.abs(value) > 2 ** 53) {
        throw new GroundTrendError(
          'input',
          `Feature ${firstRow + row + 1} has more digits in ${name} than a JSON number keeps.`,
          { place: { file }, advice: 'Write names as texts, in quotes.' },
        );
      }
      putValue(
        block,
        request,
        row,
        column,
        typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
      );
    });
  });
  if (unknown.size === 0) return block;
  const notes = Array.from(
    unknown,
    (name) => `The property ${name} was left out: none of the first ${SAMPLE_FEATURES} features has it.`,
  );
  return { ...block, notes };
}
