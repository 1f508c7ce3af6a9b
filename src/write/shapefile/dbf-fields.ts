import { GroundTrendError } from '../../errors.js';
import type { ColumnType, ResultSchema } from '../../series/result-table.js';
import { listColumns, listSeriesColumns } from '../result-encoder.js';

/** A column of the table of a shapefile. */
export interface DbfColumn {
  readonly name: string;
  readonly type: 'C' | 'N' | 'D' | 'L';
  readonly width: number;
  readonly decimals: number;
}

const MOST_FIELDS = 255;
const NAME_BYTES = 10;

/**
 * Widths that hold every value: the longest shortest decimal of a double has 24 characters, of a single 15. Texts are
 * as wide as the format allows until the last row is known.
 */
const LAYOUT: Readonly<Record<ColumnType, Omit<DbfColumn, 'name'>>> = {
  text: { type: 'C', width: 254, decimals: 0 },
  float64: { type: 'N', width: 24, decimals: 15 },
  float32: { type: 'N', width: 15, decimals: 7 },
  int32: { type: 'N', width: 11, decimals: 0 },
  date: { type: 'D', width: 8, decimals: 0 },
  boolean: { type: 'L', width: 1, decimals: 0 },
};

/**
 * The columns of a table, with names cut to ten letters and numbered where that makes two of them equal.
 *
 * Throws `output` where there are more than 255.
 */
export function planDbfColumns(schema: ResultSchema): DbfColumn[] {
  const names = listColumns(schema);
  if (names.length > MOST_FIELDS) {
    const dates = listSeriesColumns(schema).length;
    throw new GroundTrendError(
      'output',
      `A shapefile holds ${MOST_FIELDS} columns at the most; this table has ${names.length}${dates > 0 ? `, ${dates} of them dates` : ''}.`,
      {
        advice:
          dates > 0
            ? 'Leave the series out of it (classify without --keep-series, convert with --no-series), or write .gpkg or .parquet.'
            : 'Write .gpkg or .parquet.',
      },
    );
  }
  const taken = new Set<string>();
  return names.map((name, index) => {
    const type = schema.fields[index]?.type ?? 'float32';
    return { name: shortenName(name, taken), ...LAYOUT[type] };
  });
}

/** Ten bytes of plain letters, digits and underscores, since readers differ about all others. */
function shortenName(name: string, taken: Set<string>): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_]+/g, '_') || 'column';
  let short = plain.slice(0, NAME_BYTES);
  for (let number = 2; taken.has(short.toLowerCase()); number++) {
    const ending = `_${number}`;
    short = plain.slice(0, NAME_BYTES - ending.length) + ending;
  }
  taken.add(short.toLowerCase());
  return short;
}

/** The header of a table: 32 bytes, 32 a column, a closing mark. */
export function encodeDbfHeader(columns: readonly DbfColumn[], rows: number): Uint8Array {
  const bytes = new Uint8Array(32 + 32 * columns.length + 1);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x03;
  // A fixed date of the last change: the same rows give the same bytes.
  bytes.set([80, 1, 1], 1);
  view.setUint32(4, rows, true);
  view.setUint16(8, bytes.length, true);
  view.setUint16(10, recordLength(columns), true);
  columns.forEach(({ name, type, width, decimals }, index) => {
    const at = 32 + 32 * index;
    for (let i = 0; i < name.length; i++) bytes[at + i] = name.charCodeAt(i);
    bytes[at + 11] = type.charCodeAt(0);
    bytes[at + 16] = width;
    bytes[at + 17] = decimals;
  });
  bytes[bytes.length - 1] = 0x0d;
  return bytes;
}

export function recordLength(columns: readonly DbfColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 1);
}
