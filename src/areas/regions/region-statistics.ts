import KDBush from 'kdbush';
import { quantileOfSorted } from '../../evaluate/interval.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import { fillGaps } from '../../series/fill-gaps.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import type { SeriesSource } from '../active/active-areas.js';
import type { MetricPlane } from '../metric-plane.js';
import type { Region } from './read-regions.js';
import { createRegionTest } from './region-test.js';

export interface RegionPoints {
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  /** Codes of `TREND_CLASSES`. */
  readonly codes: Uint8Array;
  /** mm/yr, `NaN` where missing. */
  readonly velocity?: Float32Array;
}

/** Displacements of a region at every date, mm. */
export interface RegionSeries {
  readonly axis: EpochAxis;
  readonly mean: Float32Array;
  /** 10 and 90 % of at most 300 evenly chosen points. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export interface RegionStatistics {
  readonly region: Region;
  readonly points: number;
  readonly trendCounts: Int32Array;
  /** mm/yr: mean and 10, 50, 90 %; `NaN` where there is none. */
  readonly velocityMean: number;
  readonly velocityQuantiles: readonly [low: number, middle: number, high: number];
  readonly series: RegionSeries | undefined;
}

/** Series of a region that its quantiles are made of. */
const QUANTILE_POINTS = 300;

/** What the points in every region do. A point may be in several; lines take the points within `bufferMetres`. */
export async function summariseRegions(
  points: RegionPoints,
  regions: readonly Region[],
  plane: MetricPlane,
  bufferMetres: number,
  source?: SeriesSource,
): Promise<RegionStatistics[]> {
  const members = findMembers(points, regions, plane, bufferMetres);
  const series = source && (await gatherSeries(source, members));
  return regions.map((region, number) => {
    const rows = members[number];
    const trendCounts = new Int32Array(TREND_CLASSES.length);
    for (const row of rows) if (points.codes[row] < trendCounts.length) trendCounts[points.codes[row]]++;
    const velocities = points.velocity ? Array.from(rows, (row) => points.velocity![row]) : [];
    const known = Float64Array.from(velocities.filter((value) => !Number.isNaN(value))).sort();
    return {
      region,
      points: rows.length,
      trendCounts,
      velocityMean: known.reduce((sum, value) => sum + value, 0) / known.length,
      velocityQuantiles: [
        quantileOfSorted(known, 0.1),
        quantileOfSorted(known, 0.5),
        quantileOfSorted(known, 0.9),
      ],
      series: rows.length > 0 ? series?.[number] : undefined,
    };
  });
}

/** Rows of the points in each region, rising. */
function findMembers(
  { longitude, latitude }: RegionPoints,
  regions: readonly Region[],
  plane: MetricPlane,
  bufferMetres: number,
): Int32Array[] {
  const index = new KDBush(longitude.length);
  const x = new Float64Array(longitude.length);
  const y = new Float64Array(longitude.length);
  for (let i = 0; i < x.length; i++) {
    [x[i], y[i]] = Number.isNaN(longitude[i] + latitude[i])
      ? [Number.NaN, Number.NaN]
      : plane.toMetres(longitude[i], latitude[i]);
    // The index cannot hold what is no number: such points go where no region is.
    index.add(Number.isNaN(x[i]) ? Number.MAX_VALUE : x[i], Number.isNaN(y[i]) ? Number.MAX_VALUE : y[i]);
  }
  index.finish();
  return regions.map(({ shape }) => {
    const { box, contains } = createRegionTest(shape, plane, bufferMetres);
    const near = index.range(...box).filter((row) => contains(x[row], y[row]));
    return Int32Array.from(near).sort();
  });
}

async function gatherSeries(source: SeriesSource, members: readonly Int32Array[]): Promise<RegionSeries[]> {
  const { axis } = source;
  const epochs = axis.days.length;
  const means = members.map(() => new Float32Array(epochs));
  const chosen = members.map((): Float32Array[] => []);
  const taken = members.map(() => 0);
  const regionsOfRow = new Map<number, number[]>();
  members.forEach((rows, number) => {
    for (const row of rows) regionsOfRow.set(row, [...(regionsOfRow.get(row) ?? []), number]);
  });
  for (const row of Int32Array.from(regionsOfRow.keys()).sort()) {
    const series = fillGaps(axis, await source.readSeries(row), 1);
    for (const number of regionsOfRow.get(row)!) {
      const count = ++taken[number];
      const mean = means[number];
      for (let i = 0; i < epochs; i++) mean[i] += (series[i] - mean[i]) / count;
      const stride = Math.max(1, members[number].length / QUANTILE_POINTS);
      if (Math.floor(count / stride) > Math.floor((count - 1) / stride)) chosen[number].push(series);
    }
  }
  return means.map((mean, number) => ({ axis, mean, ...quantileSeries(chosen[number], epochs) }));
}

function quantileSeries(series: readonly Float32Array[], epochs: number) {
  const low = new Float32Array(epochs);
  const high = new Float32Array(epochs);
  const values = new Float64Array(series.length);
  for (let i = 0; i < epochs; i++) {
    series.forEach((one, k) => {
      values[k] = one[i];
    });
    values.sort();
    low[i] = quantileOfSorted(values, 0.1);
    high[i] = quantileOfSorted(values, 0.9);
  }
  return { low, high };
}
