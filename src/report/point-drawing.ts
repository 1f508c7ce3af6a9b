import type { ExaminedPoint } from '../classify/examine-point.node.js';
import { type FittedMotion, fitMotion, type MotionShape } from '../kinematics/fitted-motion.js';
import { formatDay } from '../series/epoch-axis.js';

/** A line without gaps; days since 1970-01-01, mm. */
export interface Stroke {
  readonly days: readonly number[];
  readonly values: readonly number[];
}

/** What is drawn of one point, on whatever it is drawn. Days are since 1970-01-01, values mm, `NaN` = missing. */
export interface PointDrawing {
  readonly title: string;
  readonly className: string;
  readonly days: Int32Array;
  readonly observed: Float32Array;
  /** Where the dates lie that were put right; `NaN` at all others. */
  readonly repaired: Float32Array | undefined;
  /** Motion without season: a stroke each side of a break, and anew after each jump. */
  readonly motion: readonly Stroke[];
  /** Motion and season; empty where there is no season. */
  readonly seasonal: readonly Stroke[];
  /** Observations less motion, season and jumps. */
  readonly residuals: Float64Array | undefined;
  readonly breakMark: { readonly day: number; readonly low: number; readonly high: number } | undefined;
  /** Jumps put right, or the best that would explain a PUE: those are told, but the motion is drawn without them. */
  readonly jumps: readonly { readonly day: number; readonly label: string; readonly isBelieved: boolean }[];
  /** Numbers of the drawn motion: of the series without its jumps. */
  readonly fit: FittedMotion | undefined;
}

const SHAPES: Readonly<Record<string, MotionShape>> = {
  Stable: 'constant',
  Linear: 'linear',
  Quadratic: 'quadratic',
  Bilinear: 'hinge',
};

/**
 * Fits the motion that the point's class names, beside the jumps that were put right. Where a point is called PUE and no
 * jump is clear enough, the likeliest motion without a jump is drawn.
 */
export async function drawPoint(point: ExaminedPoint): Promise<PointDrawing> {
  const { dataset, series, className, describer, repaired } = point;
  const { days } = dataset.axis;
  const isRepaired = repaired !== undefined;
  const found = foundLevels(point);
  const levels = isRepaired ? found : new Float32Array(series.length);
  const withoutJumps = series.map((value, i) => value - levels[i]);
  const trend = repaired?.className ?? className;
  const fit = await fitMotion(describer, withoutJumps, { shape: SHAPES[trend] });
  const cut = {
    title: `${point.pid}: ${className}${isRepaired ? `, once repaired ${trend}` : ''}`,
    className,
    days,
    observed: series,
    repaired: repaired?.series.map((value, i) => (levels[i] === 0 ? Number.NaN : value)),
    fit,
  };
  if (fit === undefined) {
    return { ...cut, motion: [], seasonal: [], residuals: undefined, breakMark: undefined, jumps: [] };
  }
  const { breakDay, breakLowDay, breakHighDay } = fit.description;
  const breakMark =
    fit.shape === 'hinge' && Number.isFinite(breakDay[0])
      ? { day: breakDay[0], low: breakLowDay[0], high: breakHighDay[0] }
      : undefined;
  const hasSeason = fit.season.some((value) => value !== 0);
  return {
    ...cut,
    motion: strokesOf(days, fit.motion, levels, breakMark?.day),
    seasonal: hasSeason
      ? strokesOf(
          days,
          fit.motion.map((value, i) => value + fit.season[i]),
          levels,
        )
      : [],
    residuals: fit.residuals,
    breakMark,
    jumps: jumpMarks(days, found, describer.cycle, isRepaired),
  };
}

/** What the jumps of a point add to each date, mm: those put right, else the best that would explain a PUE. */
function foundLevels({ className, series, finding, repaired, description, row, describer }: ExaminedPoint) {
  const levels = new Float32Array(series.length);
  if (repaired === undefined && className !== 'PUE') return levels;
  const cycles = finding?.path?.cycles;
  const step = description.stepEpoch[row];
  for (let i = 0; i < levels.length; i++) {
    const turns = cycles ? cycles[i] : step >= 0 && i >= step ? description.stepSign[row] : 0;
    levels[i] = turns * describer.cycle;
  }
  return levels;
}

function jumpMarks(
  days: Int32Array,
  levels: Float32Array,
  cycle: number,
  isBelieved: boolean,
): PointDrawing['jumps'] {
  return Array.from(days).flatMap((day, i) => {
    if (i === 0 || levels[i] === levels[i - 1]) return [];
    const cycles = Math.round((levels[i] - levels[i - 1]) / cycle);
    const size = `${cycles > 0 ? '+' : '−'}${Math.abs(cycles)} ${Math.abs(cycles) === 1 ? 'cycle' : 'cycles'}`;
    return [{ day, label: `${size}, ${formatDay(day)}${isBelieved ? '' : ', not believed'}`, isBelieved }];
  });
}

/** Lines through the values at every date, cut where a jump lies and bent where the break does. */
function strokesOf(
  days: Int32Array,
  values: Float64Array,
  levels: Float32Array,
  breakDay?: number,
): Stroke[] {
  const strokes: { days: number[]; values: number[] }[] = [{ days: [], values: [] }];
  days.forEach((day, i) => {
    let stroke = strokes[strokes.length - 1];
    if (breakDay !== undefined && i > 1 && days[i - 1] < breakDay && breakDay <= day) {
      // The line before goes on to the break, and the line after starts there.
      const slope = (values[i - 1] - values[i - 2]) / (days[i - 1] - days[i - 2]);
      const corner = values[i - 1] + levels[i - 1] + slope * (breakDay - days[i - 1]);
      stroke.days.push(breakDay);
      stroke.values.push(corner);
      stroke = { days: [breakDay], values: [corner + levels[i] - levels[i - 1]] };
      strokes.push(stroke);
    } else if (i > 0 && levels[i] !== levels[i - 1]) {
      stroke = { days: [], values: [] };
      strokes.push(stroke);
    }
    stroke.days.push(day);
    stroke.values.push(values[i] + levels[i]);
  });
  return strokes;
}
