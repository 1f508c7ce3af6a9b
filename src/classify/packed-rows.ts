import { packTexts, unpackTexts } from '../series/packed-texts.js';
import type { ColumnValues, PackedColumn, ResultBatch } from '../series/result-table.js';

/**
 * Rows of a result on their way between threads: texts are bytes, and everything lies in one piece of memory that both
 * sides share, to be used again once the rows are written. What is handed over in pieces, or copied, is new garbage
 * outside of the heap at both ends, and sets off collections of all that is in it.
 */
export interface PackedRows extends Omit<ResultBatch, 'columns' | 'packed' | 'shapes'> {
  readonly packed: readonly PackedColumn[];
  readonly room: SharedArrayBuffer;
}

/** `room`: memory of earlier rows that nobody reads any more, taken if it is large enough. */
export function packRows(
  { columns, ...batch }: ResultBatch,
  room: SharedArrayBuffer | undefined,
): PackedRows {
  const packed = columns.map((values) => (ArrayBuffer.isView(values) ? values : packTexts(values)));
  const bytes = sizeOf(batch.longitude) + sizeOf(batch.latitude) + sizeOf(batch.displacements);
  const needed = packed.reduce((sum, column) => sum + sizeOfColumn(column), bytes);
  const taken = room && room.byteLength >= needed ? room : new SharedArrayBuffer(withSlack(needed));
  const place = createPlacer(taken);
  return {
    count: batch.count,
    longitude: place(batch.longitude),
    latitude: place(batch.latitude),
    packed: packed.map((column) =>
      'lengths' in column ? { lengths: place(column.lengths), bytes: place(column.bytes) } : place(column),
    ),
    displacements: batch.displacements && place(batch.displacements),
    room: taken,
  };
}

/** Makes strings of the texts only if somebody asks for them. */
export function unpackRows({ room: _, ...rows }: PackedRows): ResultBatch {
  let columns: readonly ColumnValues[] | undefined;
  return {
    ...rows,
    get columns() {
      columns ??= rows.packed.map((values) => ('lengths' in values ? unpackTexts(values) : values));
      return columns;
    },
  };
}

type Numbers = Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** So that any array can follow any other. */
const ALIGNMENT = 8;

const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The texts of other rows may be longer. */
const withSlack = (bytes: number): number => align(bytes + bytes / 8);

function sizeOf(values: ArrayBufferView | undefined): number {
  return values ? align(values.byteLength) : 0;
}

function sizeOfColumn(column: PackedColumn): number {
  return 'lengths' in column ? sizeOf(column.lengths) + sizeOf(column.bytes) : sizeOf(column);
}

/** Copies arrays into a room, one after the other. */
function createPlacer(room: SharedArrayBuffer): <Values extends Numbers>(values: Values) => Values {
  let offset = 0;
  return (values) => {
    const type = values.constructor as new (
      buffer: SharedArrayBuffer,
      offset: number,
      length: number,
    ) => typeof values;
    const placed = new type(room, offset, values.length);
    placed.set(values as never);
    offset += sizeOf(values);
    return placed;
  };
}
