import { GroundTrendError } from '../../errors.js';
import { formatCompactDay } from '../../series/epoch-axis.js';
import { MISSING_INT32, type ResultBatch, type ResultSchema } from '../../series/result-table.js';
import { widenFloat32 } from '../text/short-decimal.js';
import { type DbfColumn, recordLength } from './dbf-fields.js';

const SPACE = 32;
/** Significant digits that tell a single from all others. */
const SINGLE_DIGITS = 9;
const encoder = new TextEncoder();

/**
 * The records of a batch. Numbers are written as their shortest exact decimals, right-aligned; what is missing is
 * blank. `textWidths` grows to the longest text of every column.
 *
 * Throws `output` where a text is longer than 254 bytes.
 */
export function encodeDbfRows(
  schema: ResultSchema,
  columns: readonly DbfColumn[],
  batch: ResultBatch,
  textWidths: Int32Array,
): Uint8Array {
  const length = recordLength(columns);
  const bytes = new Uint8Array(length * batch.count).fill(SPACE);
  const epochs = schema.series?.days.length ?? 0;
  for (let row = 0; row < batch.count; row++) {
    let at = row * length + 1;
    columns.forEach((column, index) => {
      const cell = cellText(schema, batch, index, row, epochs, column.width);
      const encoded = encoder.encode(cell);
      if (encoded.length > column.width) throw tooLong(column, cell);
      if (column.type === 'C') {
        bytes.set(encoded, at);
        if (encoded.length > textWidths[index]) textWidths[index] = encoded.length;
      } else bytes.set(encoded, at + column.width - encoded.length);
      at += column.width;
    });
  }
  return bytes;
}

function cellText(
  schema: ResultSchema,
  batch: ResultBatch,
  index: number,
  row: number,
  epochs: number,
  width: number,
): string {
  const field = schema.fields[index];
  if (field === undefined) {
    const value = batch.displacements![row * epochs + index - schema.fields.length];
    return singleText(value, width);
  }
  const value = batch.columns[index][row];
  switch (field.type) {
    case 'text':
      return value as string;
    case 'date':
      return value === MISSING_INT32 ? '' : formatCompactDay(value as number);
    case 'boolean':
      return value === MISSING_INT32 ? '?' : value === 1 ? 'T' : 'F';
    case 'int32':
      return value === MISSING_INT32 ? '' : String(value);
    case 'float32':
      return singleText(value as number, width);
    case 'float64':
      return doubleText(value as number, width);
  }
}

function doubleText(value: number, width: number): string {
  if (!Number.isFinite(value)) return '';
  const text = String(value);
  return text.length <= width ? text : value.toExponential();
}

/** The shortest decimal that is read back as this single; with an exponent where it does not fit without. */
function singleText(value: number, width: number): string {
  if (!Number.isFinite(value)) return '';
  const text = String(widenFloat32(value));
  if (text.length <= width) return text;
  let digits = 0;
  while (digits < SINGLE_DIGITS - 1 && Math.fround(Number(value.toExponential(digits))) !== value) digits++;
  return value.toExponential(digits);
}

function tooLong(column: DbfColumn, text: string): GroundTrendError {
  return new GroundTrendError(
    'output',
    `A shapefile's texts are ${column.width} bytes at the most; ${column.name} has one that starts "${text.slice(0, 40)}".`,
    { advice: 'Write .gpkg or .parquet.' },
  );
}

/** Cuts the texts of whole records to the widths that they need. */
export function narrowRecords(
  records: Uint8Array,
  wide: readonly DbfColumn[],
  narrow: readonly DbfColumn[],
): Uint8Array {
  const from = recordLength(wide);
  const to = recordLength(narrow);
  const rows = records.length / from;
  const result = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) {
    let source = row * from;
    let target = row * to;
    result[target++] = records[source++];
    for (let i = 0; i < wide.length; i++) {
      result.set(records.subarray(source, source + narrow[i].width), target);
      source += wide[i].width;
      target += narrow[i].width;
    }
  }
  return result;
}
