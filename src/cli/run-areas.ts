import { type ActiveArea, findActiveAreas } from '../areas/active/active-areas.js';
import type { ActivityRule } from '../areas/active/active-points.js';
import { NOT_JUDGED } from '../areas/active/area-quality.js';
import { describeAreaTable, tabulateAreas } from '../areas/active/area-table.js';
import type { MapColumns } from '../areas/active/map-columns.js';
import { type ClassifiedMap, openClassifiedMap, VELOCITY_COLUMNS } from '../areas/classified-map.node.js';
import { chooseEpsg, createMetricPlane } from '../areas/metric-plane.js';
import { createDescriber } from '../kinematics/describe.js';
import type { Description } from '../kinematics/description.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { formatDay } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { showText } from '../shown-text.js';
import { checkOutputEnding } from '../write/open-writer.node.js';
import { writeTable } from '../write/output-set.node.js';
import { countOf, formatCount, formatShare } from './numbers.js';
import { formatTable } from './table.js';

export interface AreasRequest {
  readonly outputs: readonly string[];
  readonly rule: ActivityRule;
  readonly radiusMetres: number;
  readonly leastPoints: number;
  readonly keepSeries: boolean;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

/** What was found, fit for printing or JSON. */
export interface AreasSummary {
  readonly points: number;
  readonly activePoints: number;
  readonly velocityThresholdMmPerYear: number | null;
  readonly areas: number;
  readonly largest: readonly {
    readonly area: number;
    readonly activePoints: number;
    readonly dominantClass: string;
    readonly dominantShare: number;
    readonly velocityMeanMmPerYear: number | null;
    readonly breakDate: string | null;
    readonly quality: number | null;
    readonly reason: string;
  }[];
  readonly outputs: readonly string[];
}

/** Areas that are named one by one in the summary. */
const NAMED_AREAS = 10;
/** Where more of the points move, it is rather their common reference that does. */
const MOST_ACTIVE_SHARE = 0.5;

export async function runAreas(path: string, request: AreasRequest): Promise<AreasSummary> {
  for (const output of request.outputs) checkOutputEnding(output, true);
  const map = await openClassifiedMap(path, { signal: request.signal });
  const columns = await readMapColumns(map);
  const first = columns.longitude.findIndex((value) => !Number.isNaN(value));
  const plane = createMetricPlane(
    first < 0 ? 3035 : chooseEpsg(columns.longitude[first], columns.latitude[first]),
  );
  const { axis } = map;
  const source = axis && { axis, readSeries: (row: number) => map.readSeries(row) };
  const found = await findActiveAreas(columns, plane, request, source);
  const fit = axis && found.areas.length > 0 ? await fitMeans(axis, found.areas) : undefined;
  const keptAxis = request.keepSeries ? axis : undefined;
  const schema = describeAreaTable(fit !== undefined, keptAxis, {
    'groundtrend:map': path,
    'groundtrend:radius_m': String(request.radiusMetres),
  });
  await writeTable(
    request.outputs,
    schema,
    request.overwrite,
    tabulateAreas(found.areas, plane, fit, keptAxis),
  );
  return {
    points: found.points,
    activePoints: found.activePoints,
    velocityThresholdMmPerYear: Number.isFinite(found.velocityThreshold) ? found.velocityThreshold : null,
    areas: found.areas.length,
    largest: found.areas.slice(0, NAMED_AREAS).map(summariseArea),
    outputs: request.outputs,
  };
}

async function readMapColumns(map: ClassifiedMap): Promise<MapColumns> {
  const numbers = (...names: readonly string[]) => {
    const name = names.find((candidate) => map.has(candidate));
    return name === undefined ? undefined : map.readNumbers(name);
  };
  return {
    ...(await map.readPositions()),
    codes: await map.readCodes('class'),
    repaired: await readRepairedCodes(map),
    confidence: await numbers('confidence'),
    velocity: await numbers(...VELOCITY_COLUMNS),
    acceleration: await numbers('acceleration_mm_yr2', 'acceleration'),
    accelerationError: await numbers('acceleration_se_mm_yr2', 'acceleration_std'),
    breakDay: await numbers('break_date'),
    velocityBefore: await numbers('velocity_before_mm_yr'),
    velocityAfter: await numbers('velocity_after_mm_yr'),
  };
}

/** The class after repair where there was one, else the class. */
async function readRepairedCodes(map: ClassifiedMap): Promise<Uint8Array | undefined> {
  if (!map.has('class_repaired')) return undefined;
  const codes = await map.readCodes('class');
  const repaired = await map.readCodes('class_repaired');
  return codes.map((code, row) => (repaired[row] < TREND_CLASSES.length ? repaired[row] : code));
}

/** The mean series are described like those of points. */
function fitMeans(axis: EpochAxis, areas: readonly ActiveArea[]): Promise<Description> {
  const epochs = axis.days.length;
  const displacements = new Float32Array(areas.length * epochs);
  areas.forEach(({ meanSeries }, row) => {
    displacements.set(meanSeries!, row * epochs);
  });
  return createDescriber({ axis }).describe({
    axis,
    count: areas.length,
    pids: areas.map((_, row) => String(row + 1)),
    longitude: Float64Array.from(areas, ({ centre }) => centre[0]),
    latitude: Float64Array.from(areas, ({ centre }) => centre[1]),
    displacements,
    attributes: [],
  });
}

function summariseArea(area: ActiveArea, row: number): AreasSummary['largest'][number] {
  const { motion, quality } = area;
  return {
    area: row + 1,
    activePoints: area.activePoints,
    dominantClass: TREND_CLASSES[area.dominantTrend],
    dominantShare: area.dominantShare,
    velocityMeanMmPerYear: Number.isNaN(motion.velocityMean) ? null : motion.velocityMean,
    breakDate: Number.isNaN(motion.breakDays[1]) ? null : formatDay(motion.breakDays[1]),
    quality: quality.index === 0 ? null : quality.index,
    reason: quality.reason,
  };
}

export function formatAreas(summary: AreasSummary): string {
  const threshold = summary.velocityThresholdMmPerYear;
  const lines = [
    `${countOf(summary.points, 'point')}, ${formatCount(summary.activePoints)} of them active (by class` +
      `${threshold === null ? '' : `, or faster than ${threshold.toFixed(1)} mm/yr`}), ${countOf(summary.areas, 'area')}`,
  ];
  if (summary.activePoints > MOST_ACTIVE_SHARE * summary.points) {
    lines.push('Most points are active: the whole map may drift. See --reference of classify.');
  }
  if (summary.largest.length > 0) lines.push('', formatLargest(summary.largest));
  const left = summary.areas - summary.largest.length;
  if (left > 0) lines.push(`and ${formatCount(left)} smaller ${left === 1 ? 'one' : 'ones'}`);
  if (summary.largest.some(({ reason }) => reason.startsWith(NOT_JUDGED))) {
    lines.push('', 'Quality is not judged: the map holds no series. See --keep-series of classify.');
  }
  lines.push('', ...summary.outputs.map((output) => `written: ${showText(output)}`));
  return `${lines.join('\n')}\n`;
}

function formatLargest(areas: AreasSummary['largest']): string {
  return formatTable(
    [
      { title: 'area', align: 'right' },
      { title: 'points', align: 'right' },
      { title: 'trend' },
      { title: 'share', align: 'right' },
      { title: 'mm/yr', align: 'right' },
      { title: 'break' },
      { title: 'quality', align: 'right' },
      { title: 'why' },
    ],
    areas.map((area) => [
      String(area.area),
      formatCount(area.activePoints),
      area.dominantClass,
      formatShare(area.dominantShare),
      area.velocityMeanMmPerYear?.toFixed(1) ?? '-',
      area.breakDate ?? '-',
      area.quality?.toString() ?? '-',
      // Said once, below the table.
      area.reason.replace(NOT_JUDGED, '').replace(/^; /, ''),
    ]),
  );
}
