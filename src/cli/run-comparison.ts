import { openClassifiedMap, VELOCITY_COLUMNS } from '../areas/classified-map.node.js';
import { compareMaps, type MapComparison } from '../areas/compare/compare-maps.js';
import { describeComparisonTable, tabulateComparison } from '../areas/compare/comparison-table.js';
import { matchByPid, matchByPlace } from '../areas/compare/match-points.js';
import { chooseEpsg, createMetricPlane } from '../areas/metric-plane.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { checkOutputEnding } from '../write/open-writer.node.js';
import { writeTable } from '../write/output-set.node.js';
import { formatCount, formatShare } from './numbers.js';
import { formatTable } from './table.js';

export interface ComparisonRequest {
  readonly by: 'pid' | 'place';
  readonly farthestMetres: number;
  readonly outputs: readonly string[];
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

export async function runComparison(
  oldPath: string,
  newPath: string,
  request: ComparisonRequest,
): Promise<MapComparison> {
  for (const output of request.outputs) checkOutputEnding(output);
  const older = await readColumns(oldPath, request.signal);
  const newer = await readColumns(newPath, request.signal);
  const first = newer.longitude.findIndex((value) => !Number.isNaN(value));
  const plane = createMetricPlane(
    first < 0 ? 3035 : chooseEpsg(newer.longitude[first], newer.latitude[first]),
  );
  const match = request.by === 'pid' ? matchByPid : matchByPlace;
  const comparison = compareMaps(older, newer, match(newer, older, plane, request.farthestMetres));
  const schema = describeComparisonTable({ 'groundtrend:old': oldPath, 'groundtrend:new': newPath });
  await writeTable(request.outputs, schema, request.overwrite, tabulateComparison(comparison, older, newer));
  return comparison;
}

async function readColumns(path: string, signal: AbortSignal) {
  const map = await openClassifiedMap(path, { signal });
  const velocity = VELOCITY_COLUMNS.find((name) => map.has(name));
  const error = velocity === 'velocity_mm_yr' ? 'velocity_se_mm_yr' : 'mean_velocity_std';
  return {
    ...(await map.readPositions()),
    pids: await map.readTexts('pid'),
    codes: await map.readCodes('class'),
    velocity: velocity === undefined ? undefined : await map.readNumbers(velocity),
    velocityError: map.has(error) ? await map.readNumbers(error) : undefined,
  };
}

/** The same as JSON gives it. */
export function toPlainComparison(comparison: MapComparison) {
  const { matched, onlyNew, onlyOld, changedClass, changedVelocity, judgedVelocity } = comparison;
  const size = TREND_CLASSES.length;
  const transitions = TREND_CLASSES.map((from, row) => ({
    from,
    to: Object.fromEntries(
      TREND_CLASSES.map((to, column) => [to, comparison.transitions[row * size + column]]),
    ),
  }));
  return { matched, onlyNew, onlyOld, changedClass, changedVelocity, judgedVelocity, transitions };
}

export function formatComparison(comparison: MapComparison): string {
  const { matched, changedClass, changedVelocity, judgedVelocity, transitions } = comparison;
  const size = TREND_CLASSES.length;
  const share = (part: number, whole: number) => (whole === 0 ? '-' : formatShare(part / whole));
  const table = formatTable(
    [{ title: 'old \\ new' }, ...TREND_CLASSES.map((title) => ({ title, align: 'right' as const }))],
    TREND_CLASSES.map((name, row) => [
      name,
      ...TREND_CLASSES.map((_, column) => formatCount(transitions[row * size + column])),
    ]),
  );
  const lines = [
    `${formatCount(matched)} points in both, ${formatCount(comparison.onlyNew)} only in the new, ${formatCount(comparison.onlyOld)} only in the old`,
    '',
    table,
    '',
    `class changed: ${formatCount(changedClass)} (${share(changedClass, matched)})`,
    judgedVelocity === 0
      ? 'velocity changed: cannot be told, the maps hold no errors of velocities'
      : `velocity changed beyond its errors (99 %): ${formatCount(changedVelocity)} of ${formatCount(judgedVelocity)} (${share(changedVelocity, judgedVelocity)})`,
  ];
  return `${lines.join('\n')}\n`;
}
