import { formatDay } from '../series/epoch-axis.js';
import { niceStep } from './point-map.js';

/** Round values within a range, about `most` of them. */
export function valueTicks(low: number, high: number, most = 4): number[] {
  const step = niceStep((high - low) / most);
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
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
