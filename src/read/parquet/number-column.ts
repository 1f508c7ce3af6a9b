import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { compressors } from 'hyparquet-compressors';
import type { ColumnScratch } from './column-scratch.js';
import { decodeHybrid, MOST_BITS } from './hybrid-runs.js';

/** A flat column of plain numbers. */
export interface NumberColumn {
  readonly type: 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE';
  readonly isOptional: boolean;
}

/** A page of values: which rows have one (all where `undefined`), and the bytes of those. */
interface Page {
  readonly encoding: string;
  readonly presence: Int32Array | undefined;
  readonly values: Uint8Array;
}

/**
 * Decodes the rows `from` to `to` of a column's chunk into the start of a typed array, times `factor`: plain values and
 * dictionaries, as nearly all columns of displacements are written. Missing values leave the target as it is. (hyparquet
 * makes plain arrays of optional columns, level by level, which takes several times as long.)
 *
 * `groupRows` are all rows of the chunk, more than which no page may claim.
 *
 * False, with part of the rows done, for an encoding that is left to hyparquet. Throws where the bytes are damaged.
 */
export function readNumberColumn(
  chunk: Uint8Array,
  column: NumberColumn,
  codec: ColumnMetaData['codec'],
  groupRows: number,
  from: number,
  to: number,
  target: Float32Array | Float64Array,
  factor: number,
  scratch: ColumnScratch,
): boolean {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  let dictionary: Float32Array | Float64Array | undefined;
  for (let row = 0; row < to; ) {
    const header = parquetHeader(reader);
    const end = reader.offset + header.compressed_page_size;
    if (end > chunk.length) throw new RangeError('a page ends early');
    const bytes = chunk.subarray(reader.offset, end);
    reader.offset = end;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header!.num_values;
      const plain = decompressPage(bytes, header.uncompressed_page_size, codec, compressors);
      const values = readPlain(plain, column.type, count);
      dictionary = target instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
      for (let i = 0; i < count; i++) dictionary[i] = values[i] * factor;
      continue;
    }
    const rows = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    if (rows <= 0) throw new RangeError('a page without rows');
    if (row + rows > groupRows) throw new RangeError('a page with more rows than its group');
    if (row + rows > from) {
      const page = openPage(bytes, header, column, codec, scratch);
      const first = Math.max(0, from - row);
      if (page === undefined) return false;
      const part = target.subarray(row + first - from);
      if (!putPage(page, column.type, dictionary, first, Math.min(rows, to - row), part, factor, scratch))
        return false;
    }
    row += rows;
  }
  return true;
}

/** Decompresses a page and reads which rows have a value; `undefined` for an old encoding of that. */
function openPage(
  bytes: Uint8Array,
  header: PageHeader,
  { isOptional }: NumberColumn,
  codec: ColumnMetaData['codec'],
  scratch: ColumnScratch,
): Page | undefined {
  const second = header.data_page_header_v2;
  if (second !== undefined) {
    const levels = second.definition_levels_byte_length;
    const start = levels + second.repetition_levels_byte_length;
    const size = header.uncompressed_page_size - start;
    const isPacked = second.is_compressed !== false;
    const packed = bytes.subarray(start);
    return {
      encoding: second.encoding,
      presence:
        isOptional && second.num_nulls !== 0
          ? readPresence(
              bytes.subarray(second.repetition_levels_byte_length, start),
              second.num_values,
              scratch,
            )
          : undefined,
      values: isPacked ? decompressPage(packed, size, codec, compressors) : packed,
    };
  }
  const first = header.data_page_header!;
  if (isOptional && first.definition_level_encoding !== 'RLE') return undefined;
  const page = decompressPage(bytes, header.uncompressed_page_size, codec, compressors);
  const { num_values: rows, encoding } = first;
  if (!isOptional) return { encoding, presence: undefined, values: page };
  const levels = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true);
  if (4 + levels > page.length) throw new RangeError('a page ends early');
  return {
    encoding,
    presence: readPresence(page.subarray(4, 4 + levels), rows, scratch),
    values: page.subarray(4 + levels),
  };
}

/** 1 where a row has a value; `undefined` where all have. */
function readPresence(levels: Uint8Array, rows: number, scratch: ColumnScratch): Int32Array | undefined {
  const presence = scratch.presence(rows);
  decodeHybrid(levels, 1, rows, presence);
  return presence.includes(0) ? presence : undefined;
}

function putPage(
  { encoding, presence, values }: Page,
  type: NumberColumn['type'],
  dictionary: Float32Array | Float64Array | undefined,
  first: number,
  end: number,
  target: Float32Array | Float64Array,
  factor: number,
  scratch: ColumnScratch,
): boolean {
  const count = countBefore(presence, end);
  if (encoding === 'PLAIN') {
    const plain = readPlain(values, type, count);
    let next = countBefore(presence, first);
    for (let row = first; row < end; row++) {
      if (presence === undefined || presence[row] === 1) target[row - first] = plain[next++] * factor;
    }
    return true;
  }
  const width = values[0];
  const isDictionary = encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY';
  if (!isDictionary || dictionary === undefined || width > MOST_BITS) return false;
  const indexes = scratch.indexes(count);
  if (width === 0) indexes.fill(0, 0, count);
  else decodeHybrid(values.subarray(1), width, count, indexes);
  if (presence === undefined && target instanceof Float32Array && dictionary instanceof Float32Array) {
    lookUpFloats(indexes.subarray(first, end), dictionary, target);
    return true;
  }
  const size = dictionary.length;
  let next = countBefore(presence, first);
  for (let row = first; row < end; row++) {
    if (presence !== undefined && presence[row] === 0) continue;
    const index = indexes[next++];
    if (index >= size) throw new RangeError('an index past the end of its dictionary');
    target[row - first] = dictionary[index];
  }
  return true;
}

/** The way of nearly all series: a function of its own, since a loop over one kind of array is faster. */
function lookUpFloats(indexes: Int32Array, dictionary: Float32Array, target: Float32Array): void {
  const size = dictionary.length;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i];
    if (index >= size) throw new RangeError('an index past the end of its dictionary');
    target[i] = dictionary[index];
  }
}

/** Values that belong to the rows before one. */
function countBefore(presence: Int32Array | undefined, row: number): number {
  if (presence === undefined) return row;
  let count = 0;
  for (let i = 0; i < row; i++) count += presence[i];
  return count;
}

/** Numbers as they lie in a file, little-endian like every machine that this runs on. */
function readPlain(bytes: Uint8Array, type: NumberColumn['type'], count: number): Float64Array {
  const size = type === 'FLOAT' || type === 'INT32' ? 4 : 8;
  if (count * size > bytes.length) throw new RangeError('a page ends early');
  const { buffer } = bytes.slice(0, count * size);
  if (type === 'DOUBLE') return new Float64Array(buffer);
  if (type === 'FLOAT') return new Float64Array(new Float32Array(buffer));
  if (type === 'INT32') return new Float64Array(new Int32Array(buffer));
  return Float64Array.from(new BigInt64Array(buffer), Number);
}
