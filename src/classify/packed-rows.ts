import { packTexts, unpackTexts } from '../series/packed-texts.js';
import type { ColumnValues, PackedColumn, ResultBatch } from '../series/result-table.js';

/** Rows of a result on their way between threads: texts are bytes, which are handed over where strings are copied. */
export interface PackedRows extends Omit<ResultBatch, 'columns' | 'packed' | 'shapes'> {
  readonly packed: readonly PackedColumn[];
}

export function packRows({ columns, ...rows }: ResultBatch): PackedRows {
  return {
    ...rows,
    packed: columns.map((values) => (ArrayBuffer.isView(values) ? values : packTexts(values))),
  };
}

/** Makes strings of the texts only if somebody asks for them. */
export function unpackRows(rows: PackedRows): ResultBatch {
  let columns: readonly ColumnValues[] | undefined;
  return {
    ...rows,
    get columns() {
      columns ??= rows.packed.map((values) => ('lengths' in values ? unpackTexts(values) : values));
      return columns;
    },
  };
}

/** The memory behind the rows, each piece once, as far as the rows are all that lies in it. */
export function buffersOf({ longitude, latitude, packed, displacements }: PackedRows): ArrayBuffer[] {
  const all: ArrayBufferView[] = [longitude, latitude];
  for (const values of packed) {
    if (ArrayBuffer.isView(values)) all.push(values);
    else all.push(values.lengths, values.bytes);
  }
  if (displacements) all.push(displacements);
  const whole = all.filter(({ buffer, byteLength }) => buffer.byteLength === byteLength);
  return [...new Set(whole.map(({ buffer }) => buffer as ArrayBuffer))];
}
