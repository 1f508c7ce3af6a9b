import { describe, expect, it } from 'vitest';
import { fitReference } from '../../test/reference/least-squares.js';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { DAYS_PER_YEAR } from '../series/epoch-axis.js';
import { createDescriber } from './describe.js';
import type { Description } from './description.js';
import { MODEL_COUNT } from './model-fits.js';
import type { NoiseModel } from './noise-model.js';
import { correlationAtLag, WHITE_NOISE } from './noise-model.js';

const COLOURED: NoiseModel = { whiteShare: 0.4, exponentials: [{ share: 0.6, days: 40 }], quietPoints: 0 };
const CYCLE = 27.73;

/** The dates that are there, and the columns and correlation on them. */
interface Bench {
  readonly epochs: number[];
  readonly years: number[];
  readonly values: number[];
  readonly correlation: number[][];
  readonly season: number[][];
}

function benchOf(axis: EpochAxis, series: Float32Array, noise: NoiseModel): Bench {
  const epochs = [...axis.days.keys()].filter((epoch) => Number.isFinite(series[epoch]));
  const days = epochs.map((epoch) => axis.days[epoch]);
  const angle = (day: number): number => (2 * Math.PI * day) / DAYS_PER_YEAR;
  return {
    epochs,
    years: epochs.map((epoch) => axis.years[epoch]),
    values: epochs.map((epoch) => series[epoch]),
    correlation: days.map((one) => days.map((other) => correlationAtLag(noise, one - other))),
    season: [days.map((day) => Math.sin(angle(day))), days.map((day) => Math.cos(angle(day)))],
  };
}

function solve(bench: Bench, columns: number[][], values = bench.values) {
  const ones = bench.years.map(() => 1);
  return fitReference([ones, ...columns, ...bench.season], values, bench.correlation);
}

/** A bent, seasonal series with a jump; the given dates are missing. */
function drawSeries(axis: EpochAxis, missing: number[]): Float32Array {
  const series = new Float32Array(axis.days.length);
  createNoiseSource(COLOURED, axis, createRandom('series'))(series, 0, 2.5);
  for (let i = 0; i < series.length; i++) {
    series[i] += 400 + 9 * axis.years[i] - 30 * Math.max(0, axis.years[i] - 1.4) + (i > 60 ? 8 : 0);
    series[i] += 3 * Math.cos(2 * Math.PI * axis.years[i]);
  }
  for (const epoch of missing) series[epoch] = Number.NaN;
  return series;
}

const axis = drawAxis(createRandom('axis'), 80);

