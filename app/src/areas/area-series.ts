import type { LoadedMap } from '../data/loaded-map.js';

/** Of a large area so many series are read, evenly spread over its rows. */
const MOST_SERIES = 400;

/** Displacements of an area date by date, mm; every series about its own first year, so that they can be compared. */
export interface AreaSeries {
  readonly days: Int32Array;
  readonly used: number;
  readonly mean: Float64Array;
  readonly lowerQuartile: Float64Array;
  readonly median: Float64Array;
  readonly upperQuartile: Float64Array;
}

export async function summarizeSeries(
  loaded: LoadedMap,
  rows: readonly number[],
  report?: (fraction: number) => void,
): Promise<AreaSeries | undefined> {
  const { axis } = loaded;
  if (!axis || rows.length === 0) return undefined;
  const step = Math.max(1, rows.length / MOST_SERIES);
  const chosen = Array.from(
    { length: Math.min(rows.length, MOST_SERIES) },
    (_, i) => rows[Math.floor(i * step)],
  );
  const series: Float32Array[] = [];
  for (const row of chosen) {
    series.push(centreOnStart(await loaded.readSeries(row), axis.years));
    report?.(series.length / chosen.length);
  }
  const epochs = axis.days.length;
  const summary = {
    days: axis.days,
    used: series.length,
    mean: new Float64Array(epochs),
    lowerQuartile: new Float64Array(epochs),
    median: new Float64Array(epochs),
    upperQuartile: new Float64Array(epochs),
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const values = Float64Array.from(series.map((one) => one[epoch]).filter(Number.isFinite)).sort();
    summary.mean[epoch] = values.reduce((sum, value) => sum + value, 0) / values.length;
    summary.lowerQuartile[epoch] = quantile(values, 0.25);
    summary.median[epoch] = quantile(values, 0.5);
    summary.upperQuartile[epoch] = quantile(values, 0.75);
  }
  return summary;
}

function centreOnStart(series: Float32Array, years: Float64Array): Float32Array {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < series.length && (years[i] <= 1 || count === 0); i++) {
    if (!Number.isFinite(series[i])) continue;
    sum += series[i];
    count++;
  }
  const level = count === 0 ? 0 : sum / count;
  return series.map((value) => value - level);
}

/** Linear between the two nearest ranks. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
