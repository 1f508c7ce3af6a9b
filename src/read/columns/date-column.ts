import { dayFromCalendar } from '../../series/epoch-axis.js';

const DATE_NAME = /^(?:d_?)?((?:19|20)\d{2})([-_/]?)(\d{2})\2(\d{2})(?:[t ]00:00(?::00(?:\.0+)?)?)?$/i;

/**
 * The day (since 1970-01-01) that a column's name stands for: `20200103`, `D20200103`, `D_20200103`, `2020-01-03` (or
 * with `_` or `/`), also with a time of midnight. `undefined` for any other name, `'impossible'` for one of that form
 * that is not in the calendar (`20200231`).
 */
export function parseDateColumn(name: string): number | 'impossible' | undefined {
  const match = DATE_NAME.exec(name);
  if (match === null) return undefined;
  return dayFromCalendar(Number(match[1]), Number(match[3]), Number(match[4])) ?? 'impossible';
}
