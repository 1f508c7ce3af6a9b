import { GroundTrendError } from '../../errors.js';
import type { AttributeField } from '../../series/series-batch.js';
import type { ByteSource, ByteStreamOptions } from '../byte-source.js';
import { ByteWindow } from '../byte-window.js';
import { parseDateColumn } from '../columns/date-column.js';
import { readProjectionText } from '../projection-text.js';
import { createBlock, type OpenBlock } from '../tables/block-builder.js';
import type { RowBlock, RowRequest, TableSource } from '../tables/table-source.js';
import { decoderOf } from './code-page.js';
import { NOT_A_NUMBER, readCellNumber, readCellText } from './dbf-cell.js';
import { type DbfField, type DbfHeader, damagedTable, readDbfHeader } from './dbf-header.js';
import { damagedGeometry, readPlaces, readShpHeader, type ShpHeader } from './shp-points.js';

/** The files of one shapefile, found by their endings. */
export interface ShapefileParts {
  readonly shp: ByteSource;
  readonly dbf: ByteSource;
  /** Text of the .prj file. */
  readonly projection?: string;
  /** Text of the .cpg file. */
  readonly codePage?: string;
}

/** A shapefile as a table, with what tells whether it belongs to another one. */
export interface ShapefileTable extends TableSource {
  readonly recordCount: number;
  readonly box: ShpHeader['box'];
}

const DELETED = 0x2a;
const NUMBER_TYPES: ReadonlySet<string> = new Set(['N', 'F', 'I', 'O', 'B', '+']);
/** Logical cells in the words of the other formats. */
const TRUTH_TEXTS: Readonly<Record<string, string>> = {
  T: 'true',
  t: 'true',
  Y: 'true',
  y: 'true',
  F: 'false',
  f: 'false',
  N: 'false',
  n: 'false',
};
const TEXT_TYPES: ReadonlySet<string> = new Set(['C', 'D', 'L']);

/**
 * Opens the points of a shapefile as a table; both its files are streamed side by side. Multipoints stand at the mean
 * of their points. Columns of other types than texts, dates, logical values and numbers are named in a warning.
 *
 * Throws `input` where the files are damaged, do not fit or hold other shapes than points.
 */
export async function openShapefileTable(parts: ShapefileParts): Promise<ShapefileTable> {
  const { shp, dbf } = parts;
  const geometryHeader = await withWindow(shp, (window) => readShpHeader(window, shp.name));
  const table = await withWindow(dbf, (window) => readDbfHeader(window, dbf.name));
  const fields = table.fields.filter(({ type }) => NUMBER_TYPES.has(type) || TEXT_TYPES.has(type));
  const others = table.fields.filter((field) => !fields.includes(field));
  const decoder = decoderOf(parts.codePage, table.languageDriver);
  const columns = fields.map(
    ({ name, type }): AttributeField => ({
      name,
      kind: NUMBER_TYPES.has(type) || parseDateColumn(name) !== undefined ? 'number' : 'text',
    }),
  );
  return {
    file: shp.name,
    format: 'shapefile',
    columns,
    geometry:
      parts.projection === undefined
        ? { system: 'unknown', description: 'This shapefile has no .prj file that would say its projection' }
        : readProjectionText(parts.projection, shp.name),
    totalBytes:
      shp.totalBytes === undefined || dbf.totalBytes === undefined
        ? undefined
        : shp.totalBytes + dbf.totalBytes,
    warnings:
      others.length === 0
        ? []
        : [
            `Left out, since of a type that is not read here: ${others.map(({ name, type }) => `${name} (${type})`).join(', ')}.`,
          ],
    recordCount: table.recordCount,
    box: geometryHeader.box,
    rows: (request) => readRows(parts, table, fields, decoder, request),
  };
}

async function withWindow<T>(source: ByteSource, read: (window: ByteWindow) => Promise<T>): Promise<T> {
  const window = new ByteWindow(source.open());
  try {
    return await read(window);
  } finally {
    await window.close();
  }
}

