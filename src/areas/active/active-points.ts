import { DEVIATION_OF_MEDIAN, selectMedian } from '../../kinematics/noise.js';
import { TREND_CLASSES } from '../../series/trend-class.js';

/** What makes a point count as moving. */
export interface ActivityRule {
  /** Codes of the trends that count by themselves. */
  readonly trends: readonly number[];
  /** A point that is faster than this counts too, mm/yr; by default two robust deviations of the map's velocities. */
  readonly velocityMmPerYear?: number;
  /** Points whose class is less certain do not count by their class, 0 to 1. */
  readonly leastConfidence: number;
}

/** The trends of motion: all but Stable and unwrapping errors. */
export const MOVING_TRENDS: readonly number[] = ['Linear', 'Quadratic', 'Bilinear'].map((name) =>
  (TREND_CLASSES as readonly string[]).indexOf(name),
);
const PUE = TREND_CLASSES.indexOf('PUE');

/** Twice the deviation of the velocities, but never less than this, mm/yr (Barra et al. 2017 take 2 sigma). */
const DEVIATIONS = 2;
const LEAST_VELOCITY = 2;

/** The columns of a classified map that areas are made from; missing numbers are `NaN`. */
export interface PointColumns {
  /** Codes of `TREND_CLASSES`; 255 where there is no class. */
  readonly codes: Uint8Array;
  /** The class after jumps were put right, else as `codes`. */
  readonly repaired?: Uint8Array;
  readonly confidence?: Float32Array;
  /** mm/yr. */
  readonly velocity?: Float32Array;
}

export interface ActivePoints {
  /** 1 for a point that counts as moving. */
  readonly isActive: Uint8Array;
  readonly count: number;
  /** mm/yr; infinite where the map has no velocities. */
  readonly velocityThreshold: number;
}

/** Tells which points move: by their class or by their velocity. An unwrapping error counts only once it is repaired. */
export function findActivePoints(points: PointColumns, rule: ActivityRule): ActivePoints {
  const { codes, repaired = codes, confidence, velocity } = points;
  const velocityThreshold =
    rule.velocityMmPerYear ?? (velocity ? defaultVelocityThreshold(velocity) : Infinity);
  const counts = new Uint8Array(256);
  for (const code of rule.trends) counts[code] = 1;
  const isActive = new Uint8Array(codes.length);
  let count = 0;
  for (let i = 0; i < codes.length; i++) {
    if (repaired[i] === PUE) continue;
    const isSure = confidence === undefined || confidence[i] >= rule.leastConfidence;
    const isFast = velocity !== undefined && Math.abs(velocity[i]) > velocityThreshold;
    if (!isFast && !(isSure && counts[repaired[i]] === 1)) continue;
    isActive[i] = 1;
    count++;
  }
  return { isActive, count, velocityThreshold };
}

/** max(2 x 1.4826 x median absolute deviation, 2 mm/yr). */
export function defaultVelocityThreshold(velocity: Float32Array): number {
  const values = velocity.filter((value) => !Number.isNaN(value));
  if (values.length === 0) return Infinity;
  const middle = selectMedian(values, values.length);
  const deviations = values.map((value) => Math.abs(value - middle));
  return Math.max(
    LEAST_VELOCITY,
    DEVIATIONS * DEVIATION_OF_MEDIAN * selectMedian(deviations, deviations.length),
  );
}
