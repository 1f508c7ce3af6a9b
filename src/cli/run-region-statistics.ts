import { basename } from 'node:path';
import { openClassifiedMap, VELOCITY_COLUMNS } from '../areas/classified-map.node.js';
import { chooseEpsg, createMetricPlane } from '../areas/metric-plane.js';
import { readRegions } from '../areas/regions/read-regions.js';
import { type RegionStatistics, summariseRegions } from '../areas/regions/region-statistics.js';
import { describeRegionTable, tabulateRegions } from '../areas/regions/region-table.js';
import { GroundTrendError } from '../errors.js';
import { MOST_TABLE_BYTES, readText } from '../read/file-source.node.js';
import { renderRegionPage } from '../report/region-page.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { showText } from '../shown-text.js';
import { checkOutputEnding } from '../write/open-writer.node.js';
import { writeTable } from '../write/output-set.node.js';
import { writeWhole } from '../write/write-whole.node.js';
import { formatCount, formatShare } from './numbers.js';
import { formatTable } from './table.js';

export interface RegionStatisticsRequest {
  /** GeoJSON of the regions. */
  readonly by: string;
  readonly nameProperty: string | undefined;
  readonly bufferMetres: number | undefined;
  readonly outputs: readonly string[];
  readonly chart: string | undefined;
  readonly keepSeries: boolean;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

export async function runRegionStatistics(
  path: string,
  request: RegionStatisticsRequest,
): Promise<RegionStatistics[]> {
  const { by, outputs, chart, overwrite } = request;
  for (const output of outputs) checkOutputEnding(output, true);
  const regions = readRegions(await readText(by, MOST_TABLE_BYTES), by, request.nameProperty);
  if (request.bufferMetres === undefined && regions.some(({ shape }) => shape.type === 'MultiLineString')) {
    throw new GroundTrendError(
      'usage',
      `${by} holds lines: say with --buffer how far from them counts, in metres.`,
    );
  }
  const map = await openClassifiedMap(path, { signal: request.signal });
  const positions = await map.readPositions();
  const first = positions.longitude.findIndex((value) => !Number.isNaN(value));
  const plane = createMetricPlane(
    first < 0 ? 3035 : chooseEpsg(positions.longitude[first], positions.latitude[first]),
  );
  const velocity = VELOCITY_COLUMNS.find((name) => map.has(name));
  const points = {
    ...positions,
    codes: await map.readCodes('class'),
    velocity: velocity === undefined ? undefined : await map.readNumbers(velocity),
  };
  const { axis } = map;
  const source = axis && { axis, readSeries: (row: number) => map.readSeries(row) };
  const statistics = await summariseRegions(points, regions, plane, request.bufferMetres ?? 0, source);
  const keptAxis = request.keepSeries ? axis : undefined;
  const schema = describeRegionTable(keptAxis, { 'groundtrend:map': path, 'groundtrend:regions': by });
  await writeTable(outputs, schema, overwrite, tabulateRegions(statistics, keptAxis));
  if (chart !== undefined) {
    await writeWhole(chart, renderRegionPage(statistics, `Ground motion by ${basename(by)}`), { overwrite });
  }
  return statistics;
}

/** The same as JSON gives it: numbers by name, `null` where there is none. */
export function toPlainStatistics(statistics: readonly RegionStatistics[]) {
  return statistics.map(({ region, points, trendCounts, velocityMean, velocityQuantiles }) => ({
    name: region.name,
    points,
    classes: Object.fromEntries(TREND_CLASSES.map((name, code) => [name, trendCounts[code]])),
    velocityMeanMmPerYear: Number.isNaN(velocityMean) ? null : velocityMean,
    velocityQuantilesMmPerYear: Number.isNaN(velocityQuantiles[0]) ? null : velocityQuantiles,
  }));
}

/** `written`: the files made, if any. */
export function formatRegionStatistics(
  statistics: readonly RegionStatistics[],
  written: readonly string[],
): string {
  const table = formatTable(
    [
      { title: 'region' },
      { title: 'points', align: 'right' },
      ...TREND_CLASSES.map((title) => ({ title, align: 'right' as const })),
      { title: 'mean mm/yr', align: 'right' },
      { title: '10 %', align: 'right' },
      { title: '90 %', align: 'right' },
    ],
    statistics.map(({ region, points, trendCounts, velocityMean, velocityQuantiles: [low, , high] }) => [
      region.name,
      formatCount(points),
      ...Array.from(trendCounts, (count) => (points === 0 ? '-' : formatShare(count / points))),
      ...[velocityMean, low, high].map((value) => (Number.isNaN(value) ? '-' : value.toFixed(1))),
    ]),
  );
  const files = written.map((path) => `written: ${showText(path)}`);
  return `${[table, ...(files.length > 0 ? ['', ...files] : [])].join('\n')}\n`;
}