describe.each([
  ['complete, white', [], WHITE_NOISE],
  ['complete, correlated', [], COLOURED],
  ['dates missing, correlated', [0, 7, 8, 9, 30, 55, 79], COLOURED],
])('fits of a series (%s) against normal equations', (_, missing, noise) => {
  const series = drawSeries(axis, missing);
  const bench = benchOf(axis, series, noise);
  const squares = bench.years.map((year) => year * year);
  const cubes = bench.years.map((year) => year ** 3);
  let description: Description;
  const sums = (model: number): number => description.sumOfSquares[model];

  it('line, parabola, cubic and season', async () => {
    description = await createDescriber({ axis, noise }).describe(batchOfSeries(axis, series));
    expect(description.sumOfSquares.length).toBe(MODEL_COUNT);
    const count = bench.years.length;
    const constant = solve(bench, []);
    const line = solve(bench, [bench.years]);
    const parabola = solve(bench, [bench.years, squares]);
    const cubic = solve(bench, [bench.years, squares, cubes]);
    const ordinary = {
      ...bench,
      correlation: bench.years.map((_, i) => bench.years.map((_, j) => Number(i === j))),
    };
    expect(sums(0) / constant.sumOfSquares).toBeCloseTo(1, 4);
    expect(sums(1) / line.sumOfSquares).toBeCloseTo(1, 4);
    expect(sums(2) / parabola.sumOfSquares).toBeCloseTo(1, 4);
    expect(description.velocity[0]).toBeCloseTo(line.coefficients[1], 3);
    const lineVariance = line.sumOfSquares / (count - 4);
    expect(description.velocityError[0]).toBeCloseTo(Math.sqrt(lineVariance * line.covariance[1][1]), 4);
    expect(description.velocityOrdinary[0]).toBeCloseTo(solve(ordinary, [bench.years]).coefficients[1], 3);
    expect(description.acceleration[0]).toBeCloseTo(2 * parabola.coefficients[2], 3);
    const variance = parabola.sumOfSquares / (count - 5);
    expect(description.accelerationError[0]).toBeCloseTo(
      2 * Math.sqrt(variance * parabola.covariance[2][2]),
      4,
    );
    const [, v, q] = parabola.coefficients;
    expect(description.velocityStart[0]).toBeCloseTo(v + 2 * q * bench.years[0], 3);
    const last = bench.years[count - 1];
    expect(description.velocityEnd[0]).toBeCloseTo(v + 2 * q * last, 3);
    const [vv, vq, qq] = [parabola.covariance[1][1], parabola.covariance[1][2], parabola.covariance[2][2]];
    const endError = Math.sqrt(variance * (vv + 4 * last * vq + 4 * last * last * qq));
    expect(description.velocityEndError[0]).toBeCloseTo(endError, 3);
    const [sine, cosine] = cubic.coefficients.slice(4);
    expect(description.seasonAmplitude[0]).toBeCloseTo(Math.hypot(sine, cosine), 3);
    const spread = cubic.sumOfSquares / (count - 6);
    const [ss, sc, cc] = [cubic.covariance[4][4], cubic.covariance[4][5], cubic.covariance[5][5]];
    const amplitudeVariance = spread * (sine * sine * ss + 2 * sine * cosine * sc + cosine * cosine * cc);
    const amplitudeError = Math.sqrt(amplitudeVariance) / Math.hypot(sine, cosine);
    expect(description.seasonAmplitudeError[0]).toBeCloseTo(amplitudeError, 3);
    const cubicOrdinary = solve(ordinary, [bench.years, squares, cubes]).coefficients;
    expect(description.seasonAmplitudeOrdinary[0]).toBeCloseTo(
      Math.hypot(cubicOrdinary[4], cubicOrdinary[5]),
      3,
    );
  });

  it('best hinge at any time, by a fine search', () => {
    const hinge = (time: number): number[] => bench.years.map((year) => Math.max(0, year - time));
    const sumAt = (time: number): number => solve(bench, [bench.years, hinge(time)]).sumOfSquares;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    const span = bench.years[bench.years.length - 1];
    for (let time = 0.1 * span; time < 0.9 * span; time += 0.5 / DAYS_PER_YEAR) {
      const sum = sumAt(time);
      if (sum < least) [best, least] = [time, sum];
    }
    const found = (description.breakDay[0] - axis.days[0]) / DAYS_PER_YEAR;
    expect(Math.abs(found - best)).toBeLessThan(0.6 / DAYS_PER_YEAR);
    expect(sums(3) / least).toBeCloseTo(1, 4);
    const reference = solve(bench, [bench.years, hinge(found)]);
    expect(description.velocityBefore[0]).toBeCloseTo(reference.coefficients[1], 2);
    expect(description.velocityAfter[0]).toBeCloseTo(
      reference.coefficients[1] + reference.coefficients[2],
      2,
    );
    expect(description.breakLowDay[0]).toBeLessThan(description.breakDay[0]);
    expect(description.breakHighDay[0]).toBeGreaterThan(description.breakDay[0]);
    // The interval's ends lie at one and the same level of the profile.
    const low = sumAt((description.breakLowDay[0] - axis.days[0]) / DAYS_PER_YEAR);
    const high = sumAt((description.breakHighDay[0] - axis.days[0]) / DAYS_PER_YEAR);
    expect(low / high).toBeCloseTo(1, 3);
    expect(low).toBeGreaterThan(least);
  });

  it('best step of one cycle on constant, line and parabola, by trying every date', () => {
    const bases = [[], [bench.years], [bench.years, squares]];
    bases.forEach((base, index) => {
      let least = Number.POSITIVE_INFINITY;
      for (let edge = 3; edge <= bench.years.length - 3; edge++) {
        for (const sign of [-1, 1]) {
          const shifted = bench.values.map((value, i) => value - (i >= edge ? sign * CYCLE : 0));
          least = Math.min(least, solve(bench, base, shifted).sumOfSquares);
        }
      }
      expect(Math.abs(sums(4 + index) / least - 1)).toBeLessThan(2e-3);
    });
  });
});
