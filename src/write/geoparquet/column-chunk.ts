import type { ColumnChunk, Encoding, ParquetType } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import type { PackedTexts } from '../../series/packed-texts.js';
import { ByteBuffer } from '../byte-buffer.js';
import { WKB_POINT_BYTES, writeWkbPoint } from '../wkb.js';
import { findPresence, type LeafColumn, type LeafKind, type LeafValues } from './leaf-column.js';
import { appendPackedRun, appendRepeatedRun } from './level-encoding.js';
import { buildNumberDictionary, buildTextDictionary, type ValueDictionary } from './value-dictionary.js';

/** How each kind is stored. */
export const PHYSICAL_TYPES: Readonly<Record<LeafKind, ParquetType>> = {
  point: 'BYTE_ARRAY',
  shape: 'BYTE_ARRAY',
  text: 'BYTE_ARRAY',
  float64: 'DOUBLE',
  float32: 'FLOAT',
  int32: 'INT32',
  date: 'INT32',
  boolean: 'BOOLEAN',
};

/** Of a page, to find out whether compressing it is worth while. */
const SAMPLE_BYTES = 1 << 14;

const levels = new ByteBuffer();
const payload = new ByteBuffer();

/**
 * Appends the first `rows` values of a leaf as one column chunk: a dictionary page where that makes it smaller, and
 * one data page (version 2), each Snappy-compressed where that helps. Returns the chunk's entry for the footer.
 */
export function writeColumnChunk(writer: ByteWriter, leaf: LeafColumn, rows: number): ColumnChunk {
  const presence = findPresence(leaf, rows);
  const present = selectPresent(leaf, presence, rows);
  const count = countValues(present);
  const dictionary = buildDictionary(present);
  const start = writer.offset;
  let uncompressedBytes = 0;

  if (dictionary) {
    payload.clear();
    appendPlain(payload, selectRows(present, dictionary.firstRows));
    uncompressedBytes += writeDictionaryPage(writer, payload.view(), dictionary.firstRows.length);
  }
  const dataStart = writer.offset;
  payload.clear();
  if (dictionary) appendIndexes(payload, dictionary);
  else appendPlain(payload, present);
  levels.clear();
  if (presence) appendPackedRun(levels, presence, 1);
  else if (leaf.isOptional) appendRepeatedRun(levels, 1, rows);
  const encoding: Encoding = dictionary ? 'RLE_DICTIONARY' : 'PLAIN';
  uncompressedBytes += writeDataPage(writer, encoding, rows, rows - count);

  return {
    file_offset: BigInt(start),
    meta_data: {
      type: PHYSICAL_TYPES[leaf.kind],
      encodings: dictionary ? ['PLAIN', 'RLE_DICTIONARY', 'RLE'] : ['PLAIN', 'RLE'],
      path_in_schema: [...leaf.path],
      codec: 'SNAPPY',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(uncompressedBytes),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(dataStart),
      dictionary_page_offset: dictionary && BigInt(start),
      statistics: { null_count: BigInt(rows - count), ...findExtremes(present, dictionary) },
    },
  };
}

/** Returns the page's size before compression, header included, as the footer wants it. */
function writeDictionaryPage(writer: ByteWriter, plain: Uint8Array, values: number): number {
  const compressed = snappyCompress(plain);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: plain.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(compressed);
  return headerBytes + plain.length;
}

function writeDataPage(writer: ByteWriter, encoding: Encoding, rows: number, missing: number): number {
  const plain = payload.view();
  const compressed = mayShrink(plain) ? snappyCompress(plain) : plain;
  const isCompressed = compressed.length < plain.length;
  const stored = isCompressed ? compressed : plain;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + plain.length,
    compressed_page_size: levels.length + stored.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: missing,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: isCompressed,
    },
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(levels.view());
  writer.appendBytes(stored);
  return headerBytes + levels.length + plain.length;
}

/** Whether the beginning of a long page gets smaller by a tenth; most measured numbers do not. */
function mayShrink(plain: Uint8Array): boolean {
  if (plain.length <= 2 * SAMPLE_BYTES) return true;
  return snappyCompress(plain.subarray(0, SAMPLE_BYTES)).length < 0.9 * SAMPLE_BYTES;
}

function countValues(values: LeafValues): number {
  if (values.kind === 'point') return values.longitude.length;
  return values.kind === 'text' ? values.texts.lengths.length : values.values.length;
}

/** The values that are there, in their order; views of the leaf's own arrays where none is missing. */
function selectPresent(leaf: LeafColumn, presence: Uint8Array | undefined, rows: number): LeafValues {
  if (!presence) return selectRange(leaf, rows);
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (presence[row] === 1) kept.push(row);
  return selectRows(leaf, kept);
}

function selectRange(values: LeafValues, rows: number): LeafValues {
  switch (values.kind) {
    case 'point':
      return {
        kind: 'point',
        longitude: values.longitude.subarray(0, rows),
        latitude: values.latitude.subarray(0, rows),
      };
    case 'shape':
      return { kind: 'shape', values: values.values.slice(0, rows) };
    case 'text':
      return values;
    case 'float64':
      return { kind: 'float64', values: values.values.subarray(0, rows) };
    case 'float32':
      return { kind: 'float32', values: values.values.subarray(0, rows) };
    default:
      return { kind: values.kind, values: values.values.subarray(0, rows) };
  }
}

