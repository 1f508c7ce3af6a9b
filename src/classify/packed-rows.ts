import { type PackedTexts, packTexts, unpackTexts } from '../series/packed-texts.js';
import type { ResultBatch } from '../series/result-table.js';

/** Rows of a result on their way between threads: texts are bytes, which are handed over where strings are copied. */
export interface PackedRows extends Omit<ResultBatch, 'columns' | 'shapes'> {
  readonly columns: readonly (PackedTexts | Float64Array | Float32Array | Int32Array)[];
}

export function packRows({ columns, ...rows }: ResultBatch): PackedRows {
  return {
    ...rows,
    columns: columns.map((values) => (ArrayBuffer.isView(values) ? values : packTexts(values))),
  };
}

export function unpackRows({ columns, ...rows }: PackedRows): ResultBatch {
  return {
    ...rows,
    columns: columns.map((values) => (ArrayBuffer.isView(values) ? values : unpackTexts(values))),
  };
}

/** The memory behind the rows, each piece once, as far as the rows are all that lies in it. */
export function buffersOf({ longitude, latitude, columns, displacements }: PackedRows): ArrayBuffer[] {
  const all: ArrayBufferView[] = [longitude, latitude];
  for (const values of columns) {
    if (ArrayBuffer.isView(values)) all.push(values);
    else all.push(values.lengths, values.bytes);
  }
  if (displacements) all.push(displacements);
  const whole = all.filter(({ buffer, byteLength }) => buffer.byteLength === byteLength);
  return [...new Set(whole.map(({ buffer }) => buffer as ArrayBuffer))];
}
