import type { Random } from '../random.js';
import { type EpochAxis, spanYears } from '../series/epoch-axis.js';
import { LEAST_LASTING_DATES, wrapFastMotion } from './jumps.js';
import { motionDisplacement, type TextbookMotion } from './motions.js';

const WRAPPED_ATTEMPTS = 12;

/** A fast motion with the errors that unwrapping made of it. */
export interface WrappedMotionDraw {
  readonly motion: TextbookMotion;
  /** Motion and cycles together, mm a date. */
  readonly clean: Float64Array;
  readonly cycles: ArrayLike<number>;
}

/**
 * A motion that in a part of the span is so fast that half a cycle passes between some dates, wrapped together with
 * its noise as unwrapping in time would. Gives up after some draws: on some axes the error hardly shows, and `isClear`
 * may ask for more.
 */
export function drawWrappedMotion(
  axis: EpochAxis,
  random: Random,
  noise: Float64Array,
  cycle: number,
  isClear: (clean: Float64Array) => boolean = () => true,
): WrappedMotionDraw | undefined {
  const { years } = axis;
  const span = spanYears(axis);
  const longestGap = years.reduce(
    (longest, year, i) => (i === 0 ? 0 : Math.max(longest, year - years[i - 1])),
    0,
  );
  for (let attempt = 0; attempt < WRAPPED_ATTEMPTS; attempt++) {
    const rate = (random.sign() * random.between(0.7, 1.5) * (cycle / 2)) / longestGap;
    const startsLate = random.chance(0.5);
    const fastPart = random.between(0.15, 0.4) * span;
    const motion: TextbookMotion = {
      trend: 'Bilinear',
      velocityMmPerYear: startsLate ? 0 : rate,
      accelerationMmPerYear2: 0,
      breakYears: startsLate ? span - fastPart : fastPart,
      velocityChangeMmPerYear: startsLate ? rate : -rate,
    };
    const clean = years.map((year) => motionDisplacement(motion, year));
    const { cycles } = wrapFastMotion(
      clean.map((value, i) => value + noise[i]),
      cycle,
    );
    for (let i = 0; i < clean.length; i++) clean[i] += cycles[i] * cycle;
    const isWrong = cycles.some((count) => count !== 0);
    if (isWrong && shortestRun(cycles) >= LEAST_LASTING_DATES && isClear(clean))
      return { motion, clean, cycles };
  }
  return undefined;
}

/** Dates that the shortest stretch between two jumps lasts. */
function shortestRun(cycles: ArrayLike<number>): number {
  let shortest = cycles.length;
  let start = 0;
  for (let i = 1; i <= cycles.length; i++) {
    if (i < cycles.length && cycles[i] === cycles[start]) continue;
    shortest = Math.min(shortest, i - start);
    start = i;
  }
  return shortest;
}
