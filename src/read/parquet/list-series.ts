import type { FileMetaData } from 'hyparquet';
import { GroundTrendError } from '../../errors.js';
import { createEpochAxis, type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import { parseDateColumn } from '../columns/date-column.js';
import type { ListColumn } from './parquet-columns.js';

/** A series in one column of lists, and the dates that go with it. */
export interface ListSeries {
  readonly column: string;
  /** The column of dates; `undefined` where the file's metadata have them. */
  readonly dateColumn: string | undefined;
}

const SERIES_NAME = /displ|series|deform|los|^ts$|^values?$/i;
const DATE_KEYS: readonly string[] = ['dates', 'epochs', 'acquisition_dates'];

/** Picks the column of lists that holds the displacements; `undefined` where there is none. */
export function chooseListSeries(lists: readonly ListColumn[]): ListSeries | undefined {
  const numeric = lists.filter(({ holds }) => holds === 'numbers');
  const column =
    numeric.find(({ name }) => SERIES_NAME.test(name)) ?? (numeric.length === 1 ? numeric[0] : undefined);
  if (column === undefined) return undefined;
  return { column: column.name, dateColumn: lists.find(({ holds }) => holds === 'dates')?.name };
}

/** The dates in a file's key-value metadata (`dates`, `epochs` or `acquisition_dates`: a list or text with commas). */
export function findMetadataDates(metadata: FileMetaData): unknown[] | undefined {
  for (const { key, value } of metadata.key_value_metadata ?? []) {
    if (!DATE_KEYS.includes(key.toLowerCase()) || value === undefined) continue;
    try {
      const parsed: unknown = JSON.parse(value);
      if (Array.isArray(parsed)) return parsed;
    } catch {
      // Not JSON: a plain list.
    }
    return value.split(/[,;\s]+/).filter((text) => text !== '');
  }
  return undefined;
}

/** An axis from the dates of the first row: texts, or the days and milliseconds that Parquet counts. */
export function axisOfList(dates: readonly unknown[], file: string, column: string | undefined): EpochAxis {
  const days = dates.map((date) => {
    const day = dayOf(date);
    if (day !== undefined) return day;
    throw new GroundTrendError('input', `${JSON.stringify(String(date))} is no date.`, {
      place: { file, column },
    });
  });
  return createEpochAxis(days, { file, column });
}

function dayOf(date: unknown): number | undefined {
  if (date instanceof Date) return Math.floor(date.getTime() / 86_400_000);
  const day = parseDateColumn(String(date).slice(0, 10));
  return typeof day === 'number' ? day : undefined;
}

/** Throws `input` where a row has other dates than the first one, or none. */
export function requireSameDates(
  dates: readonly unknown[] | null | undefined,
  axis: EpochAxis,
  row: number,
  file: string,
): void {
  const isSame = dates?.length === axis.days.length && dates.every((date, i) => dayOf(date) === axis.days[i]);
  if (isSame) return;
  throw new GroundTrendError(
    'input',
    `Row ${row + 1} has other dates than the first one (${formatDay(axis.days[0])} to ${formatDay(axis.days.at(-1)!)}).`,
    { place: { file }, advice: 'Series on several date axes belong in one file each.' },
  );
}