async function* readRows(
  { shp, dbf }: ShapefileParts,
  table: DbfHeader,
  fields: readonly DbfField[],
  decoder: TextDecoder,
  request: RowRequest,
): AsyncGenerator<RowBlock> {
  const consumed = [0, 0];
  const streamOptions = (index: number): ByteStreamOptions => ({
    signal: request.signal,
    onBytes(bytes) {
      consumed[index] = bytes;
      request.onBytes?.(consumed[0] + consumed[1]);
    },
  });
  const shapes = new ByteWindow(shp.open(streamOptions(0)));
  const records = new ByteWindow(dbf.open(streamOptions(1)));
  try {
    await readShpHeader(shapes, shp.name);
    await readDbfHeader(records, dbf.name);
    for (let firstRow = 0; firstRow < table.recordCount; ) {
      const wanted = Math.min(request.rowsPerBlock, table.recordCount - firstRow);
      const block = createBlock(wanted, firstRow, request);
      const places = await readPlaces(shapes, block.x, block.y, wanted, shp.name);
      if (places < wanted) {
        throw damagedGeometry(
          shp.name,
          `it holds ${firstRow + places} points, its table ${table.recordCount} rows`,
        );
      }
      for (let row = 0; row < wanted; row++) {
        const { recordLength } = table;
        if (records.available < recordLength && (await records.fill(recordLength)) < recordLength) {
          throw damagedTable(dbf.name, `it ends after ${firstRow + row} of ${table.recordCount} rows`);
        }
        readRecord(records.take(recordLength), row, fields, decoder, request, block);
      }
      yield block;
      firstRow += wanted;
    }
    if ((await shapes.fill(12)) >= 12) {
      throw damagedGeometry(shp.name, `it holds more points than its table has rows (${table.recordCount})`);
    }
    if ((await records.fill(table.recordLength)) >= table.recordLength) {
      throw damagedTable(dbf.name, `it goes on after the ${table.recordCount} rows that it says it has`);
    }
  } finally {
    await shapes.close();
    await records.close();
  }
}

function readRecord(
  record: Uint8Array,
  row: number,
  fields: readonly DbfField[],
  decoder: TextDecoder,
  { uses, epochs, epochOfColumn, mmPerUnit }: RowRequest,
  block: OpenBlock,
): void {
  if (record[0] === DELETED) {
    block.badRows.push({ index: row, reason: 'deleted' });
    return;
  }
  for (let column = 0; column < fields.length; column++) {
    const field = fields[column];
    const use = uses[column];
    if (use === 'unused') continue;
    if (use === 'text') {
      (block.columns[column] as string[])[row] = readText(record, field, decoder);
      continue;
    }
    const value = readNumber(record, field);
    if (use === 'displacement') {
      if (value === NOT_A_NUMBER) {
        block.badRows.push({ index: row, reason: 'notANumber', column });
        return;
      }
      block.displacements[row * epochs + epochOfColumn[column]] = value * mmPerUnit;
    } else {
      if (value === NOT_A_NUMBER) block.spoiledCells.push({ column, row: block.firstRow + row });
      (block.columns[column] as Float64Array)[row] = value === NOT_A_NUMBER ? Number.NaN : value;
    }
  }
}

function readNumber(record: Uint8Array, { type, offset, length }: DbfField): number | typeof NOT_A_NUMBER {
  const binaryBytes = type === 'I' || type === '+' ? 4 : 8;
  if (type === 'N' || type === 'F' || type === 'C' || length !== binaryBytes) {
    return readCellNumber(record, offset, offset + length);
  }
  const view = new DataView(record.buffer, record.byteOffset + offset, length);
  return binaryBytes === 4 ? view.getInt32(0, true) : view.getFloat64(0, true);
}

function readText(record: Uint8Array, field: DbfField, decoder: TextDecoder): string {
  if (field.type === 'L') return TRUTH_TEXTS[String.fromCharCode(record[field.offset])] ?? '';
  if (!NUMBER_TYPES.has(field.type)) {
    return readCellText(record, field.offset, field.offset + field.length, decoder);
  }
  // A number that names a point: digits beyond a double's count, decimals do not.
  if (field.type === 'N' || field.type === 'F') {
    return readCellText(record, field.offset, field.offset + field.length, decoder).replace(/\.0*$/, '');
  }
  return String(readNumber(record, field));
}

/** The error for a shapefile that lacks one of its files. */
export function missingPart(name: string, ending: string, purpose: string): GroundTrendError {
  return new GroundTrendError(
    'input',
    `A shapefile needs its ${ending} file, which is not there: ${purpose}.`,
    {
      place: { file: name },
      advice: 'Put the .shp, .dbf and .prj files of the same name side by side, or into one ZIP archive.',
    },
  );
}
