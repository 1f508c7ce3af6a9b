import { constants, inflateSync } from 'node:zlib';
import { findGrowth } from '../zip-limits.js';

/** A matrix of numbers as MATLAB holds it, column after column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

const HEADER_BYTES = 128;
const COMPRESSED = 15;
const MATRIX = 14;
/** Enough of a compressed matrix to see its name. */
const NAME_BYTES = 512;

/** How values are stored, by the numbers of data types in the format's table 1-1. */
const READERS: Readonly<Record<number, { bytes: number; read(view: DataView, at: number): number }>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  4: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  7: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  9: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/**
 * Reads the matrices of these names from a MATLAB file of level 5 (MathWorks, "MAT-File Format"), little-endian, each
 * compressed or not; others are passed over. Throws where the file ends early or a checksum is wrong.
 */
export function readMat5(file: Uint8Array, names: readonly string[]): Map<string, Matrix> {
  const found = new Map<string, Matrix>();
  if (file[126] !== 0x49 || file[127] !== 0x4d) throw new RangeError('the numbers are big-endian');
  for (let at = HEADER_BYTES; at < file.length; ) {
    const { type, start, end, next } = readTag(file, at);
    const data = file.subarray(start, end);
    if (type === COMPRESSED) {
      const first = inflateStart(data);
      const name = nameOf(first);
      if (name !== undefined && names.includes(name)) putMatrix(inflateElement(data, first), names, found);
      // Compressed elements are not padded.
      at = end;
    } else {
      if (type === MATRIX) putMatrix(file.subarray(at, end), names, found);
      at = next;
    }
  }
  return found;
}

interface Tag {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** Where the next element starts: data are padded to eight bytes. */
  readonly next: number;
}

function readTag(bytes: Uint8Array, at: number): Tag {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint32(at, true);
  // A small element has its size in the upper half of the type, and its data in the tag.
  const smallSize = type >>> 16;
  if (smallSize > 0) {
    if (smallSize > 4 || at + 4 + smallSize > bytes.length) throw new RangeError('an element ends early');
    return { type: type & 0xffff, start: at + 4, end: at + 4 + smallSize, next: at + 8 };
  }
  const size = view.getUint32(at + 4, true);
  const end = at + 8 + size;
  if (end > bytes.length) throw new RangeError('an element ends early');
  return { type, start: at + 8, end, next: at + 8 + 8 * Math.ceil(size / 8) };
}

/** The first bytes of compressed data. */
function inflateStart(data: Uint8Array): Uint8Array {
  return inflateSync(data.subarray(0, NAME_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
}

/** All of an element, as large as it says in its tag and no larger; its checksum is looked at. */
function inflateElement(data: Uint8Array, first: Uint8Array): Uint8Array {
  const size = 8 + new DataView(first.buffer, first.byteOffset).getUint32(4, true);
  const growth = findGrowth({ compressedSize: data.length, size });
  if (growth !== undefined) throw new RangeError(`an element would grow ${growth}-fold when unpacked`);
  return inflateSync(data, { maxOutputLength: size });
}

/** Classes of arrays that hold numbers (table 1-3 there): double, single and the eight kinds of integers. */
const FIRST_NUMBER_CLASS = 6;
const LAST_NUMBER_CLASS = 15;

interface MatrixHead {
  readonly class: number;
  readonly dimensions: readonly number[];
  readonly name: string;
  /** Where the numbers' tag stands. */
  readonly numbersAt: number;
}

/** Flags, dimensions and name, the first three parts of a matrix; `undefined` where they are no such. */
function readHead(bytes: Uint8Array): MatrixHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MATRIX) return undefined;
  const flags = readTag(bytes, 8);
  const dimensions = readTag(bytes, flags.next);
  const name = readTag(bytes, dimensions.next);
  return {
    class: bytes[flags.start],
    dimensions: Array.from({ length: (dimensions.end - dimensions.start) / 4 }, (_, i) =>
      view.getInt32(dimensions.start + 4 * i, true),
    ),
    name: new TextDecoder().decode(bytes.subarray(name.start, name.end)),
    numbersAt: name.next,
  };
}

function nameOf(start: Uint8Array): string | undefined {
  return readHead(start)?.name;
}

function putMatrix(bytes: Uint8Array, names: readonly string[], found: Map<string, Matrix>): void {
  const head = readHead(bytes);
  if (head === undefined || !names.includes(head.name) || head.dimensions.length !== 2) return;
  const { type, start, end } = readTag(bytes, head.numbersAt);
  const reader = READERS[type];
  const [rows, columns] = head.dimensions;
  const isNumeric = head.class >= FIRST_NUMBER_CLASS && head.class <= LAST_NUMBER_CLASS;
  const isSized = rows >= 0 && columns >= 0;
  if (!isNumeric || !isSized || reader === undefined || (end - start) / reader.bytes < rows * columns) {
    throw new RangeError(`the matrix ${head.name} holds no numbers, or too few`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = type === 7 ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = reader.read(view, start + i * reader.bytes);
  found.set(head.name, { rows, columns, values });
}
