import { GroundTrendError } from '../../errors.js';
import type { ByteSource } from '../byte-source.js';
import { ByteWindow } from '../byte-window.js';
import { createBlock, type OpenBlock, putValue } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import {
  damagedFlatgeobuf,
  type FgbColumn,
  type FgbHeader,
  MULTI_POINT,
  POINT,
  readFgbHeader,
} from './fgb-header.js';
import { FlatTable } from './flat-table.js';

/** No feature of a point is larger; a size past it is a sign of damage. */
const LARGEST_FEATURE = 64 << 20;

/**
 * Opens the points of a FlatGeobuf file (version 3, with or without an index) as a table, in the file's order. The
 * features are streamed. Multipoints stand at the mean of their points.
 *
 * Throws `input` where the file is damaged or holds other shapes.
 */
export async function openFlatgeobufTable(source: ByteSource): Promise<TableSource> {
  const file = source.name;
  const window = new ByteWindow(source.open());
  try {
    const header = await readFgbHeader(window, file);
    return {
      file,
      format: 'FlatGeobuf',
      columns: header.columns.map(({ name, kind }) => ({ name, kind })),
      geometry: header.geometry,
      totalBytes: source.totalBytes,
      warnings: [],
      rows: (request) => readRows(source, request),
    };
  } finally {
    await window.close();
  }
}

async function* readRows(source: ByteSource, request: RowRequest): AsyncGenerator<RowBlock> {
  const { signal, onBytes, rowsPerBlock } = request;
  const file = source.name;
  const window = new ByteWindow(source.open({ signal, onBytes }));
  try {
    const header = await readFgbHeader(window, file);
    let firstRow = 0;
    for (;;) {
      const features = await takeFeatures(window, rowsPerBlock, file);
      if (features.length === 0) break;
      yield buildBlock(features, firstRow, header, request, file);
      firstRow += features.length;
    }
    if (header.featureCount > 0 && firstRow !== header.featureCount) {
      throw damagedFlatgeobuf(file, `it holds ${firstRow} of ${header.featureCount} features`);
    }
  } finally {
    await window.close();
  }
}

/** Copies of the next features, fewer than asked for at the end of the file. */
async function takeFeatures(window: ByteWindow, count: number, file: string): Promise<Uint8Array[]> {
  const features: Uint8Array[] = [];
  while (features.length < count) {
    if (window.available < 4 && (await window.fill(4)) < 4) {
      if (window.available > 0) throw damagedFlatgeobuf(file, 'it ends within a feature');
      break;
    }
    const size = window.take(4);
    const length = size[0] + 256 * (size[1] + 256 * (size[2] + 256 * size[3]));
    if (length > LARGEST_FEATURE || (window.available < length && (await window.fill(length)) < length)) {
      throw damagedFlatgeobuf(file, 'it ends within a feature');
    }
    features.push(window.take(length).slice());
  }
  return features;
}

function buildBlock(
  features: readonly Uint8Array[],
  firstRow: number,
  header: FgbHeader,
  request: RowRequest,
  file: string,
): OpenBlock {
  const block = createBlock(features.length, firstRow, request);
  for (const [row, bytes] of features.entries()) {
    try {
      const feature = FlatTable.root(bytes);
      placePoint(feature.table(0), header, block, row, file);
      const properties = feature.bytes(1);
      if (properties !== undefined) readProperties(properties, header.columns, request, block, row);
    } catch (cause) {
      if (cause instanceof GroundTrendError) throw cause;
      throw damagedFlatgeobuf(file, `feature ${firstRow + row + 1}: ${(cause as Error).message}`, cause);
    }
  }
  return block;
}

function placePoint(
  geometry: FlatTable | undefined,
  { geometryType }: FgbHeader,
  block: OpenBlock,
  row: number,
  file: string,
): void {
  if (geometry === undefined) return;
  const type = geometry.byte(6, 0) || geometryType;
  if (type !== POINT && type !== MULTI_POINT) {
    throw new GroundTrendError('input', `Feature ${block.firstRow + row + 1} is no point.`, {
      place: { file },
    });
  }
  const xy = geometry.doubles(1);
  const points = xy === undefined ? 0 : xy.byteLength / 16;
  if (xy === undefined || points < 1) return;
  let x = 0;
  let y = 0;
  for (let point = 0; point < points; point++) {
    x += xy.getFloat64(16 * point, true);
    y += xy.getFloat64(16 * point + 8, true);
  }
  block.x[row] = x / points;
  block.y[row] = y / points;
}

const decoder = new TextDecoder();

/** Pairs of a column's number and its value, one after the other; missing columns are not there. */
function readProperties(
  bytes: Uint8Array,
  columns: readonly FgbColumn[],
  request: RowRequest,
  block: OpenBlock,
  row: number,
): void {
  const { uses, epochs, epochOfColumn, mmPerUnit } = request;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const column = view.getUint16(at, true);
    at += 2;
    const type = columns[column]?.type;
    // Nearly all values of a file are of this kind.
    if (type === 'float' && uses[column] === 'displacement') {
      const value = view.getFloat32(at, true);
      block.displacements[row * epochs + epochOfColumn[column]] = value * mmPerUnit;
      at += 4;
      continue;
    }
    let value: unknown;
    switch (type) {
      case 'byte':
        value = view.getInt8(at);
        at += 1;
        break;
      case 'unsignedByte':
        value = view.getUint8(at);
        at += 1;
        break;
      case 'bool':
        value = String(view.getUint8(at) !== 0);
        at += 1;
        break;
      case 'short':
        value = view.getInt16(at, true);
        at += 2;
        break;
      case 'unsignedShort':
        value = view.getUint16(at, true);
        at += 2;
        break;
      case 'int':
        value = view.getInt32(at, true);
        at += 4;
        break;
      case 'unsignedInt':
        value = view.getUint32(at, true);
        at += 4;
        break;
      case 'long':
        value = view.getBigInt64(at, true);
        at += 8;
        break;
      case 'unsignedLong':
        value = view.getBigUint64(at, true);
        at += 8;
        break;
      case 'float':
        value = view.getFloat32(at, true);
        at += 4;
        break;
      case 'double':
        value = view.getFloat64(at, true);
        at += 8;
        break;
      case undefined:
        throw new RangeError(`there is no column ${column}`);
      default: {
        const length = view.getUint32(at, true);
        at += 4;
        if (at + length > bytes.length) throw new RangeError('a text past the end');
        // Bytes without a meaning that is known here count as missing.
        value = type === 'binary' ? undefined : decoder.decode(bytes.subarray(at, at + length));
        at += length;
      }
    }
    putValue(block, request, row, column, value);
  }
}
