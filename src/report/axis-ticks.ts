import { formatDay } from '../series/epoch-axis.js';

/** The largest of 1, 2 and 5 times a power of ten that does not exceed the value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = value / power >= 5 ? 5 : value / power >= 2 ? 2 : 1;
  return Number((factor * power).toPrecision(12));
}

/** All multiples of `step` from `low` to `high`, without the dust of binary fractions. */
export function multiplesBetween(low: number, high: number, step: number): number[] {
  const values: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(Number((k * step).toPrecision(12)));
  return values;
}

/** Round values within a range, about `most` of them. */
export function valueTicks(low: number, high: number, most = 4): number[] {
  return multiplesBetween(low, high, niceStep((high - low) / most));
}

/** New Year's days within the span, thinned for long ones. */
export function yearTicks(first: number, last: number): { readonly day: number; readonly year: string }[] {
  const from = Number(formatDay(first).slice(0, 4)) + 1;
  const to = Number(formatDay(last).slice(0, 4));
  const every = Math.max(1, Math.ceil((to - from + 1) / 10));
  const ticks = [];
  for (let year = from; year <= to; year += every) {
    ticks.push({ day: Date.UTC(year, 0, 1) / 86_400_000, year: String(year) });
  }
  return ticks;
}
