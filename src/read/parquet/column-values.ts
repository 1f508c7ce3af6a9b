import { GroundTrendError } from '../../errors.js';
import { formatDay } from '../../series/epoch-axis.js';
import { toNumber } from '../tables/block-builder.js';
import { readWkbPoint } from '../wkb-point.js';

/** Values of one column, as hyparquet gives them. */
export type Values = ArrayLike<unknown>;

/** Missing values are `NaN`, and so are those that are no numbers: `onBad` is told the index of each. */
export function putNumbers(
  values: Values,
  first: number,
  end: number,
  target: Float32Array | Float64Array,
  start: number,
  step: number,
  factor: number,
  onBad: (index: number) => void,
): void {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array) {
    for (let i = first, at = start + first * step; i < end; i++, at += step) target[at] = values[i] * factor;
    return;
  }
  for (let i = first, at = start + first * step; i < end; i++, at += step) {
    const number = numberOf(values[i]);
    if (number === undefined) onBad(i);
    target[at] = (number ?? Number.NaN) * factor;
  }
}

/** The number that a value is or that its text stands for; `undefined` where there is none. */
function numberOf(value: unknown): number | undefined {
  if (value === null || value === undefined) return Number.NaN;
  // What is no finite number is found with the others that are of no use.
  if (typeof value === 'number') return value;
  return toNumber(value instanceof Uint8Array ? decoder.decode(value) : value);
}

export function putTexts(values: Values, first: number, end: number, offset: number, target: string[]): void {
  for (let i = first; i < end; i++) target[offset + i] = textOf(values[i]);
}

const decoder = new TextDecoder();

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (value instanceof Date) {
    const time = value.getTime();
    return time % 86_400_000 === 0 ? formatDay(time / 86_400_000) : value.toISOString();
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function putPoints(
  values: Values,
  first: number,
  end: number,
  offset: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const place = [Number.NaN, Number.NaN];
  for (let i = first; i < end; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    if (value instanceof Uint8Array) {
      if (!readWkbPoint(value, place)) continue;
    } else {
      place[0] = (value as { x?: number }).x ?? Number.NaN;
      place[1] = (value as { y?: number }).y ?? Number.NaN;
    }
    x[offset + i] = place[0];
    y[offset + i] = place[1];
  }
}

/** Throws `input` where a row has another number of displacements than there are dates; none at all is missing. */
export function requireLengths(
  values: Values,
  first: number,
  end: number,
  rowStart: number,
  epochs: number,
  file: string,
): void {
  for (let i = first; i < end; i++) {
    const series = values[i] as ArrayLike<unknown> | null | undefined;
    if (series === null || series === undefined || series.length === epochs) continue;
    throw new GroundTrendError(
      'input',
      `Row ${rowStart + i + 1} has ${series.length} displacements, and there are ${epochs} dates.`,
      { place: { file } },
    );
  }
}

export function putLists(
  values: Values,
  first: number,
  end: number,
  offset: number,
  displacements: Float32Array,
  epochs: number,
  factor: number,
): void {
  for (let i = first; i < end; i++) {
    const series = (values[i] ?? []) as ArrayLike<number | null>;
    const start = (offset + i) * epochs;
    for (let k = 0; k < epochs; k++) displacements[start + k] = Number(series[k] ?? Number.NaN) * factor;
  }
}
