import { breakLimitYears } from '../../src/kinematics/break-profile.js';
import type { Describer } from '../../src/kinematics/describe.js';
import { studentQuantile95 } from '../../src/kinematics/distributions.js';
import type { NoiseModel } from '../../src/kinematics/noise-model.js';
import { isUsablePlan } from '../../src/kinematics/series-plan.js';
import type { Random } from '../../src/random.js';
import { DAYS_PER_YEAR, spanYears } from '../../src/series/epoch-axis.js';
import { batchOfSeries, createNoiseSource } from './drawn-series.js';

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
  const hits = { velocity: 0, acceleration: 0, breakDate: 0, before: 0, after: 0 };
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
  };
}

function median(values: Float64Array): number {
  return Float64Array.from(values).sort()[values.length >> 1];
}
