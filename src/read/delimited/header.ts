import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import { splitCells } from './cell-text.js';
import { parseDateColumn } from './date-column.js';
import { decode } from './text-column.js';

const LINE_FEED = 10;
const DELIMITERS = [',', ';', '\t'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** The first line of a table of series: everything that can be known without looking at a row. */
export interface TableHeader {
  readonly delimiter: Delimiter;
  /** Column names as written, without quotes and blanks. */
  readonly names: readonly string[];
  readonly axis: EpochAxis;
  /** For each column its epoch on the axis, or -1 where it is no date. */
  readonly epochOfColumn: Int32Array;
  /** True where the dates do not stand in order of time; rows are put in order on reading. */
  readonly isOutOfOrder: boolean;
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

  const columnOfDay = new Map<number, number>();
  names.forEach((name, column) => {
    const day = parseDateColumn(name);
    if (day === undefined) return;
    if (day === 'impossible') {
      throw new GroundTrendError('input', 'This column is named like a date that is not in the calendar.', {
        place: { ...place, column: name },
      });
    }
    const earlier = columnOfDay.get(day);
    if (earlier !== undefined) {
      throw new GroundTrendError(
        'input',
        `The date ${formatDay(day)} appears twice, as columns ${earlier + 1} (${names[earlier]}) and ${column + 1} (${name}).`,
        { place: { ...place, column: name }, advice: 'Remove one of the two.' },
      );
    }
    columnOfDay.set(day, column);
  });
  requireDates(columnOfDay.size, names, file);

  const inFile = [...columnOfDay.keys()];
  const days = inFile.toSorted((left, right) => left - right);
  const epochOfColumn = new Int32Array(names.length).fill(-1);
  for (let epoch = 0; epoch < days.length; epoch++) epochOfColumn[columnOfDay.get(days[epoch])!] = epoch;
  const isOutOfOrder = inFile.some((day, index) => day !== days[index]);
  return { delimiter, names, axis: createEpochAxis(days), epochOfColumn, isOutOfOrder, byteLength };
}

function requireDates(count: number, names: readonly string[], file: string): void {
  if (count >= 2) return;
  const shown = names
    .slice(0, 6)
    .map((name) => (name.length > 30 ? `${name.slice(0, 30)}...` : name))
    .join(', ');
  throw new GroundTrendError(
    'input',
    count === 0
      ? `No column is named like a date; the header starts with: ${shown}.`
      : 'Only one column is named like a date; a series needs at least two.',
    {
      place: { file, line: 1 },
      advice:
        'Displacements are expected in one column a date, named 20200103, D20200103, D_20200103 or 2020-01-03.',
    },
  );
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
