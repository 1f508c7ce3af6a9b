import {
  type ColumnType,
  type ColumnValues,
  MISSING_INT32,
  type ResultField,
} from '../../series/result-table.js';
import type { ByteBuffer } from '../byte-buffer.js';
import { createDayFormatter } from './day-text.js';

/** How a text format writes what is not a number. */
export interface CellStyle {
  /** Stands for a missing value. */
  readonly missing: string;
  /** A text as it must stand in the file, quoted where the format asks for it. */
  appendText(buffer: ByteBuffer, text: string): void;
  /** An ISO date as it must stand in the file. */
  quoteDay(day: string): string;
}

/** Appends the value of one row of a column. */
export type CellWriter = (buffer: ByteBuffer, values: ColumnValues, row: number) => void;

/** Finer than the measurement by two orders of magnitude, and short. */
const DISPLACEMENT_DECIMALS = 3;

/** The writer for a column's type; keep one a column, for it remembers how many decimals the column has. */
export function createCellWriter(field: ResultField, style: CellStyle): CellWriter {
  return WRITERS[field.type](style);
}

/** Appends a displacement in mm, to a thousandth. */
export function appendDisplacement(buffer: ByteBuffer, value: number, missing: string): void {
  if (Number.isFinite(value)) buffer.appendRounded(value, DISPLACEMENT_DECIMALS);
  else buffer.appendText(missing);
}

const WRITERS: Readonly<Record<ColumnType, (style: CellStyle) => CellWriter>> = {
  text: (style) => (buffer, values, row) => {
    const text = (values as readonly string[])[row];
    if (text === '') buffer.appendText(style.missing);
    else style.appendText(buffer, text);
  },
  float64: (style) => createNumberWriter('float64', style),
  float32: (style) => createNumberWriter('float32', style),
  int32: (style) => (buffer, values, row) => {
    const value = (values as Int32Array)[row];
    if (value === MISSING_INT32) buffer.appendText(style.missing);
    else buffer.appendInteger(value);
  },
  date: (style) => {
    const formatDay = createDayFormatter();
    return (buffer, values, row) => {
      const day = (values as Int32Array)[row];
      buffer.appendText(day === MISSING_INT32 ? style.missing : style.quoteDay(formatDay(day)));
    };
  },
  boolean: (style) => {
    const texts = ['false', 'true'];
    return (buffer, values, row) => {
      const value = (values as Int32Array)[row];
      buffer.appendText(value === MISSING_INT32 ? style.missing : texts[value]);
    };
  },
};

function createNumberWriter(precision: 'float32' | 'float64', style: CellStyle): CellWriter {
  let hint = 0;
  return (buffer, values, row) => {
    const value = (values as Float64Array)[row];
    if (Number.isFinite(value)) hint = buffer.appendNumber(value, precision, hint);
    else buffer.appendText(style.missing);
  };
}
