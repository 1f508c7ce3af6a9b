import type { Random } from '../random.js';

/** A clean motion of a stated kind: displacement in mm at t years since the first date. */
export interface TextbookMotion {
  readonly trend: 'Stable' | 'Linear' | 'Quadratic' | 'Bilinear';
  /** At the first date, mm/yr. */
  readonly velocityMmPerYear: number;
  /** Twice the coefficient of t², mm/yr². */
  readonly accelerationMmPerYear2: number;
  /** Years since the first date; `NaN` where there is no break. */
  readonly breakYears: number;
  /** Velocity after the break minus before, mm/yr. */
  readonly velocityChangeMmPerYear: number;
}

/** From where textbook motions are drawn: velocities in mm/yr, accelerations in mm/yr², others as shares. */
export const TEXTBOOK_RANGES = Object.freeze({
  stableVelocity: 0.6,
  stableTotalMm: 5,
  linearVelocity: [2, 80] as const,
  acceleration: [1.5, 60] as const,
  quadraticVelocityDeviation: 8,
  quadraticMonotoneShare: 0.7,
  quadraticReversedShare: 0.5,
  quadraticTotalMm: 250,
  breakAt: [0.15, 0.85] as const,
  bilinearAtRestShare: 0.4,
  bilinearStopShare: 0.25,
  bilinearVelocityDeviation: 10,
  velocityChange: [4, 100] as const,
});

/** Draws a motion of a class over `spanYears`. */
export function drawTextbookMotion(
  trend: TextbookMotion['trend'],
  spanYears: number,
  random: Random,
): TextbookMotion {
  switch (trend) {
    case 'Stable':
      return drawStable(spanYears, random);
    case 'Linear': {
      const velocity = random.sign() * random.logBetween(...TEXTBOOK_RANGES.linearVelocity);
      return createMotion('Linear', velocity);
    }
    case 'Quadratic':
      return drawQuadratic(spanYears, random);
    case 'Bilinear':
      return drawBilinear(spanYears, random);
  }
}

/** Displacement in mm at `years` since the first date, zero at the first. */
export function motionDisplacement(motion: TextbookMotion, years: number): number {
  const steady = motion.velocityMmPerYear * years + 0.5 * motion.accelerationMmPerYear2 * years * years;
  return years > motion.breakYears
    ? steady + motion.velocityChangeMmPerYear * (years - motion.breakYears)
    : steady;
}

function createMotion(
  trend: TextbookMotion['trend'],
  velocity: number,
  acceleration = 0,
  breakYears = Number.NaN,
  velocityChange = 0,
): TextbookMotion {
  return {
    trend,
    velocityMmPerYear: velocity,
    accelerationMmPerYear2: acceleration,
    breakYears,
    velocityChangeMmPerYear: velocityChange,
  };
}

function drawStable(spanYears: number, random: Random): TextbookMotion {
  const limit = Math.min(TEXTBOOK_RANGES.stableVelocity, TEXTBOOK_RANGES.stableTotalMm / spanYears);
  return createMotion('Stable', random.between(-limit, limit));
}

/** Accelerating or, mirrored in time, decelerating; mostly without turning back. */
function drawQuadratic(spanYears: number, random: Random): TextbookMotion {
  for (;;) {
    const acceleration = random.sign() * random.logBetween(...TEXTBOOK_RANGES.acceleration);
    const drawn = TEXTBOOK_RANGES.quadraticVelocityDeviation * random.normal();
    const isMonotone = random.chance(TEXTBOOK_RANGES.quadraticMonotoneShare);
    const velocity = isMonotone ? Math.sign(acceleration) * Math.abs(drawn) : drawn;
    const isReversed = random.chance(TEXTBOOK_RANGES.quadraticReversedShare);
    const motion = isReversed
      ? createMotion('Quadratic', -velocity - acceleration * spanYears, acceleration)
      : createMotion('Quadratic', velocity, acceleration);
    const total = Math.abs(velocity * spanYears) + Math.abs(0.5 * acceleration * spanYears ** 2);
    if (total <= TEXTBOOK_RANGES.quadraticTotalMm) return motion;
  }
}

function drawBilinear(spanYears: number, random: Random): TextbookMotion {
  const breakYears = spanYears * random.between(...TEXTBOOK_RANGES.breakAt);
  const change = random.sign() * random.logBetween(...TEXTBOOK_RANGES.velocityChange);
  const kind = random.uniform();
  const { bilinearAtRestShare, bilinearStopShare, bilinearVelocityDeviation } = TEXTBOOK_RANGES;
  let velocity = bilinearVelocityDeviation * random.normal();
  if (kind < bilinearAtRestShare) velocity = 0;
  else if (kind < bilinearAtRestShare + bilinearStopShare) velocity = -change;
  return createMotion('Bilinear', velocity, 0, breakYears, change);
}
