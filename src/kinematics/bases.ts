import type { EpochAxis } from '../series/epoch-axis.js';
import { DAYS_PER_YEAR } from '../series/epoch-axis.js';

/** Over shorter spans least squares cannot tell a season from a bend. */
const MIN_SEASON_SPAN_YEARS = 1.5;
/** The season must keep this share of its information once constant and slope have been taken out. */
const MIN_SEASON_INFORMATION = 0.1;

/** 1 at every date. */
export function constantColumn(axis: EpochAxis): Float64Array {
  return new Float64Array(axis.years.length).fill(1);
}

/** t to a power, t in years since the first date. */
export function powerColumn(axis: EpochAxis, power: number): Float64Array {
  return axis.years.map((year) => year ** power);
}

/** max(0, t - breakYears), in years since the first date. */
export function hingeColumn(axis: EpochAxis, breakYears: number): Float64Array {
  return axis.years.map((year) => Math.max(0, year - breakYears));
}

/** 0 before the epoch, 1 from it on. */
export function stepColumn(axis: EpochAxis, epoch: number): Float64Array {
  return axis.years.map((_, index) => (index >= epoch ? 1 : 0));
}

/** Sine and cosine of one year, phase zero on 1 January. */
export function annualColumns(axis: EpochAxis): {
  readonly sine: Float64Array;
  readonly cosine: Float64Array;
} {
  // 1970-01-01 plus whole Julian years stays within a day of 1 January for a century and more.
  const angles = Float64Array.from(axis.days, (day) => (2 * Math.PI * day) / DAYS_PER_YEAR);
  return { sine: angles.map(Math.sin), cosine: angles.map(Math.cos) };
}

/** Day of the year (1 to 366) on which S sin + C cos is largest. */
export function peakDayOfYear(sine: number, cosine: number): number {
  const turns = Math.atan2(sine, cosine) / (2 * Math.PI);
  return (turns - Math.floor(turns)) * DAYS_PER_YEAR + 1;
}

/**
 * Whether a season can be estimated from the dates in `epochs`: they span a year and a half at least, and sine and
 * cosine keep a share of their information beside constant and slope (dates of one season of the year only do not).
 */
export function isSeasonEstimable(axis: EpochAxis, epochs: ArrayLike<number>): boolean {
  const count = epochs.length;
  if (count < 8) return false;
  if (axis.years[epochs[count - 1]] - axis.years[epochs[0]] < MIN_SEASON_SPAN_YEARS) return false;
  const { sine, cosine } = annualColumns(axis);
  let meanYear = 0;
  for (let i = 0; i < count; i++) meanYear += axis.years[epochs[i]] / count;
  const remove = (column: Float64Array): Float64Array => {
    let mean = 0;
    let slope = 0;
    let spread = 0;
    for (let i = 0; i < count; i++) {
      const year = axis.years[epochs[i]] - meanYear;
      mean += column[epochs[i]] / count;
      slope += year * column[epochs[i]];
      spread += year * year;
    }
    return Float64Array.from({ length: count }, (_, i) => {
      return column[epochs[i]] - mean - (slope / spread) * (axis.years[epochs[i]] - meanYear);
    });
  };
  const s = remove(sine);
  const c = remove(cosine);
  let ss = 0;
  let sc = 0;
  let cc = 0;
  for (let i = 0; i < count; i++) {
    ss += s[i] * s[i];
    sc += s[i] * c[i];
    cc += c[i] * c[i];
  }
  const smallest = (ss + cc) / 2 - Math.sqrt(((ss - cc) / 2) ** 2 + sc * sc);
  return smallest >= MIN_SEASON_INFORMATION * (count / 2);
}
