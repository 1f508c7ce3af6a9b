import { quantileOfSorted } from '../../evaluate/interval.js';
import type { MapColumns } from './map-columns.js';

/** How the active points of an area move; `NaN` where the map does not say. */
export interface AreaMotion {
  /** mm/yr. */
  readonly velocityMean: number;
  readonly velocityLeast: number;
  readonly velocityMost: number;
  readonly velocityDeviation: number;
  /** Median, mm/yr2. */
  readonly acceleration: number;
  /** Sign of the acceleration that the points agree on: 1, -1, or 0 for none. */
  readonly accelerationSign: -1 | 0 | 1;
  /** Points whose motion becomes faster or slower beyond doubt (twice the standard error). */
  readonly speedingUp: number;
  readonly slowingDown: number;
  readonly tendency: 'speeding up' | 'slowing down' | 'both' | 'steady' | '';
  /** Days since 1970-01-01 at which 10, 50 and 90 % of the dated breaks have happened. */
  readonly breakPoints: number;
  readonly breakDays: readonly [low: number, middle: number, high: number];
  /** Points that move faster after their break than before, and the median of those breaks. */
  readonly onsetPoints: number;
  readonly onsetDay: number;
}

/** So large a share of the points must say it, and twice as many as say the opposite. */
const AGREEING_SHARE = 0.2;
const AGREEING_RATIO = 2;

/** Summarises the points at the given rows. */
export function summariseMotion(columns: MapColumns, rows: Int32Array): AreaMotion {
  const { velocity, acceleration, accelerationError, breakDay, velocityBefore, velocityAfter } = columns;
  const velocities = pick(velocity, rows);
  const mean = velocities.reduce((sum, value) => sum + value, 0) / velocities.length;
  const squares = velocities.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const signs = countSigns(velocity, acceleration, accelerationError, rows);
  const breaks: number[] = [];
  const onsets: number[] = [];
  for (const row of rows) {
    if (breakDay === undefined || Number.isNaN(breakDay[row])) continue;
    breaks.push(breakDay[row]);
    const isFaster =
      velocityBefore && velocityAfter && Math.abs(velocityAfter[row]) > Math.abs(velocityBefore[row]);
    if (isFaster) onsets.push(breakDay[row]);
  }
  breaks.sort((a, b) => a - b);
  onsets.sort((a, b) => a - b);
  return {
    velocityMean: mean,
    velocityLeast: velocities.length > 0 ? velocities.reduce((a, b) => Math.min(a, b)) : Number.NaN,
    velocityMost: velocities.length > 0 ? velocities.reduce((a, b) => Math.max(a, b)) : Number.NaN,
    velocityDeviation: velocities.length > 1 ? Math.sqrt(squares / (velocities.length - 1)) : Number.NaN,
    acceleration: quantileOfSorted(
      pick(acceleration, rows).sort((a, b) => a - b),
      0.5,
    ),
    ...signs,
    breakPoints: breaks.length,
    breakDays: [quantileOfSorted(breaks, 0.1), quantileOfSorted(breaks, 0.5), quantileOfSorted(breaks, 0.9)],
    onsetPoints: onsets.length,
    onsetDay: quantileOfSorted(onsets, 0.5),
  };
}

function countSigns(
  velocity: Float32Array | undefined,
  acceleration: Float32Array | undefined,
  error: Float32Array | undefined,
  rows: Int32Array,
): Pick<AreaMotion, 'accelerationSign' | 'speedingUp' | 'slowingDown' | 'tendency'> {
  if (acceleration === undefined || velocity === undefined || error === undefined) {
    return { accelerationSign: 0, speedingUp: 0, slowingDown: 0, tendency: '' };
  }
  let [positive, negative, speedingUp, slowingDown] = [0, 0, 0, 0];
  for (const row of rows) {
    if (!(Math.abs(acceleration[row]) > 2 * error[row])) continue;
    if (acceleration[row] > 0) positive++;
    else negative++;
    if (acceleration[row] * velocity[row] > 0) speedingUp++;
    else slowingDown++;
  }
  const sign = settle(positive, negative, rows.length);
  const course = settle(speedingUp, slowingDown, rows.length);
  const isMixed = Math.min(speedingUp, slowingDown) >= AGREEING_SHARE * rows.length;
  const names = { 1: 'speeding up', 0: isMixed ? 'both' : 'steady', '-1': 'slowing down' } as const;
  return { accelerationSign: sign, speedingUp, slowingDown, tendency: names[course] };
}

function settle(ayes: number, noes: number, all: number): -1 | 0 | 1 {
  if (ayes >= AGREEING_SHARE * all && ayes >= AGREEING_RATIO * noes) return 1;
  if (noes >= AGREEING_SHARE * all && noes >= AGREEING_RATIO * ayes) return -1;
  return 0;
}

function pick(values: Float32Array | undefined, rows: Int32Array): number[] {
  if (values === undefined) return [];
  const picked: number[] = [];
  for (const row of rows) if (!Number.isNaN(values[row])) picked.push(values[row]);
  return picked;
}
