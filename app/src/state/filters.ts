import type { NumberColumn } from '../data/column.js';

/** What is shown: classes that are not hidden, and spans of columns (a missing value lies in no span). */
export interface Filters {
  readonly hiddenClasses: readonly number[];
  readonly spans: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Named points alone; not kept in the address. */
  readonly only?: { readonly title: string; readonly pids: ReadonlySet<string> };
}

export const NO_FILTERS: Filters = { hiddenClasses: [], spans: {} };

/** 1 for every row that passes all filters; `codes` are class codes by row. */
export function maskRows(
  codes: Uint8Array,
  filters: Filters,
  columns: ReadonlyMap<string, NumberColumn>,
): Uint8Array {
  const mask = new Uint8Array(codes.length).fill(1);
  if (filters.hiddenClasses.length > 0) {
    const shown = new Uint8Array(256).fill(1);
    for (const code of filters.hiddenClasses) shown[code] = 0;
    for (let row = 0; row < mask.length; row++) mask[row] = shown[codes[row]];
  }
  for (const [name, [low, high]] of Object.entries(filters.spans)) {
    const values = columns.get(name)?.values;
    if (values === undefined) continue;
    for (let row = 0; row < mask.length; row++) {
      if (!(values[row] >= low && values[row] <= high)) mask[row] = 0;
    }
  }
  return mask;
}

/** Takes out of a mask the rows whose pid is not in the set. */
export function keepPids(
  mask: Uint8Array,
  { pidOf }: { pidOf(row: number): string },
  pids: ReadonlySet<string>,
): void {
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1 && !pids.has(pidOf(row))) mask[row] = 0;
}

/** Points of each class among the rows that `pass`. */
export function countClasses(codes: Uint8Array, classes: number, passes: (row: number) => boolean): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < classes && passes(row)) counts[codes[row]] += 1;
  }
  return counts;
}

/** Bars of a histogram of the rows in the mask, `bins` between low and high; what lies outside goes to the ends. */
export function countBins(
  values: ArrayLike<number>,
  mask: Uint8Array,
  low: number,
  high: number,
  bins: number,
): Uint32Array {
  const counts = new Uint32Array(bins);
  const scale = high > low ? bins / (high - low) : 0;
  for (let row = 0; row < values.length; row++) {
    if (mask[row] === 0 || Number.isNaN(values[row])) continue;
    const bin = Math.floor((values[row] - low) * scale);
    counts[Math.min(bins - 1, Math.max(0, bin))] += 1;
  }
  return counts;
}
