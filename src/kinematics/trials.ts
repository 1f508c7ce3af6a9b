import type { Random } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { createEpochAxis, DAYS_PER_YEAR, spanYears } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { breakLimitYears } from './break-profile.js';
import type { Describer } from './describe.js';
import { BREAK_DISJOINT, BREAK_OPEN } from './description.js';
import { studentQuantile95 } from './distributions.js';
import { choleskyFactor } from './linear-algebra.js';
import type { NoiseModel } from './noise-model.js';
import { correlationMatrix } from './noise-model.js';
import { isUsablePlan } from './series-plan.js';

/** Dates a satellite might give: every 6 or 12 days (the slower rhythm in the second half), a tenth left out. */
export function drawAxis(random: Random, dates: number): EpochAxis {
  const days: number[] = [];
  let day = 17_000 + random.integer(365);
  for (let i = 0; days.length < dates; i++) {
    if (i === 0 || !random.chance(0.1)) days.push(day);
    day += days.length < dates / 2 && dates > 100 ? 6 : 12;
  }
  return createEpochAxis(days);
}

/** Draws series of noise with a given correlation: a function that adds one to a row. */
export function createNoiseSource(
  model: NoiseModel,
  axis: EpochAxis,
  random: Random,
): (target: Float32Array, offset: number, deviation: number) => void {
  const epochs = axis.days.length;
  const factor = choleskyFactor(correlationMatrix(model, axis), epochs);
  if (factor === undefined) throw new RangeError('The noise model is not positive definite on this axis.');
  const draws = new Float64Array(epochs);
  return (target, offset, deviation) => {
    for (let i = 0; i < epochs; i++) draws[i] = deviation * random.normal();
    for (let row = 0; row < epochs; row++) {
      let sum = 0;
      for (let k = 0; k <= row; k++) sum += factor[row * epochs + k] * draws[k];
      target[offset + row] += sum;
    }
  };
}

/** A batch of bare series, numbered, at one place. */
export function batchOfSeries(axis: EpochAxis, displacements: Float32Array): SeriesBatch {
  const count = displacements.length / axis.days.length;
  return {
    axis,
    count,
    pids: Array.from({ length: count }, (_, index) => String(index)),
    longitude: new Float64Array(count),
    latitude: new Float64Array(count),
    displacements,
    attributes: [],
  };
}

/** Shares of 95 % intervals that hold the truth, and how far break dates were off. */
export interface CoverageResult {
  readonly velocity: number;
  readonly acceleration: number;
  readonly breakDate: number;
  readonly velocityBefore: number;
  readonly velocityAfter: number;
  /** Median error of the break date, days, and the least that any unbiased estimate could have (Cramer and Rao). */
  readonly breakErrorDays: number;
  readonly breakLimitDays: number;
  readonly disjoint: number;
  readonly open: number;
}

/**
 * Simulates lines, parabolas and bilinear series with noise of a known model and counts how often the describer's 95 %
 * intervals hold the truth. The bilinear ones are identifiable: the limit of
 * their break date is below 1.9 % of the span, which is where white noise tells a hinge from a parabola.
 *
 * @param describer under the noise model it would use for such a file, which need not be the true one
 */
export async function measureCoverage(
  describer: Describer,
  truth: NoiseModel,
  draws: number,
  random: Random,
): Promise<CoverageResult> {
  const { axis } = describer;
  const plan = describer.planWithout([]);
  if (!isUsablePlan(plan)) throw new RangeError('The axis cannot be described.');
  const epochs = axis.days.length;
  const span = spanYears(axis);
  const quantile = (parameters: number): number =>
    studentQuantile95(epochs - parameters - (plan.seasonal ? 2 : 0));
  const addNoise = createNoiseSource(truth, axis, random);
  const deviation = 2.5;

  const lines = new Float32Array(draws * epochs);
  const parabolas = new Float32Array(draws * epochs);
  const bends = new Float32Array(draws * epochs);
  const speeds = new Float64Array(draws);
  const accelerations = new Float64Array(draws);
  const breaks = new Float64Array(draws);
  const limits = new Float64Array(draws);
  const changes = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const speed = 8 * random.normal();
    const acceleration = random.sign() * random.logBetween(0.5, 20);
    const season = 2 * Math.abs(random.normal());
    const phase = random.between(0, 2 * Math.PI);
    const time = random.between(0.2, 0.8) * span;
    const unit = breakLimitYears(plan, time) * deviation;
    // The change of velocity that makes the limit a drawn share of the span.
    const change = (random.sign() * unit) / (span * random.between(0.004, 0.019));
    speeds[draw] = speed;
    accelerations[draw] = acceleration;
    breaks[draw] = axis.days[0] + time * DAYS_PER_YEAR;
    limits[draw] = (unit / Math.abs(change)) * DAYS_PER_YEAR;
    changes[draw] = change;
    const offset = draw * epochs;
    for (let i = 0; i < epochs; i++) {
      const year = axis.years[i];
      const line =
        speed * year +
        season * Math.cos((2 * Math.PI * axis.days[i]) / DAYS_PER_YEAR - phase) * (plan.seasonal ? 1 : 0);
      lines[offset + i] = line;
      parabolas[offset + i] = line + (acceleration / 2) * year * year;
      bends[offset + i] = line + change * Math.max(0, year - time);
    }
    for (const target of [lines, parabolas, bends]) addNoise(target, offset, deviation);
  }

  const line = await describer.describe(batchOfSeries(axis, lines));
  const parabola = await describer.describe(batchOfSeries(axis, parabolas));
  const bend = await describer.describe(batchOfSeries(axis, bends));
  const errors = new Float64Array(draws);
  const hits = { velocity: 0, acceleration: 0, breakDate: 0, before: 0, after: 0, disjoint: 0, open: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const within = (value: number, truthValue: number, error: number, parameters: number): number =>
      Math.abs(value - truthValue) <= quantile(parameters) * error ? 1 : 0;
    hits.velocity += within(line.velocity[draw], speeds[draw], line.velocityError[draw], 2);
    hits.acceleration += within(
      parabola.acceleration[draw],
      accelerations[draw],
      parabola.accelerationError[draw],
      3,
    );
    hits.before += within(bend.velocityBefore[draw], speeds[draw], bend.velocityBeforeError[draw], 4);
    const after = speeds[draw] + changes[draw];
    hits.after += within(bend.velocityAfter[draw], after, bend.velocityAfterError[draw], 4);
    if (bend.breakLowDay[draw] <= breaks[draw] && bend.breakHighDay[draw] >= breaks[draw]) hits.breakDate++;
    if (bend.breakFlags[draw] & BREAK_DISJOINT) hits.disjoint++;
    if (bend.breakFlags[draw] & BREAK_OPEN) hits.open++;
    errors[draw] = Math.abs(bend.breakDay[draw] - breaks[draw]);
  }
  // The median of |error| of a normal estimate is 0.6745 of its deviation; ratios put all draws on one scale.
  const ratios = errors.map((error, draw) => error / (0.6745 * limits[draw]));
  const limit = median(limits) * 0.6745;
  return {
    velocity: hits.velocity / draws,
    acceleration: hits.acceleration / draws,
    breakDate: hits.breakDate / draws,
    velocityBefore: hits.before / draws,
    velocityAfter: hits.after / draws,
    breakErrorDays: median(ratios) * limit,
    breakLimitDays: limit,
    disjoint: hits.disjoint / draws,
    open: hits.open / draws,
  };
}

function median(values: Float64Array): number {
  return Float64Array.from(values).sort()[values.length >> 1];
}
