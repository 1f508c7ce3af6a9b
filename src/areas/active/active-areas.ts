import type { EpochAxis } from '../../series/epoch-axis.js';
import { fillGaps } from '../../series/fill-gaps.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import type { MetricPlane } from '../metric-plane.js';
import { type ActivityRule, findActivePoints } from './active-points.js';
import { type AreaMotion, summariseMotion } from './area-motion.js';
import { type AreaQuality, judgeArea } from './area-quality.js';
import { groupPoints, surroundGroups } from './connected-groups.js';
import { outlineDiscs, type Polygon, signedArea } from './disc-outline.js';
import type { MapColumns } from './map-columns.js';

export interface AreaOptions {
  readonly rule: ActivityRule;
  /** Radius of influence of a point, metres; points up to twice that apart are connected. */
  readonly radiusMetres: number;
  readonly leastPoints: number;
}

/** Displacements of the map's points, mm; asked for in rising order of rows. */
export interface SeriesSource {
  readonly axis: EpochAxis;
  readSeries(row: number): Promise<Float32Array>;
}

export interface ActiveArea {
  /** In metres of the plane. */
  readonly polygons: readonly Polygon[];
  readonly areaSquareMetres: number;
  /** Mean place of the active points, WGS84 degrees. */
  readonly centre: readonly [longitude: number, latitude: number];
  readonly activePoints: number;
  /** Every point within the radius of an active one, active or not, of each trend. */
  readonly allPoints: number;
  readonly trendCounts: Int32Array;
  readonly dominantTrend: number;
  /** Share of the dominant trend among the active points. */
  readonly dominantShare: number;
  /** Mean probability of the active points' classes; `NaN` without. */
  readonly meanConfidence: number;
  readonly motion: AreaMotion;
  readonly quality: AreaQuality;
  /** Mean series of the active points, mm. */
  readonly meanSeries: Float32Array | undefined;
}

export interface ActiveAreas {
  readonly areas: readonly ActiveArea[];
  readonly points: number;
  readonly activePoints: number;
  readonly velocityThreshold: number;
}

/** Points of an area whose series are compared with one another. */
const JUDGED_POINTS = 20;

/**
 * Active deformation areas (after Barra et al. 2017 and Navarro et al. 2020): points that move by their class or their
 * velocity, connected within twice the radius, groups of enough points kept, each outlined as what lies within the
 * radius of its points. Largest first.
 */
export async function findActiveAreas(
  columns: MapColumns,
  plane: MetricPlane,
  options: AreaOptions,
  source?: SeriesSource,
): Promise<ActiveAreas> {
  const { x, y } = projectPoints(columns, plane);
  const active = findActivePoints(columns, options.rule);
  const groups = groupPoints(x, y, active.isActive, 2 * options.radiusMetres, options.leastPoints);
  const areaOf = surroundGroups(x, y, groups.groupOf, options.radiusMetres);
  const members = listMembers(groups.groupOf, groups.count);
  const all = listMembers(areaOf, groups.count);
  const series = source && (await gatherSeries(source, groups.groupOf, members));
  const areas: ActiveArea[] = [];
  for (let number = 0; number < groups.count; number++) {
    const own = members[number];
    const trendCounts = countTrends(columns.codes, all[number]);
    const [dominantTrend, dominantShare] = findDominant(columns.repaired ?? columns.codes, own);
    const evidence = { activePoints: own.length, allPoints: all[number].length, dominantShare };
    const polygons = outlineDiscs(x, y, own, options.radiusMetres);
    areas.push({
      polygons,
      areaSquareMetres: polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0),
      centre: plane.toDegrees(meanOf(x, own), meanOf(y, own)),
      ...evidence,
      trendCounts,
      dominantTrend,
      meanConfidence: columns.confidence ? meanOf(columns.confidence, own) : Number.NaN,
      motion: summariseMotion(columns, own),
      quality: judgeArea(series?.judged[number] ?? [], evidence),
      meanSeries: series?.means[number],
    });
  }
  areas.sort((left, right) => right.activePoints - left.activePoints);
  return {
    areas,
    points: columns.codes.length,
    activePoints: active.count,
    velocityThreshold: active.velocityThreshold,
  };
}

function projectPoints({ longitude, latitude }: MapColumns, plane: MetricPlane) {
  const x = new Float64Array(longitude.length);
  const y = new Float64Array(longitude.length);
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(longitude[i] + latitude[i])) x[i] = Number.NaN;
    else [x[i], y[i]] = plane.toMetres(longitude[i], latitude[i]);
  }
  return { x, y };
}

/** Rows of every group, rising. */
function listMembers(groupOf: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count);
  for (const group of groupOf) if (group >= 0) sizes[group]++;
  const members = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  groupOf.forEach((group, row) => {
    if (group >= 0) members[group][sizes[group]++] = row;
  });
  return members;
}

/** Mean series of every area, and the series of evenly chosen points that it is judged by. */
async function gatherSeries(source: SeriesSource, groupOf: Int32Array, members: readonly Int32Array[]) {
  const epochs = source.axis.days.length;
  const means = members.map(() => new Float32Array(epochs));
  const judged = members.map((): Float32Array[] => []);
  const taken = new Int32Array(members.length);
  for (let row = 0; row < groupOf.length; row++) {
    const area = groupOf[row];
    if (area < 0) continue;
    const series = fillGaps(source.axis, await source.readSeries(row), 1);
    const share = 1 / ++taken[area];
    const mean = means[area];
    for (let i = 0; i < epochs; i++) mean[i] += (series[i] - mean[i]) * share;
    const stride = members[area].length / JUDGED_POINTS;
    if (stride <= 1 || Math.floor(taken[area] / stride) > Math.floor((taken[area] - 1) / stride)) {
      judged[area].push(series);
    }
  }
  return { means, judged };
}

function countTrends(codes: Uint8Array, rows: Int32Array): Int32Array {
  const counts = new Int32Array(TREND_CLASSES.length);
  for (const row of rows) if (codes[row] < counts.length) counts[codes[row]]++;
  return counts;
}

function findDominant(codes: Uint8Array, rows: Int32Array): readonly [trend: number, share: number] {
  const counts = countTrends(codes, rows);
  const most = Math.max(...counts);
  return [counts.indexOf(most), most / rows.length];
}

function meanOf(values: ArrayLike<number>, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row];
  return sum / rows.length;
}
