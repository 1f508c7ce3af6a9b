import { ByteBuffer } from 'flatbuffers';
import type { PlainTable } from './plain-points.js';
import { type PlainRow, plainTable } from './plain-rows.js';

/** Column types by their number in header.fbs, with the bytes of a value; 0 for a length and that many bytes. */
const TYPES = [
  ['Int8', 1],
  ['Uint8', 1],
  ['bool', 1],
  ['Int16', 2],
  ['Uint16', 2],
  ['Int32', 4],
  ['Uint32', 4],
  ['BigInt64', 8],
  ['BigUint64', 8],
  ['Float32', 4],
  ['Float64', 8],
  ['text', 0],
  ['text', 0],
  ['text', 0],
  ['binary', 0],
] as const;
const NODE_BYTES = 40;

/**
 * Points in degrees from a FlatGeobuf file (version 3), by Google's own FlatBuffers library, held whole. `undefined`
 * where it holds what is not compared: another reference system, other shapes, a name twice.
 */
export function readFlatgeobufPlainly(bytes: Uint8Array): PlainTable | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(8, true);
  const header = rootOf(bytes.subarray(12, 12 + headerBytes));
  const columns = header.tables(7).map((column) => ({ name: column.text(0) ?? '', type: column.byte(1) }));
  const names = columns.map(({ name }) => name);
  if (new Set(names).size < names.length || columns.some(({ type }) => TYPES[type] === undefined))
    return undefined;
  const system = header.table(10);
  if (
    system === undefined ||
    system.int32(1) !== 4326 ||
    (system.text(0) ?? 'EPSG').toUpperCase() !== 'EPSG'
  ) {
    return undefined;
  }
  const count = Number(header.uint64(8));
  const nodeSize = header.uint16(9, 16);
  let at = 12 + headerBytes + NODE_BYTES * countNodes(count, nodeSize);
  const rows: PlainRow[] = [];
  while (at + 4 <= bytes.length) {
    const size = view.getUint32(at, true);
    const feature = rootOf(bytes.subarray(at + 4, at + 4 + size));
    const geometry = feature.table(0);
    const type = geometry === undefined ? 0 : geometry.byte(6) || header.byte(2);
    if (geometry !== undefined && type !== 1) return undefined;
    const place = geometry?.doubles(1) ?? [];
    if (place.length > 2) return undefined;
    const cells = readCells(feature.bytes(1), columns);
    if (cells === undefined) return undefined;
    rows.push({ x: place[0] ?? null, y: place[1] ?? null, cells });
    at += 4 + size;
  }
  return plainTable(names, rows);
}

/** Levels of a packed R-tree, each of the nodes that hold the one below, up to a single one. */
function countNodes(features: number, nodeSize: number): number {
  if (features === 0 || nodeSize < 2) return 0;
  let nodes = features;
  for (let level = features; ; ) {
    level = Math.ceil(level / nodeSize);
    nodes += level;
    if (level === 1) return nodes;
  }
}

function readCells(
  bytes: Uint8Array | undefined,
  columns: readonly { readonly name: string; readonly type: number }[],
): Map<string, unknown> | undefined {
  const cells = new Map<string, unknown>();
  if (bytes === undefined) return cells;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const column = columns[view.getUint16(at, true)];
    // A value twice in one feature is not compared.
    if (cells.has(column.name)) return undefined;
    const [type, size] = TYPES[column.type];
    at += 2;
    if (size === 0) {
      const length = view.getUint32(at, true);
      const text = new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length));
      cells.set(column.name, type === 'binary' ? undefined : text);
      at += 4 + length;
    } else {
      cells.set(column.name, type === 'bool' ? String(bytes[at] !== 0) : view[`get${type}`](at, true));
      at += size;
    }
  }
  return cells;
}

interface PlainFlatTable {
  byte(field: number): number;
  uint16(field: number, standard: number): number;
  int32(field: number): number;
  uint64(field: number): bigint;
  text(field: number): string | undefined;
  table(field: number): PlainFlatTable | undefined;
  tables(field: number): PlainFlatTable[];
  bytes(field: number): Uint8Array | undefined;
  doubles(field: number): number[] | undefined;
}

function rootOf(bytes: Uint8Array): PlainFlatTable {
  const buffer = new ByteBuffer(bytes.slice());
  return tableAt(buffer, buffer.readInt32(0));
}

/** A table through the library's own ways to its fields, as its generated code goes them. */
function tableAt(buffer: ByteBuffer, position: number): PlainFlatTable {
  const offset = (field: number) => {
    const found = buffer.__offset(position, 4 + 2 * field);
    return found === 0 ? undefined : position + found;
  };
  const vector = (field: number) => {
    const at = offset(field);
    return at === undefined ? undefined : { start: buffer.__vector(at), length: buffer.__vector_len(at) };
  };
  const read = <T>(field: number, standard: T, how: (at: number) => T) => {
    const at = offset(field);
    return at === undefined ? standard : how(at);
  };
  return {
    byte: (field) => read(field, 0, (at) => buffer.readUint8(at)),
    uint16: (field, standard) => read(field, standard, (at) => buffer.readUint16(at)),
    int32: (field) => read(field, 0, (at) => buffer.readInt32(at)),
    uint64: (field) => read(field, 0n, (at) => buffer.readUint64(at)),
    text: (field) => {
      const at = offset(field);
      return at === undefined ? undefined : (buffer.__string(at) as string);
    },
    table: (field) => {
      const at = offset(field);
      return at === undefined ? undefined : tableAt(buffer, buffer.__indirect(at));
    },
    tables: (field) => {
      const { start, length } = vector(field) ?? { start: 0, length: 0 };
      return Array.from({ length }, (_, i) => tableAt(buffer, buffer.__indirect(start + 4 * i)));
    },
    bytes: (field) => {
      const found = vector(field);
      return found && buffer.bytes().slice(found.start, found.start + found.length);
    },
    doubles: (field) => {
      const found = vector(field);
      return found && Array.from({ length: found.length }, (_, i) => buffer.readFloat64(found.start + 8 * i));
    },
  };
}
