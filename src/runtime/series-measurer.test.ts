import { afterAll, describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createDescriber } from '../kinematics/describe.js';
import { COEFFICIENT_COUNT, COEFFICIENTS } from '../kinematics/fit-geometry.js';
import type { NoiseModel } from '../kinematics/noise-model.js';
import { MEASURE_COUNT, MEASURES, measurePlain } from '../kinematics/series-measures.js';
import { isUsablePlan, planSeries, precisionOf, type SeriesPlan } from '../kinematics/series-plan.js';
import { createRandom } from '../random.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { createRuntimeMeasurer } from './series-measurer.js';
import { loadNodeRuntime } from './session.node.js';

const NOISE: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 40 }], quietPoints: 0 };
const POINTS = 80;

const { measure, dispose } = createRuntimeMeasurer(await loadNodeRuntime());
afterAll(dispose);

/** Fast, bent, jumping and quiet series far from zero. */
function drawRows(axis: EpochAxis): Float32Array {
  const random = createRandom('measures');
  const addNoise = createNoiseSource(NOISE, axis, random);
  const epochs = axis.days.length;
  const rows = new Float32Array(POINTS * epochs);
  for (let point = 0; point < POINTS; point++) {
    const [offset, velocity] = [random.between(-300, 300), random.between(-60, 60)];
    const [bend, step] = [random.between(-40, 40), point % 3 === 0 ? 27.73 : 0];
    const time = random.between(0.2, 0.8) * axis.years[epochs - 1];
    for (let i = 0; i < epochs; i++) {
      const since = axis.years[i] - time;
      const moved = offset + velocity * axis.years[i] + (since > 0 ? bend * since + step : 0);
      rows[point * epochs + i] = moved + 4 * Math.sin(2 * Math.PI * axis.years[i]);
    }
    addNoise(rows, point * epochs, random.between(0.5, 4));
  }
  return rows;
}

const evenAxis = createEpochAxis(Array.from({ length: 75 }, (_, i) => 18_000 + 12 * i));
const longAxis = createEpochAxis(Array.from({ length: 230 }, (_, i) => 18_000 + 6 * i));
const shortAxis = createEpochAxis(Array.from({ length: 40 }, (_, i) => 18_000 + 12 * i));

describe.each([
  ['with gaps between the dates', drawAxis(createRandom('axis'), 139), []],
  ['evenly spaced', evenAxis, []],
  ['too short for a season', shortAxis, []],
  ['so many that they are cut into blocks', longAxis, []],
  ['cut into blocks, some of them missing', drawAxis(createRandom('axis'), 230), [1, 98, 99, 100, 101, 229]],
  ['with dates missing', drawAxis(createRandom('axis'), 139), [0, 5, 6, 7, 60, 138]],
])('measures of series on dates %s', (_, axis, missing: readonly number[]) => {
  const plan = planSeries(axis, NOISE, precisionOf(NOISE, axis), missing) as SeriesPlan;
  const dates = plan.epochs.length;
  const all = drawRows(axis);
  const rows = Float32Array.from({ length: POINTS * dates }, (_, at) => {
    return all[Math.floor(at / dates) * axis.days.length + plan.epochs[at % dates]];
  });

  it('are those of plain loops', async () => {
    expect(isUsablePlan(plan)).toBe(true);
    const plain = measurePlain(plan, rows, POINTS);
    const ours = await measure(plan, rows, POINTS);
    for (let point = 0; point < POINTS; point++) {
      const at = (index: number): [number, number] => {
        const place = point * MEASURE_COUNT + index;
        return [ours.measures[place], plain.measures[place]];
      };
      for (const name of ['whitened', 'squares', 'changes', 'largestChange'] as const) {
        const [value, expected] = at(MEASURES[name]);
        expect(value / expected).toBeCloseTo(1, 4);
      }
      const [, squares] = at(MEASURES.squares);
      const [products, expectedProducts] = at(MEASURES.products);
      expect((products - expectedProducts) / squares).toBeCloseTo(0, 4);
      // Two hinges that explain the same to rounding may change places.
      const [score, expectedScore] = at(MEASURES.score);
      const [hinge, expectedHinge] = at(MEASURES.hinge);
      expect(Math.abs(hinge - expectedHinge)).toBeLessThanOrEqual(1);
      if (hinge === expectedHinge) {
        expect(score / expectedScore).toBeCloseTo(1, 3);
        for (const name of ['scoreBefore', 'scoreAfter'] as const) {
          const [value, expected] = at(MEASURES[name]);
          expect((value - expected) / expectedScore).toBeCloseTo(0, 4);
        }
      }
      for (const [name, index] of Object.entries(COEFFICIENTS)) {
        // Constants are those of the centred series and stand in no result.
        if (name.endsWith('Constant')) continue;
        const place = point * COEFFICIENT_COUNT + index;
        const [value, expected] = [ours.coefficients[place], plain.coefficients[place]];
        expect(Math.abs(value - expected), name).toBeLessThan(1e-3 + 2e-5 * Math.abs(expected));
      }
      for (let i = 0; i < dates; i++) {
        expect(Math.abs(ours.whitened[point * dates + i] - plain.whitened[point * dates + i])).toBeLessThan(
          2e-3,
        );
      }
    }
  });

  it('give a constant series no hinge and no noise', async () => {
    const flat = new Float32Array(2 * dates).fill(12.5);
    const { measures, coefficients } = await measure(plan, flat, 2);
    expect(Array.from(measures.subarray(0, 4))).toEqual([0, 0, 0, 0]);
    expect(measures[MEASURES.score]).toBe(0);
    expect(coefficients.every((value) => value === 0)).toBe(true);
  });
});

describe('a description by the runtime', () => {
  it('says what one by plain loops says', async () => {
    const axis = drawAxis(createRandom('axis'), 139);
    const batch = batchOfSeries(axis, drawRows(axis));
    for (const closely of [undefined, { seeksSteps: () => false, tellsBreak: () => false }]) {
      const plain = await createDescriber({ axis, noise: NOISE }).describe(batch, closely);
      const ours = await createDescriber({ axis, noise: NOISE, measure }).describe(batch, closely);
      for (let point = 0; point < POINTS; point++) {
        expect(ours.velocity[point]).toBeCloseTo(plain.velocity[point], 3);
        expect(ours.velocityError[point] / plain.velocityError[point]).toBeCloseTo(1, 3);
        expect(ours.noise[point] / plain.noise[point]).toBeCloseTo(1, 3);
        expect(ours.stepEpoch[point]).toBe(plain.stepEpoch[point]);
        if (closely === undefined)
          expect(Math.abs(ours.breakDay[point] - plain.breakDay[point])).toBeLessThan(1);
        for (let model = 0; model < 4; model++) {
          expect(ours.criterion[4 * 2 * point + model]).toBeCloseTo(
            plain.criterion[4 * 2 * point + model],
            1,
          );
        }
      }
    }
  });
});
