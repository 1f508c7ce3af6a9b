import type { Description } from '../../kinematics/description.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import {
  type ColumnType,
  type ColumnValues,
  MISSING_INT32,
  type ResultBatch,
  type ResultSchema,
  type Shape,
} from '../../series/result-table.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import type { MetricPlane } from '../metric-plane.js';
import type { ActiveArea } from './active-areas.js';

interface AreaColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  readonly pick: (area: ActiveArea) => number | string;
}

const COLUMNS: readonly AreaColumn[] = [
  whole('active_points', 'points that move', (area) => area.activePoints),
  whole('all_points', 'points within the area, moving or not', (area) => area.allPoints),
  number('area_m2', 'area of the outline', (area) => area.areaSquareMetres),
  {
    name: 'dominant_class',
    type: 'text',
    description: 'most frequent trend of the active points',
    pick: (area) => TREND_CLASSES[area.dominantTrend],
  },
  number('dominant_share', 'its share of the active points', (area) => area.dominantShare),
  ...TREND_CLASSES.map((name, code) =>
    whole(`n_${name.toLowerCase()}`, `${name} points within the area`, (area) => area.trendCounts[code]),
  ),
  number('mean_confidence', 'mean of the active points', (area) => area.meanConfidence),
  number('velocity_mean_mm_yr', 'mean of the active points', ({ motion }) => motion.velocityMean),
  number('velocity_min_mm_yr', 'least of the active points', ({ motion }) => motion.velocityLeast),
  number('velocity_max_mm_yr', 'most of the active points', ({ motion }) => motion.velocityMost),
  number('velocity_std_mm_yr', 'deviation among them', ({ motion }) => motion.velocityDeviation),
  number('acceleration_mm_yr2', 'median of the active points', ({ motion }) => motion.acceleration),
  whole(
    'acceleration_sign',
    'sign that the points agree on; 0: none',
    ({ motion }) => motion.accelerationSign,
  ),
  whole('speeding_up', 'active points that become faster beyond doubt', ({ motion }) => motion.speedingUp),
  whole('slowing_down', 'active points that become slower beyond doubt', ({ motion }) => motion.slowingDown),
  {
    name: 'tendency',
    type: 'text',
    description: 'what the area does as a whole',
    pick: ({ motion }) => motion.tendency,
  },
  whole('break_points', 'active points with a dated break', ({ motion }) => motion.breakPoints),
  day('break_date_p10', '10 % of the breaks came before', ({ motion }) => motion.breakDays[0]),
  day('break_date_p50', 'median date of the breaks', ({ motion }) => motion.breakDays[1]),
  day('break_date_p90', '90 % of the breaks came before', ({ motion }) => motion.breakDays[2]),
  whole('onset_points', 'of these, points that move faster after it', ({ motion }) => motion.onsetPoints),
  day('onset_date', 'median date of those', ({ motion }) => motion.onsetDay),
  whole('quality', '1 reliable to 4 doubtful; empty: not judged', ({ quality }) =>
    quality.index === 0 ? Number.NaN : quality.index,
  ),
  number('temporal_correlation', 'median correlation from date to date', ({ quality }) => quality.temporal),
  number('spatial_correlation', 'median correlation between points', ({ quality }) => quality.spatial),
  {
    name: 'quality_reason',
    type: 'text',
    description: 'why this quality',
    pick: ({ quality }) => quality.reason,
  },
];

/** The fits of the mean series, from the same description as a point's. */
const MODEL_COLUMNS = [
  { name: 'series_velocity_mm_yr', pick: (fit: Description) => fit.velocity, type: 'float32' },
  { name: 'series_acceleration_mm_yr2', pick: (fit: Description) => fit.acceleration, type: 'float32' },
  { name: 'series_break_date', pick: (fit: Description) => fit.breakDay, type: 'date' },
  { name: 'series_velocity_before_mm_yr', pick: (fit: Description) => fit.velocityBefore, type: 'float32' },
  { name: 'series_velocity_after_mm_yr', pick: (fit: Description) => fit.velocityAfter, type: 'float32' },
] as const;

/** The table of areas: `area` counts from 1; with `axis` the mean series follow, one column a date. */
export function describeAreaTable(
  isFitted: boolean,
  axis: EpochAxis | undefined,
  metadata: Readonly<Record<string, string>>,
): ResultSchema {
  return {
    layer: 'active_areas',
    fields: [
      { name: 'area', type: 'int32', description: 'number of the area, largest first' },
      ...COLUMNS.map(({ name, type, description }) => ({ name, type, description })),
      ...(isFitted
        ? MODEL_COLUMNS.map(({ name, type }) => ({ name, type, description: 'fit of the mean series' }))
        : []),
    ],
    series: axis,
    hasShapes: true,
    metadata,
  };
}

/** The rows of `describeAreaTable`. */
export function tabulateAreas(
  areas: readonly ActiveArea[],
  plane: MetricPlane,
  fit: Description | undefined,
  axis: EpochAxis | undefined,
): ResultBatch {
  const displacements = axis && new Float32Array(areas.length * axis.days.length);
  areas.forEach(({ meanSeries }, row) => {
    if (axis && meanSeries) displacements!.set(meanSeries, row * axis.days.length);
  });
  return {
    count: areas.length,
    longitude: Float64Array.from(areas, ({ centre }) => centre[0]),
    latitude: Float64Array.from(areas, ({ centre }) => centre[1]),
    columns: [
      Int32Array.from(areas, (_, row) => row + 1),
      ...COLUMNS.map(({ type, pick }) => columnOf(type, areas.map(pick))),
      ...(fit ? MODEL_COLUMNS.map(({ type, pick }) => columnOf(type, [...pick(fit)])) : []),
    ],
    displacements,
    shapes: areas.map(({ polygons }) => shapeOf(polygons, plane)),
  };
}

function shapeOf(polygons: ActiveArea['polygons'], plane: MetricPlane): Shape {
  return {
    type: 'MultiPolygon',
    coordinates: polygons.map((rings) => rings.map((ring) => ring.map(([x, y]) => plane.toDegrees(x, y)))),
  };
}

function columnOf(type: ColumnType, values: readonly (number | string)[]): ColumnValues {
  if (type === 'text') return values as readonly string[];
  if (type === 'float32') return Float32Array.from(values as readonly number[]);
  return Int32Array.from(values as readonly number[], (value) =>
    Number.isNaN(value) ? MISSING_INT32 : Math.round(value),
  );
}

function number(name: string, description: string, pick: (area: ActiveArea) => number): AreaColumn {
  return { name, type: 'float32', description, pick };
}

function whole(name: string, description: string, pick: (area: ActiveArea) => number): AreaColumn {
  return { name, type: 'int32', description, pick };
}

function day(name: string, description: string, pick: (area: ActiveArea) => number): AreaColumn {
  return { name, type: 'date', description, pick };
}
