import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { type CloseSearch, createDescriber } from './describe.js';
import { evidenceFor } from './evidence.js';
import { MODEL_COUNT } from './model-fits.js';
import { createEdgeSums, createScanResult, fillEdgeSums, hasStepOnLine, scanSteps } from './model-scans.js';
import type { NoiseModel } from './noise-model.js';
import { measurePlain } from './series-measures.js';
import { planSeries, precisionOf, type SeriesPlan } from './series-plan.js';

const NOISE: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 40 }], quietPoints: 0 };
const CYCLE = 27.73;
const POINTS = 400;
const NO_POINT: CloseSearch = { seeksSteps: () => false, tellsBreak: () => false };
/** The model with a hinge and no step. */
const HINGE = 3;

describe('a search for steps only where one is likely', () => {
  const axis = drawAxis(createRandom('quick axis'), 300);
  const epochs = axis.days.length;
  const random = createRandom('quick search');
  const addNoise = createNoiseSource(NOISE, axis, random);
  const rows = new Float32Array(POINTS * epochs);
  /** Points with a step of a cycle: every fourth. */
  const jumps = (point: number): boolean => point % 4 === 3;
  for (let point = 0; point < POINTS; point++) {
    addNoise(rows, point * epochs, random.between(1, 3));
    const velocity = random.between(-10, 10);
    const change = point % 4 === 1 ? random.between(-20, 20) : 0;
    const time = random.between(0.2, 0.8) * axis.years[epochs - 1];
    for (let i = 0; i < epochs; i++) {
      const since = axis.years[i] - time;
      rows[point * epochs + i] += velocity * axis.years[i] + change * Math.max(0, since);
      if (jumps(point) && since > 0) rows[point * epochs + i] += CYCLE;
    }
  }

  const describer = createDescriber({ axis, noise: NOISE });
  const describeAll = (closely?: CloseSearch) => describer.describe(batchOfSeries(axis, rows), closely);

  it('weighs nearly all evidence as a search of every point does, and finds the same steps', async () => {
    const [close, quick] = [await describeAll(), await describeAll(NO_POINT)];
    let alike = 0;
    for (let point = 0; point < POINTS; point++) {
      const trend = TREND_CLASSES[[1, 3, 0, 4][point % 4]];
      const expected = evidenceFor(close, point, trend)!;
      const found = evidenceFor(quick, point, trend)!;
      if (Math.abs(Math.log(found.ratio / expected.ratio)) < 0.05) alike++;
      expect(quick.velocity[point]).toBe(close.velocity[point]);
      expect(quick.noise[point]).toBe(close.noise[point]);
      expect(quick.breakDay[point]).toBeNaN();
      if (jumps(point)) expect(quick.stepEpoch[point]).toBe(close.stepEpoch[point]);
    }
    expect(alike).toBeGreaterThanOrEqual(0.98 * POINTS);
  });

  it('finds the hinge that a search of every date finds', async () => {
    const [close, quick] = [await describeAll(), await describeAll(NO_POINT)];
    let alike = 0;
    for (let point = 0; point < POINTS; point++) {
      const place = point * MODEL_COUNT + HINGE;
      const [found, best] = [quick.sumOfSquares[place], close.sumOfSquares[place]];
      expect(found).toBeGreaterThanOrEqual(0.9999 * best);
      if (found < 1.0001 * best) alike++;
    }
    expect(alike).toBeGreaterThanOrEqual(0.98 * POINTS);
  });

  it('tells the break that a search of every point tells', async () => {
    const close = await describeAll();
    const told = await describeAll({ ...NO_POINT, tellsBreak: () => true });
    for (const name of [
      'breakDay',
      'breakLowDay',
      'breakHighDay',
      'velocityBefore',
      'velocityAfter',
    ] as const) {
      expect(told[name], name).toEqual(close[name]);
    }
  });

  it('looks closely exactly where some step explains anything beside a line', () => {
    const plan = planSeries(axis, NOISE, precisionOf(NOISE, axis)) as SeriesPlan;
    const { whitened } = measurePlain(plan, rows, POINTS);
    const sums = createEdgeSums(epochs);
    const found = [createScanResult(), createScanResult(), createScanResult()] as const;
    let likely = 0;
    for (let point = 0; point < POINTS; point++) {
      fillEdgeSums(plan, whitened, point * epochs, sums);
      scanSteps(plan, sums, 0, 0, CYCLE, found);
      expect(hasStepOnLine(plan, whitened, point * epochs, CYCLE)).toBe(found[1].value > 0);
      if (found[1].value > 0) likely++;
    }
    expect(likely).toBeGreaterThan(POINTS / 8);
    expect(likely).toBeLessThan(POINTS / 2);
  });

  it('takes no step for likely where nothing jumps', async () => {
    const calm = rows.slice(0, epochs).map((value) => value / 4);
    const description = await createDescriber({ axis, noise: NOISE }).describe(
      batchOfSeries(axis, calm),
      NO_POINT,
    );
    expect(description.stepEpoch[0]).toBe(-1);
    expect(Array.from(description.criterion.subarray(4, 8))).toEqual(Array(4).fill(Number.POSITIVE_INFINITY));
    expect(evidenceFor(description, 0, 'Linear')!.against).not.toBe('PUE');
  });
});