function selectRows(values: LeafValues, rows: readonly number[]): LeafValues {
  switch (values.kind) {
    case 'point':
      return {
        kind: 'point',
        longitude: Float64Array.from(rows, (row) => values.longitude[row]),
        latitude: Float64Array.from(rows, (row) => values.latitude[row]),
      };
    case 'shape':
      return { kind: 'shape', values: rows.map((row) => values.values[row]) };
    case 'text':
      return { kind: 'text', texts: gatherTexts(values.texts, rows) };
    case 'float64':
      return { kind: 'float64', values: gather(values.values, new Float64Array(rows.length), rows) };
    case 'float32':
      return { kind: 'float32', values: gather(values.values, new Float32Array(rows.length), rows) };
    default:
      return { kind: values.kind, values: gather(values.values, new Int32Array(rows.length), rows) };
  }
}

/** Some of the texts; their rows rise. */
function gatherTexts({ lengths, bytes }: PackedTexts, rows: readonly number[]): PackedTexts {
  const own = Uint32Array.from(rows, (row) => lengths[row]);
  const gathered = new Uint8Array(own.reduce((sum, length) => sum + length, 0));
  let row = 0;
  let from = 0;
  let to = 0;
  for (const wanted of rows) {
    while (row < wanted) from += lengths[row++];
    for (let i = 0; i < lengths[wanted]; i++) gathered[to++] = bytes[from + i];
  }
  return { lengths: own, bytes: gathered };
}

function gather<Values extends Float64Array | Float32Array | Int32Array>(
  source: Values,
  target: Values,
  rows: readonly number[],
): Values {
  for (let index = 0; index < rows.length; index++) target[index] = source[rows[index]];
  return target;
}

function buildDictionary(values: LeafValues): ValueDictionary | undefined {
  if (values.kind === 'point' || values.kind === 'shape' || values.kind === 'boolean') return undefined;
  if (countValues(values) === 0) return undefined;
  if (values.kind === 'text') return buildTextDictionary(values.texts);
  const { buffer, byteOffset, byteLength } = values.values;
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
  return buildNumberDictionary(words, values.kind === 'float64' ? 2 : 1);
}

function appendIndexes(target: ByteBuffer, { firstRows, indexes }: ValueDictionary): void {
  const bitWidth = Math.max(1, 32 - Math.clz32(firstRows.length - 1));
  target.appendByte(bitWidth);
  if (firstRows.length === 1) appendRepeatedRun(target, 0, indexes.length);
  else appendPackedRun(target, indexes, bitWidth);
}

/** Parquet's PLAIN encoding, little-endian; typed arrays are taken to be that already. */
function appendPlain(target: ByteBuffer, values: LeafValues): void {
  switch (values.kind) {
    case 'point':
      appendPoints(target, values.longitude, values.latitude);
      break;
    case 'shape':
      for (const bytes of values.values) appendSizedBytes(target, bytes);
      break;
    case 'text':
      appendTexts(target, values.texts);
      break;
    case 'boolean':
      appendBits(target, values.values);
      break;
    default: {
      const { buffer, byteOffset, byteLength } = values.values;
      target.appendBytes(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
}

function appendPoints(target: ByteBuffer, longitude: Float64Array, latitude: Float64Array): void {
  const stride = WKB_POINT_BYTES + 4;
  target.reserve(longitude.length * stride);
  const view = new DataView(target.bytes.buffer, target.length);
  for (let row = 0; row < longitude.length; row++) {
    view.setUint32(row * stride, WKB_POINT_BYTES, true);
    writeWkbPoint(view, row * stride + 4, longitude[row], latitude[row]);
  }
  target.length += longitude.length * stride;
}

function appendTexts(target: ByteBuffer, { lengths, bytes }: PackedTexts): void {
  target.reserve(4 * lengths.length + bytes.length);
  let from = 0;
  let at = target.length;
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths[row];
    for (let byte = 0; byte < 4; byte++) target.bytes[at++] = length >>> (8 * byte);
    for (let i = 0; i < length; i++) target.bytes[at++] = bytes[from++];
  }
  target.length = at;
}

function appendSizedBytes(target: ByteBuffer, bytes: Uint8Array): void {
  for (let byte = 0; byte < 4; byte++) target.appendByte((bytes.length >>> (8 * byte)) & 255);
  target.appendBytes(bytes);
}

function appendBits(target: ByteBuffer, values: Int32Array): void {
  const start = target.length;
  const size = Math.ceil(values.length / 8);
  target.reserve(size);
  target.bytes.fill(0, start, start + size);
  for (let row = 0; row < values.length; row++) {
    if (values[row] !== 0) target.bytes[start + (row >> 3)] |= 1 << (row & 7);
  }
  target.length += size;
}

/** Least and greatest number, for readers that skip row groups; texts, points and shapes have none here. */
function findExtremes(values: LeafValues, dictionary: ValueDictionary | undefined) {
  if (values.kind === 'point' || values.kind === 'shape') return {};
  if (values.kind === 'text' || values.kind === 'boolean') return {};
  const numbers: ArrayLike<number> = values.values;
  const rows = dictionary?.firstRows;
  const count = rows ? rows.length : numbers.length;
  let least = Infinity;
  let greatest = -Infinity;
  for (let index = 0; index < count; index++) {
    const value = numbers[rows ? rows[index] : index];
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least > greatest) return {};
  // The two zeros are equal to a comparison: Parquet asks for the outer one on either side.
  return { min_value: least === 0 ? -0 : least, max_value: greatest === 0 ? 0 : greatest };
}
