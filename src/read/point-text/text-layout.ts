import { GroundTrendError } from '../../errors.js';
import { dayFromCalendar } from '../../series/epoch-axis.js';
import { findRole } from '../columns/column-names.js';
import type { ReadOptions } from '../read-options.js';

/** How rows of numbers are to be read: some columns that say where a point is, then a displacement a date. */
export interface TextLayout {
  readonly format: string;
  /** `BLANKS`, or the character itself. */
  readonly delimiter: string;
  /** Lines before the first row; notes do not count. */
  readonly linesBefore: number;
  /** Names of the columns before the displacements. */
  readonly names: readonly string[];
  readonly days: readonly number[];
  readonly warnings: readonly string[];
}

/** Cells that stand between any blanks, however many. */
export const BLANKS = ' ';

const PLACE_ROLES = ['longitude', 'latitude', 'easting', 'northing'] as const;
const FEWEST_NAMES = 2;
const MOST_NAMES = 60;
/** Days from 0000-01-01 to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_528;
/** Whole numbers in this range, from 1957 to 2080, can be such days. */
const DAY_COUNTS = [715_000, 760_000] as const;

const NAMES_WITHOUT_HEADER: Readonly<Record<number, readonly string[]>> = {
  2: ['longitude', 'latitude'],
  3: ['longitude', 'latitude', 'mean_velocity'],
  4: ['pid', 'longitude', 'latitude', 'mean_velocity'],
};

/** Lines that count: neither blank nor a note (`#` in general, `%` of MATLAB, `>` of GMT). */
export function isRow(line: string): boolean {
  return line !== '' && !/^[#%>]/.test(line);
}

/**
 * Finds the row of dates that heads a table of points, among the first two lines: dates of eight digits or counts of
 * days since the year 0, increasing, after two or more other cells. Known are
 * - StaMPS-Visualizer's export (its manual.md): a line `export_res_1,...`; the reference's longitude and latitude, NaN
 *   and MATLAB's day numbers less one; then longitude, latitude, velocity, series;
 * - the like with `-1 -1 -1 -1` and dates, then number, longitude, latitude, velocity, series;
 * - names of columns before the dates, between blanks.
 *
 * `undefined` where there is no such row.
 */
export function findDateRow(lines: readonly string[]): TextLayout | undefined {
  const rows = lines.filter(isRow);
  for (let line = 0; line < Math.min(2, rows.length - 1); line++) {
    const delimiter = delimiterOf(rows[line]);
    const cells = splitLine(rows[line], delimiter);
    let first = cells.length;
    while (first > 0 && dayOf(cells[first - 1]) !== undefined) first--;
    const days = cells.slice(first).map((cell) => dayOf(cell)!);
    const isIncreasing = days.every((day, i) => i === 0 || day > days[i - 1]);
    if (days.length < 2 || !isIncreasing || first < FEWEST_NAMES || first > MOST_NAMES) continue;
    const before = cells.slice(0, first);
    const isNamed = before.some((cell) => Number.isNaN(Number(cell)) && !/^nan$/i.test(cell));
    const names = isNamed ? before : NAMES_WITHOUT_HEADER[first];
    if (names === undefined) continue;
    const isVisualizer = rows[0].startsWith('export_res');
    const format = isVisualizer ? 'StaMPS-Visualizer table' : 'points as text';
    return { format, delimiter, linesBefore: line + 1, names, days, warnings: [] };
  }
  return undefined;
}

/**
 * The layout of rows whose dates stand in a list beside them (`dates`): the last columns are the series. The others are
 * named by a first line of names, by `columnNames`, or are longitude and latitude where they are two (as `gmt grdtrack`
 * writes them).
 *
 * Throws `input` where the columns do not fit the dates, say other dates, or nothing says what they are.
 */
export function layOutByDates(lines: readonly string[], options: ReadOptions, file: string): TextLayout {
  const { dates = [], columnNames } = options;
  const rows = lines.filter(isRow);
  const place = { file };
  if (rows.length === 0) throw new GroundTrendError('input', 'There are no rows in this file.', { place });
  const delimiter = delimiterOf(rows[0]);
  const head = splitLine(rows[0], delimiter);
  const hasNames = isLineOfNames(head, columnNames);
  const cells = splitLine(rows[hasNames ? 1 : 0] ?? '', delimiter).length;
  const count = cells - dates.length;
  if (count < FEWEST_NAMES) {
    throw new GroundTrendError(
      'input',
      `The rows have ${cells} columns and the list of dates ${dates.length}: that leaves ${Math.max(0, count)} for the place.`,
      { place, advice: 'The list must have one date for each of the last columns.' },
    );
  }
  const fromHeader = hasNames && head.length >= count ? head.slice(0, count) : undefined;
  const own = findDateRow(lines)?.days ?? dates;
  if (own.join() !== dates.join() || fromHeader?.some((name) => dayOf(name) !== undefined)) {
    throw new GroundTrendError('input', 'The rows say other dates than the list of dates.', {
      place,
      advice: 'Leave --dates out, or give the list that belongs to this file.',
    });
  }
  const names = columnNames ?? fromHeader ?? (count === 2 ? NAMES_WITHOUT_HEADER[2] : undefined);
  if (names === undefined || names.length !== count) {
    throw new GroundTrendError(
      'input',
      names === undefined
        ? `Nothing says what the first ${count} columns are.`
        : `${names.length} columns are named, but ${count} stand before the displacements.`,
      { place, advice: 'Name them in their order, such as --columns pid,latitude,longitude,height.' },
    );
  }
  const isGuess = columnNames === undefined && fromHeader === undefined;
  return {
    format: 'points as text',
    delimiter,
    linesBefore: hasNames ? 1 : 0,
    names,
    days: dates,
    warnings: isGuess
      ? ['The first two columns were taken as longitude and latitude (--columns names them).']
      : [],
  };
}

/**
 * Whether a first line names columns. Where these are named already, a line without numbers for the place does; rows may
 * have any texts beside it.
 */
function isLineOfNames(cells: readonly string[], columnNames: readonly string[] | undefined): boolean {
  const isText = (cell: string) => Number.isNaN(Number(cell)) && !/^nan$/i.test(cell);
  const places = PLACE_ROLES.map((role) => findRole(role, columnNames ?? [])).filter(
    (column) => column !== undefined,
  );
  return places.length > 0
    ? places.every((column) => isText(cells[column] ?? ''))
    : cells.filter(isText).length >= 2;
}

/** Comma, semicolon or tab where the line has one, else blanks. */
function delimiterOf(line: string): string {
  return /[,;\t]/.exec(line)?.[0] ?? BLANKS;
}

export function splitLine(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter === BLANKS ? /\s+/ : delimiter);
  // Between blanks, without quotes, cells are clean: the way of nearly all rows.
  if (delimiter === BLANKS && !line.includes('"')) return cells;
  return cells.map((cell) => cell.trim().replaceAll('"', ''));
}

function dayOf(cell: string): number | undefined {
  const match = /^((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0*)?$/.exec(cell);
  if (match) return dayFromCalendar(Number(match[1]), Number(match[2]), Number(match[3]));
  const count = cell === '' ? Number.NaN : Number(cell);
  const [least, most] = DAY_COUNTS;
  return Number.isInteger(count) && count >= least && count <= most ? count - DAYS_BEFORE_1970 : undefined;
}
