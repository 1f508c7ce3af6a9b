import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';

/** What lasts for fewer dates is an outlier, not an unwrapping error. */
export const LEAST_LASTING_DATES = 3;
/** How often a draw is repeated whose jumps leave nothing that lasts. */
const JUMP_ATTEMPTS = 20;

/** One jump: from the date with this index on, so many cycles are added (negative: taken away). */
export interface Jump {
  readonly epoch: number;
  /** Whole where the error is a whole cycle, less where filters have reduced it. */
  readonly cycles: number;
}

export const JUMP_PATTERNS = ['lasting', 'temporary', 'several temporary', 'several lasting'] as const;
export type JumpPattern = (typeof JUMP_PATTERNS)[number];

/** What phase-unwrapping errors are drawn from. */
export interface JumpParameters {
  /** Shares of `JUMP_PATTERNS`, in their order. */
  readonly patternWeights: readonly number[];
  /** Share of errors of a whole cycle; the others have a `reducedCycles` part of one. */
  readonly wholeShare: number;
  /** Spread of a whole cycle, as read from a series after processing. */
  readonly wholeCycles: readonly [number, number];
  readonly reducedCycles: readonly [number, number];
  readonly doubleShare: number;
  /** Share of jumps that follow the gaps between dates (chance grows with `gap ** gapExponent`). */
  readonly gapShare: number;
  readonly gapExponent: number;
  /** Share of series whose jumps all stand in the last part. */
  readonly lateShare: number;
  readonly sharpShare: number;
  /** Dates over which the other jumps come and go. */
  readonly rampEpochs: readonly [number, number];
  readonly temporaryEpochs: readonly [number, number];
  readonly severalCount: readonly [number, number];
  /** Share of series with single dates that flip beside the jumps, and the greatest chance a date. */
  readonly flippingShare: number;
  readonly greatestFlipChance: number;
}

/** Errors as they look in real series, after filters: the mixture on which networks are trained. */
export const JUMP_PARAMETERS: JumpParameters = Object.freeze<JumpParameters>({
  patternWeights: [0.26, 0.38, 0.22, 0.14],
  wholeShare: 0.55,
  wholeCycles: [0.93, 1.05],
  reducedCycles: [0.58, 0.95],
  doubleShare: 0.03,
  gapShare: 0.4,
  gapExponent: 1.5,
  lateShare: 0.3,
  sharpShare: 0.6,
  rampEpochs: [2, 4],
  temporaryEpochs: [3, 40],
  severalCount: [2, 5],
  flippingShare: 0.25,
  greatestFlipChance: 0.04,
});

/** Whole cycles, at once, lasting, temporary and several: errors of the textbook. */
export const TEXTBOOK_JUMP_PARAMETERS: JumpParameters = Object.freeze<JumpParameters>({
  ...JUMP_PARAMETERS,
  patternWeights: [0.5, 0.28, 0.11, 0.11],
  wholeShare: 0.9,
  wholeCycles: [1, 1],
  reducedCycles: [0.6, 0.95],
  gapShare: 0.7,
  lateShare: 0,
  sharpShare: 0.9,
  temporaryEpochs: [5, 60],
  severalCount: [2, 3],
  flippingShare: 0,
});

/** Unwrapping errors of one series. */
export interface JumpDraw {
  readonly pattern: JumpPattern;
  readonly jumps: readonly Jump[];
  /** Cycles to be added, one number a date. */
  readonly cycles: Float64Array;
}

/**
 * Draws unwrapping errors. `hazard`, where given, weighs the dates beside their gaps: the faster a motion at a date,
 * the likelier an error there.
 */
export function drawJumps(
  axis: EpochAxis,
  random: Random,
  parameters: JumpParameters = JUMP_PARAMETERS,
  hazard?: ArrayLike<number>,
): JumpDraw {
  const count = axis.days.length;
  const pattern = JUMP_PATTERNS[random.weighted(parameters.patternWeights)];
  let amplitude = random.sign();
  amplitude *= random.chance(parameters.wholeShare)
    ? random.between(...parameters.wholeCycles)
    : random.between(...parameters.reducedCycles);
  if (random.chance(parameters.doubleShare)) amplitude *= 2;
  const isSharp = random.chance(parameters.sharpShare);
  const [shortestRamp, longestRamp] = parameters.rampEpochs;
  const ramp = isSharp ? 1 : shortestRamp + random.integer(longestRamp - shortestRamp + 1);
  const earliest = random.chance(parameters.lateShare) ? Math.floor(count * random.between(0.55, 0.9)) : 3;
  const weights = gapWeights(axis, parameters.gapExponent, hazard);
  const drawEpoch = (): number => {
    const drawn = random.chance(parameters.gapShare)
      ? random.weighted(weights)
      : 2 + random.integer(Math.max(1, count - 5));
    return Math.min(count - 4, Math.max(3, earliest, drawn));
  };

  let jumps = drawPattern(pattern, amplitude, count, drawEpoch, random, parameters);
  for (let attempt = 0; attempt < JUMP_ATTEMPTS && !doesLast(jumps, count); attempt++) {
    jumps = drawPattern(pattern, amplitude, count, drawEpoch, random, parameters);
  }
  if (!doesLast(jumps, count)) jumps = [{ epoch: drawEpoch(), cycles: amplitude }];
  const cycles = cyclesOfJumps(jumps, count, ramp);
  if (random.chance(parameters.flippingShare)) {
    const chance = random.between(0, parameters.greatestFlipChance);
    for (let i = 0; i < count; i++) if (random.chance(chance)) cycles[i] += amplitude;
  }
  return { pattern, jumps, cycles };
}

