import type { EpochAxis } from '../../series/epoch-axis.js';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import type { RegionStatistics } from './region-statistics.js';

/** The table of statistics, a row a region with its shape; with `axis` the mean series follow, one column a date. */
export function describeRegionTable(
  axis: EpochAxis | undefined,
  metadata: Readonly<Record<string, string>>,
): ResultSchema {
  return {
    layer: 'statistics',
    fields: [
      { name: 'name', type: 'text', description: 'name of the region' },
      { name: 'points', type: 'int32', description: 'points in it' },
      ...TREND_CLASSES.map((name) => ({
        name: `share_${name.toLowerCase()}`,
        type: 'float32' as const,
        description: `share of its points that are ${name}, 0 to 1`,
      })),
      { name: 'velocity_mean_mm_yr', type: 'float32', description: 'mean velocity, mm/yr' },
      { name: 'velocity_p10_mm_yr', type: 'float32', description: '10 % of the points are below, mm/yr' },
      { name: 'velocity_p50_mm_yr', type: 'float32', description: 'median velocity, mm/yr' },
      { name: 'velocity_p90_mm_yr', type: 'float32', description: '90 % of the points are below, mm/yr' },
    ],
    series: axis,
    hasShapes: true,
    metadata,
  };
}

/** The rows of `describeRegionTable`; a region without points has no shares and no velocities. */
export function tabulateRegions(
  statistics: readonly RegionStatistics[],
  axis: EpochAxis | undefined,
): ResultBatch {
  const displacements = axis && new Float32Array(statistics.length * axis.days.length).fill(Number.NaN);
  statistics.forEach(({ series }, row) => {
    if (axis && series) displacements!.set(series.mean, row * axis.days.length);
  });
  const firstCorners = statistics.map(({ region: { shape } }) =>
    shape.type === 'MultiPolygon' ? shape.coordinates[0][0][0] : shape.coordinates[0][0],
  );
  const numbers = (pick: (row: RegionStatistics) => number) => Float32Array.from(statistics, pick);
  return {
    count: statistics.length,
    longitude: Float64Array.from(firstCorners, ([longitude]) => longitude),
    latitude: Float64Array.from(firstCorners, ([, latitude]) => latitude),
    columns: [
      statistics.map(({ region }) => region.name),
      Int32Array.from(statistics, ({ points }) => points),
      ...TREND_CLASSES.map((_, code) => numbers(({ trendCounts, points }) => trendCounts[code] / points)),
      numbers(({ velocityMean }) => velocityMean),
      numbers(({ velocityQuantiles }) => velocityQuantiles[0]),
      numbers(({ velocityQuantiles }) => velocityQuantiles[1]),
      numbers(({ velocityQuantiles }) => velocityQuantiles[2]),
    ],
    displacements,
    shapes: statistics.map(({ region }) => region.shape),
  };
}
