import { type ErrorPlace, GroundTrendError } from '../errors.js';

/** Days in the year that velocities are counted in (Julian year). */
export const DAYS_PER_YEAR = 365.25;
const MILLISECONDS_PER_DAY = 86_400_000;
/** Days from 1970-01-01 that `Date` can tell. */
const FARTHEST_DAY = 100_000_000;

/**
 * The acquisition dates that all series of a batch share.
 *
 * `days` are whole days since 1970-01-01 (UTC), strictly increasing, at least two; `years` are years since the first
 * date.
 */
export interface EpochAxis {
  readonly days: Int32Array;
  readonly years: Float64Array;
}

/**
 * Builds an axis from whole days since 1970-01-01. Throws `input` (with the `place` they were read from) where dates
 * repeat, go backwards, are fewer than two or no days at all.
 *
 * ```ts
 * import { createEpochAxis, formatDay, parseDay } from 'groundtrend';
 *
 * const axis = createEpochAxis([parseDay('2020-01-03')!, parseDay('2020-01-15')!]);
 * console.log(formatDay(axis.days[1])); // 2020-01-15
 * ```
 */
export function createEpochAxis(days: ArrayLike<number>, place?: ErrorPlace): EpochAxis {
  const refuse = (what: string) => new GroundTrendError('input', what, { place });
  if (days.length < 2) throw refuse(`A series needs at least two dates, this one has ${days.length}.`);
  for (let i = 0; i < days.length; i++) {
    if (!Number.isInteger(days[i]) || Math.abs(days[i]) > FARTHEST_DAY) {
      throw refuse(`Date ${i + 1} is no day of the calendar.`);
    }
    if (i === 0 || days[i] > days[i - 1]) continue;
    const problem = days[i] === days[i - 1] ? 'appears twice' : `stands after ${formatDay(days[i - 1])}`;
    throw refuse(`The date ${formatDay(days[i])} ${problem}.`);
  }
  const whole = Int32Array.from(days);
  return { days: whole, years: Float64Array.from(whole, (day) => (day - whole[0]) / DAYS_PER_YEAR) };
}

/** Time from the first to the last date, in years. */
export function spanYears(axis: EpochAxis): number {
  return axis.years[axis.years.length - 1];
}

/** True where both have the same dates. */
export function isSameAxis(left: EpochAxis, right: EpochAxis): boolean {
  return (
    left === right ||
    (left.days.length === right.days.length && left.days.every((day, index) => day === right.days[index]))
  );
}

/** Whole days since 1970-01-01 of a calendar date, or `undefined` where there is no such date. */
export function dayFromCalendar(year: number, month: number, day: number): number | undefined {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? time / MILLISECONDS_PER_DAY : undefined;
}

/** Reads `YYYYMMDD` or `YYYY-MM-DD`; `undefined` for anything else. */
export function parseDay(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return match ? dayFromCalendar(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** `YYYY-MM-DD` of a day number; fractions are cut to the day they fall in. */
export function formatDay(day: number): string {
  return new Date(Math.floor(day) * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

/** `YYYYMMDD` of a day number, as in the column names of displacement files. */
export function formatCompactDay(day: number): string {
  return formatDay(day).replaceAll('-', '');
}
