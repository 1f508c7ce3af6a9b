/** A struct by the numbers of its fields: whole numbers, truth values and structs; texts and lists are passed over. */
export type ThriftStruct = ReadonlyMap<number, number | boolean | ThriftStruct>;

const DEEPEST = 8;

/**
 * Reads a struct in Thrift's compact protocol from `at` on, as headers of Parquet pages are written, and returns it
 * with the place behind it. Throws where it is none.
 */
export function readThriftStruct(bytes: Uint8Array, at: number, depth = 0): [ThriftStruct, number] {
  if (depth > DEEPEST) throw new Error('a header is nested too deeply');
  const fields = new Map<number, number | boolean | ThriftStruct>();
  let place = at;
  let field = 0;
  for (;;) {
    if (place >= bytes.length) throw new Error('a header is cut short');
    const head = bytes[place++];
    const type = head & 15;
    if (type === 0) return [fields, place];
    if (head >> 4 !== 0) field += head >> 4;
    else [field, place] = readInteger(bytes, place);
    const [value, next] = readValue(bytes, place, type, depth);
    place = next;
    if (value !== undefined) fields.set(field, value);
  }
}

/** A number of a struct; `NaN` where it has none in that place. */
export function numberOf(struct: ThriftStruct, field: number): number {
  const value = struct.get(field);
  return typeof value === 'number' ? value : Number.NaN;
}

/** A struct within a struct. Throws where there is none in that place. */
export function structOf(struct: ThriftStruct, field: number): ThriftStruct {
  const value = struct.get(field);
  if (value instanceof Map) return value;
  throw new Error('a page has no header of its kind');
}

/** A varint of 32 bits and the place behind it. */
export function readVarint(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    if (at + i >= bytes.length) throw new Error('a number is cut short');
    value += (bytes[at + i] & 127) * 2 ** (7 * i);
    if (bytes[at + i] < 128) return [value, at + i + 1];
  }
  throw new Error('a number is longer than 32 bits');
}

function readInteger(bytes: Uint8Array, at: number): [number, number] {
  const [value, next] = readVarint(bytes, at);
  return [value % 2 === 0 ? value / 2 : -(value + 1) / 2, next];
}

function readValue(
  bytes: Uint8Array,
  at: number,
  type: number,
  depth: number,
): [number | boolean | ThriftStruct | undefined, number] {
  switch (type) {
    case 1:
    case 2:
      return [type === 1, at];
    case 3:
      return [undefined, at + 1];
    case 4:
    case 5:
      return readInteger(bytes, at);
    case 6:
      return [undefined, skipLongInteger(bytes, at)];
    case 7:
      return [undefined, at + 8];
    case 8: {
      const [length, start] = readVarint(bytes, at);
      return [undefined, start + length];
    }
    case 12:
      return readThriftStruct(bytes, at, depth + 1);
    default:
      throw new Error(`a header holds a value of type ${type}`);
  }
}

function skipLongInteger(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next] >= 128) next++;
  return next + 1;
}