function drawPattern(
  pattern: JumpPattern,
  amplitude: number,
  count: number,
  drawEpoch: () => number,
  random: Random,
  parameters: JumpParameters,
): Jump[] {
  const jumps: Jump[] = [];
  const addTemporary = (cycles: number): void => {
    const start = drawEpoch();
    const length = Math.max(
      LEAST_LASTING_DATES,
      Math.round(random.logBetween(...parameters.temporaryEpochs)),
    );
    jumps.push({ epoch: start, cycles });
    if (start + length < count) jumps.push({ epoch: start + length, cycles: -cycles });
  };
  if (pattern === 'lasting') jumps.push({ epoch: drawEpoch(), cycles: amplitude });
  else if (pattern === 'temporary') addTemporary(amplitude);
  else if (pattern === 'several temporary') {
    const [fewest, most] = parameters.severalCount;
    const isOneSided = random.chance(0.5);
    for (let left = fewest + random.integer(most - fewest + 1); left > 0; left--) {
      addTemporary(isOneSided ? amplitude : amplitude * random.sign());
    }
  } else {
    jumps.push({ epoch: drawEpoch(), cycles: amplitude });
    jumps.push({ epoch: drawEpoch(), cycles: amplitude * random.sign() });
    if (random.chance(0.3)) jumps.push({ epoch: drawEpoch(), cycles: amplitude * random.sign() });
  }
  return jumps.sort((left, right) => left.epoch - right.epoch);
}

/** Whether some stretch away from where the series begins lasts: jumps may cancel, or take each other back at once. */
function doesLast(jumps: readonly Jump[], count: number): boolean {
  let level = 0;
  return jumps.some(({ epoch, cycles }, i) => {
    level += cycles;
    const end = jumps[i + 1]?.epoch ?? count;
    return Math.abs(level) > 0.3 && end - epoch >= LEAST_LASTING_DATES;
  });
}

/** Cycles at every date; each jump is complete at its date and starts `rampEpochs` dates before. */
export function cyclesOfJumps(jumps: readonly Jump[], count: number, rampEpochs = 1): Float64Array {
  const cycles = new Float64Array(count);
  for (const jump of jumps) {
    for (let i = Math.max(0, jump.epoch - rampEpochs + 1); i < count; i++) {
      cycles[i] += jump.cycles * Math.min(1, (i - jump.epoch + rampEpochs) / rampEpochs);
    }
  }
  return cycles;
}

/** A wrapped series and the whole cycles that came into it. */
export interface WrappedMotion {
  /** mm; equals the true displacements plus `cycles` times the cycle. */
  readonly displacements: Float64Array;
  /** Whole cycles at every date, zero at the first. */
  readonly cycles: Int32Array;
}

/**
 * What unwrapping in time alone makes of a motion: every difference between consecutive dates is known but for whole
 * cycles and is taken as the smallest possible, within half a cycle to either side; then summed again. Motions of more
 * than half a cycle (13.9 mm) from date to date come out wrong by whole cycles.
 */
export function wrapFastMotion(displacements: ArrayLike<number>, cycleMm: number): WrappedMotion {
  const count = displacements.length;
  const wrapped = new Float64Array(count);
  const cycles = new Int32Array(count);
  wrapped[0] = displacements[0];
  for (let i = 1; i < count; i++) {
    const difference = displacements[i] - displacements[i - 1];
    cycles[i] = cycles[i - 1] - Math.floor(difference / cycleMm + 0.5);
    wrapped[i] = displacements[i] + cycles[i] * cycleMm;
  }
  return { displacements: wrapped, cycles };
}

/** The jumps that whole or broken cycles a date amount to. */
export function jumpsOfCycles(cycles: ArrayLike<number>): Jump[] {
  const jumps: Jump[] = [];
  for (let i = 1; i < cycles.length; i++) {
    if (cycles[i] !== cycles[i - 1]) jumps.push({ epoch: i, cycles: cycles[i] - cycles[i - 1] });
  }
  return jumps;
}

function gapWeights(axis: EpochAxis, exponent: number, hazard: ArrayLike<number> | undefined): Float64Array {
  const { days } = axis;
  const weights = new Float64Array(days.length);
  for (let i = 1; i < days.length; i++) {
    weights[i] = (days[i] - days[i - 1]) ** exponent * (hazard === undefined ? 1 : hazard[i]);
  }
  return weights;
}
