import { DAYS_PER_YEAR } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { annualColumns, constantColumn, hingeColumn, isSeasonEstimable, powerColumn } from './bases.js';
import type { Describer } from './describe.js';
import type { Description } from './description.js';
import type { Jump } from './jumps.js';
import { solveWeightedLeastSquares } from './linear-algebra.js';
import { correctSeries, findRepairs } from './repair.js';

/** The shapes that a series is drawn with: those of the first four trends. */
export type MotionShape = 'constant' | 'linear' | 'quadratic' | 'hinge';

/** One series and what was fitted to it, for drawing; mm, one value an epoch, `NaN` where nothing was observed. */
export interface FittedMotion {
  readonly shape: MotionShape;
  /** Motion without season, at every date of the axis. */
  readonly motion: Float64Array;
  /** Season about zero; zeros where it cannot be told. */
  readonly season: Float64Array;
  /** Observations less motion and season (and less jumps, where they were put right). */
  readonly residuals: Float64Array;
  /** The series with its jumps put right, where there are any clear enough. */
  readonly repaired: Float32Array | undefined;
  readonly jumps: readonly Jump[];
  readonly description: Description;
}

/** What `fitMotion` is to look for. */
export interface FitOptions {
  /** The shape to draw; the best by information criterion where it is left out. */
  readonly shape?: MotionShape;
  /** Days since 1970-01-01 of the break to draw; the best fitting where it is left out. */
  readonly breakDay?: number;
  /** Look for jumps even where no change from date to date suggests one. */
  readonly searchJumps?: boolean;
}

/**
 * Fits one series for drawing: least squares of the shape, with a season where the dates allow one, after jumps of whole
 * cycles have been taken out. `undefined` where the series has too few values.
 *
 * @param series displacements, mm, one an epoch of the describer's axis, `NaN` = missing
 */
export async function fitMotion(
  describer: Describer,
  series: Float32Array,
  options: FitOptions = {},
): Promise<FittedMotion | undefined> {
  const { axis, cycle } = describer;
  const batch = batchOfOne(describer, series);
  const description = await describer.describe(batch);
  if (description.reason[0] !== 0) return undefined;
  const findings = findRepairs(describer, batch, description, { points: options.searchJumps ? [0] : [] });
  const accepted = findings.find((finding) => finding.accepted && finding.path !== undefined);
  const repaired = accepted ? correctSeries(batch, [accepted], cycle) : undefined;
  const values = repaired ?? series;
  const ofRepaired = repaired ? await describer.describe({ ...batch, displacements: repaired }) : description;
  const shape = options.shape ?? bestShape(ofRepaired);
  const breakDay = options.breakDay ?? ofRepaired.breakDay[0];

  const weights = Float64Array.from(values, (value) => (Number.isFinite(value) ? 1 : 0));
  const observed = Float64Array.from(values, (value) => (Number.isFinite(value) ? value : 0));
  const columns = [constantColumn(axis)];
  if (shape !== 'constant') columns.push(powerColumn(axis, 1));
  if (shape === 'quadratic') columns.push(powerColumn(axis, 2));
  if (shape === 'hinge' && Number.isFinite(breakDay)) {
    columns.push(hingeColumn(axis, (breakDay - axis.days[0]) / DAYS_PER_YEAR));
  }
  const trends = columns.length;
  const dates = [...weights.keys()].filter((epoch) => weights[epoch] > 0);
  if (isSeasonEstimable(axis, dates)) {
    const { sine, cosine } = annualColumns(axis);
    columns.push(sine, cosine);
  }
  const solution = solveWeightedLeastSquares(columns, observed, weights);
  if (solution === undefined) return undefined;
  const motion = new Float64Array(series.length);
  const season = new Float64Array(series.length);
  columns.forEach((column, index) => {
    const target = index < trends ? motion : season;
    for (let i = 0; i < target.length; i++) target[i] += solution[index] * column[i];
  });
  return {
    shape,
    motion,
    season,
    residuals: Float64Array.from(values, (value, i) => value - motion[i] - season[i]),
    repaired,
    jumps: accepted?.path?.jumps ?? [],
    description: ofRepaired,
  };
}

const SHAPES: readonly MotionShape[] = ['constant', 'linear', 'quadratic', 'hinge'];

function bestShape(description: Description): MotionShape {
  let best = 0;
  for (let model = 1; model < SHAPES.length; model++) {
    if (description.criterion[model] < description.criterion[best]) best = model;
  }
  return SHAPES[best];
}

function batchOfOne({ axis }: Describer, displacements: Float32Array): SeriesBatch {
  return {
    axis,
    count: 1,
    pids: [''],
    longitude: new Float64Array(1),
    latitude: new Float64Array(1),
    displacements,
    attributes: [],
  };
}
