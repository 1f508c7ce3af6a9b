import { GroundTrendError } from '../../errors.js';
import { parseDateColumn } from '../columns/date-column.js';
import { type EpochColumns, findEpochColumns } from '../columns/epoch-columns.js';
import { splitCells } from './cell-text.js';
import { decode } from './text-column.js';

const LINE_FEED = 10;
const DELIMITERS = [',', ';', '\t'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** The first line of a table of series: everything that can be known without looking at a row. */
export interface TableHeader extends EpochColumns {
  readonly delimiter: Delimiter;
  /** Column names as written, without quotes and blanks. */
  readonly names: readonly string[];
  /** Bytes up to and with the header's line feed, and a byte order mark before it. */
  readonly byteLength: number;
}

/** True where the first line could be a table's with a series: a delimiter and at least one date among the names. */
export function looksLikeHeader(head: Uint8Array): boolean {
  const names = splitHeader(head).names;
  return names !== undefined && names.length > 1 && names.some((name) => parseDateColumn(name) !== undefined);
}

/** Reads the first line. Throws `input` where it names no series: no dates, a date twice, fewer than two. */
export function parseHeader(head: Uint8Array, file: string): TableHeader {
  const { names, delimiter, byteLength } = splitHeader(head);
  const place = { file, line: 1 };
  if (names === undefined)
    throw new GroundTrendError('input', 'A quote in the header is not closed.', { place });

  return { delimiter, names, ...findEpochColumns(names, place), byteLength };
}

function splitHeader(head: Uint8Array): {
  names: string[] | undefined;
  delimiter: Delimiter;
  byteLength: number;
} {
  const start = byteOrderMarkLength(head);
  const lineFeed = head.indexOf(LINE_FEED, start);
  const byteLength = lineFeed < 0 ? head.length : lineFeed + 1;
  const line = decode(head.subarray(start, byteLength)).replace(/\r?\n?$/, '');
  const cellCount = (delimiter: Delimiter) => splitCells(line, delimiter)?.length ?? 0;
  const delimiter = DELIMITERS.reduce((best, next) => (cellCount(next) > cellCount(best) ? next : best));
  return { names: splitCells(line, delimiter), delimiter, byteLength };
}

function byteOrderMarkLength(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}
