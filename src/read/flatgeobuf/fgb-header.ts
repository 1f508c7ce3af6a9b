import { GroundTrendError } from '../../errors.js';
import type { AttributeField } from '../../series/series-batch.js';
import type { ByteWindow } from '../byte-window.js';
import { parseDateColumn } from '../columns/date-column.js';
import { readProjectionCode, readProjectionText } from '../projection-text.js';
import type { TableGeometry } from '../tables/table-source.js';
import { FlatTable } from './flat-table.js';

/** The values of `ColumnType` in header.fbs of the specification (FlatGeobuf 3). */
const COLUMN_TYPES = [
  'byte',
  'unsignedByte',
  'bool',
  'short',
  'unsignedShort',
  'int',
  'unsignedInt',
  'long',
  'unsignedLong',
  'float',
  'double',
  'string',
  'json',
  'dateTime',
  'binary',
] as const;

export type FgbColumnType = (typeof COLUMN_TYPES)[number];

export interface FgbColumn extends AttributeField {
  readonly type: FgbColumnType;
}

export interface FgbHeader {
  readonly columns: readonly FgbColumn[];
  readonly geometry: TableGeometry;
  /** Type of all geometries, 0 where they differ. */
  readonly geometryType: number;
  /** 0 where the file does not say. */
  readonly featureCount: number;
}

/** The values of `GeometryType` that places are read from. */
export const POINT = 1;
export const MULTI_POINT = 4;

const VERSION = 3;
const LARGEST_HEADER = 10 << 20;
const NODE_BYTES = 40;
const TEXT_TYPES: ReadonlySet<FgbColumnType> = new Set(['bool', 'string', 'json', 'dateTime', 'binary']);

/**
 * Reads everything up to the first feature; the index is passed over. Throws `input` for another version, shapes other
 * than points and a damaged header.
 */
export async function readFgbHeader(window: ByteWindow, file: string): Promise<FgbHeader> {
  if ((await window.fill(12)) < 12) throw damagedFlatgeobuf(file, 'its header is not whole');
  const start = window.take(12);
  const version = start[3];
  if (version !== VERSION) {
    throw new GroundTrendError('input', `This is a FlatGeobuf file of version ${version}, not ${VERSION}.`, {
      place: { file },
      advice: 'Convert it with a newer ogr2ogr and try again.',
    });
  }
  const length = new DataView(start.buffer, start.byteOffset).getUint32(8, true);
  if (length > LARGEST_HEADER || (await window.fill(length)) < length) {
    throw damagedFlatgeobuf(file, 'its header is not whole');
  }
  const { nodeSize, ...header } = parseHeader(window.take(length), file);
  if (!(await window.skip(indexBytes(header.featureCount, nodeSize)))) {
    throw damagedFlatgeobuf(file, 'its index is not whole');
  }
  return header;
}

function parseHeader(bytes: Uint8Array, file: string): FgbHeader & { readonly nodeSize: number } {
  try {
    const header = FlatTable.root(bytes);
    const geometryType = header.byte(2, 0);
    if (![0, POINT, MULTI_POINT].includes(geometryType)) {
      throw new GroundTrendError('input', 'The features of this FlatGeobuf file are no points.', {
        place: { file },
      });
    }
    return {
      columns: header.tables(7).map(describeColumn),
      geometry: describeSystem(header.table(10), file),
      geometryType,
      featureCount: header.unsigned64(8, 0),
      nodeSize: header.unsigned16(9, 16),
    };
  } catch (cause) {
    if (cause instanceof GroundTrendError) throw cause;
    throw damagedFlatgeobuf(file, (cause as Error).message, cause);
  }
}

function describeColumn(column: FlatTable): FgbColumn {
  const name = column.text(0) ?? '';
  const type = COLUMN_TYPES[column.byte(1, 0)];
  if (type === undefined) throw new RangeError(`the column ${name} has an unknown type`);
  const isNumber = !TEXT_TYPES.has(type) || parseDateColumn(name) !== undefined;
  return { name, type, kind: isNumber ? 'number' : 'text' };
}

/** Table `Crs`: org, code, name, description, wkt, code_string. */
function describeSystem(crs: FlatTable | undefined, file: string): TableGeometry {
  const code = crs?.signed32(1, 0) ?? 0;
  const isEpsg = (crs?.text(0) ?? 'EPSG').toUpperCase() === 'EPSG' && code > 0;
  if (isEpsg && code === 4326) return { system: 'degrees', description: 'WGS 84' };
  const text = crs?.text(4);
  if (text !== undefined && text !== '') return readProjectionText(text, file);
  if (isEpsg) return readProjectionCode(code, file);
  return { system: 'unknown', description: 'This FlatGeobuf file does not say its projection' };
}

/** The packed R-tree: every level whole, from the leaves to one root. No index where the node size is 0. */
function indexBytes(features: number, nodeSize: number): number {
  if (features === 0 || nodeSize < 2) return 0;
  let nodes = features;
  let level = features;
  do {
    level = Math.ceil(level / nodeSize);
    nodes += level;
  } while (level > 1);
  return nodes * NODE_BYTES;
}

export function damagedFlatgeobuf(file: string, why: string, cause?: unknown): GroundTrendError {
  return new GroundTrendError('input', 'This FlatGeobuf file ends early or is damaged.', {
    place: { file },
    advice: `Download or copy it again. (${why})`,
    cause,
  });
}
