import { rangeOf } from '../kinematics/orthonormal-basis.js';
import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { LEAST_LASTING_DATES } from './jumps.js';
import type { Lender, NuisanceParameters } from './training-noise.js';

/** Fills `target` with the season of a real series, somewhat larger or smaller; returns its range, mm. */
export function borrowSeason(
  target: Float64Array,
  { bank, row }: Lender,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const factor = random.sign() * random.between(...parameters.borrowedFactor);
  for (let i = 0; i < target.length; i++) target[i] = factor * bank.seasons[row * target.length + i];
  return rangeOf(target);
}

/** A season whose amplitude and phase drift. Fills `target` anew; returns its range, mm. */
export function drawDriftingSeason(
  target: Float64Array,
  axis: EpochAxis,
  random: Random,
  parameters: NuisanceParameters,
): number {
  const { years } = axis;
  const span = years[years.length - 1];
  const amplitude = random.chance(parameters.strongSeasonShare)
    ? random.between(...parameters.strongSeason)
    : Math.abs(parameters.seasonDeviation * random.normal());
  const phase = random.between(0, 2 * Math.PI);
  const drifts = random.chance(parameters.driftingSeasonShare) ? 1 : 0;
  const growth = 0.8 * drifts * random.between(-1, 1);
  const [amplitudePeriod, phasePeriod] = [random.between(2, 6), random.between(2, 5)];
  const semiannual = random.chance(parameters.semiannualShare) ? 0.35 : 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < years.length; i++) {
    const time = years[i];
    let size = amplitude;
    let angle = 2 * Math.PI * time + phase;
    if (drifts === 1) {
      size *=
        1 +
        growth * ((2 * time) / span - 1) +
        0.4 * Math.cos((2 * Math.PI * time) / amplitudePeriod + 3 * phase);
      angle += 0.5 * Math.sin((2 * Math.PI * time) / phasePeriod);
    }
    let value = size * Math.cos(angle);
    if (semiannual > 0) value += semiannual * size * Math.cos(4 * Math.PI * time + 2 * phase);
    target[i] = value;
    if (i === 0 || value < low) low = value;
    if (i === 0 || value > high) high = value;
  }
  return high - low;
}

/** Adds up to two bumps of months, and perhaps one small lasting step: all below what is material. */
export function addExcursions(
  target: Float64Array,
  axis: EpochAxis,
  random: Random,
  parameters: NuisanceParameters,
): void {
  const { years } = axis;
  const span = years[years.length - 1];
  const limit = parameters.greatestExcursion;
  for (let bump = 0; bump < 2; bump++) {
    if (!random.chance(parameters.excursionShare)) continue;
    const height = Math.min(limit, Math.max(-limit, parameters.excursionDeviation * random.normal()));
    addBump(target, axis, random.between(0, span), random.between(...parameters.excursionYears), height);
  }
  if (random.chance(parameters.smallStepShare)) {
    const step = random.sign() * random.between(...parameters.smallStep);
    addStep(target, axis, span * random.between(0.08, 0.92), step);
  }
}

/** Lets up to three stretches of one or two dates stand out, all to the same side. */
export function addOutliers(
  target: Float64Array,
  cycleMm: number,
  random: Random,
  parameters: NuisanceParameters,
): void {
  const size = random.sign() * random.between(...parameters.outlierCycles) * cycleMm;
  for (let left = 1 + random.integer(parameters.mostOutlierRuns); left > 0; left--) {
    const first = random.integer(target.length);
    const dates = 1 + random.integer(LEAST_LASTING_DATES - 1);
    for (let i = first; i < Math.min(first + dates, target.length); i++) target[i] += size;
  }
}

/** Adds a bump in the form of a bell, centred at `centre` years. */
export function addBump(
  target: Float64Array,
  axis: EpochAxis,
  centre: number,
  widthYears: number,
  heightMm: number,
): void {
  for (let i = 0; i < target.length; i++) {
    const distance = (axis.years[i] - centre) / widthYears;
    if (Math.abs(distance) < 6) target[i] += heightMm * Math.exp(-0.5 * distance * distance);
  }
}

/** Adds a lasting step after `atYears`. */
export function addStep(target: Float64Array, axis: EpochAxis, atYears: number, stepMm: number): void {
  for (let i = 0; i < target.length; i++) if (axis.years[i] > atYears) target[i] += stepMm;
}
