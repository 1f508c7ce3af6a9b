import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { createCommonExcursionCounter, createCommonStepCounter } from './common-motion.js';
import { WHITE_NOISE } from './noise-model.js';

describe('common steps', () => {
  it('reports a step that most of the file makes, and nothing else', () => {
    const axis = createEpochAxis(Array.from({ length: 100 }, (_, i) => 18_000 + 12 * i));
    const rows = new Float32Array(80 * 100);
    const addNoise = createNoiseSource(WHITE_NOISE, axis, createRandom('common'));
    for (let point = 0; point < 80; point++) {
      addNoise(rows, point * 100, 1.5);
      if (point % 5 !== 0) for (let i = 40; i < 100; i++) rows[point * 100 + i] -= 9;
      if (point % 5 === 0) for (let i = 70; i < 100; i++) rows[point * 100 + i] += 27.7;
    }
    const counter = createCommonStepCounter(axis);
    counter.add(batchOfSeries(axis, rows));
    const steps = counter.finish();
    expect(steps.map(({ day }) => day)).toEqual([axis.days[40]]);
    expect(steps[0].share).toBeGreaterThan(0.7);
    expect(steps[0].meanMm).toBeCloseTo(-9, 0);
  });

  it('are not looked for in a handful of points', () => {
    const axis = createEpochAxis(Array.from({ length: 100 }, (_, i) => 18_000 + 12 * i));
    const countSteps = (points: number) => {
      const counter = createCommonStepCounter(axis);
      const rows = Float32Array.from({ length: points * 100 }, (_, i) => (i % 100 >= 60 ? 20 : 0));
      counter.add(batchOfSeries(axis, rows));
      return counter.finish().length;
    };
    expect([countSteps(49), countSteps(50)]).toEqual([0, 1]);
  });

  it('are dated to where they are, however clearly the dates around show them too', () => {
    const axis = drawAxis(createRandom('large common step'), 100);
    const random = createRandom('large');
    const rows = Float32Array.from({ length: 200 * 100 }, (_, i) => {
      return random.normal() + (i % 100 >= 60 ? 20 : 0);
    });
    const counter = createCommonStepCounter(axis);
    counter.add(batchOfSeries(axis, rows));
    const steps = counter.finish();
    expect(steps.map(({ day }) => day)).toEqual([axis.days[60]]);
    expect(steps[0].share).toBe(1);
    expect(steps[0].meanMm).toBeCloseTo(20, 0);
  });
});

describe('common excursions', () => {
  const axis = createEpochAxis(Array.from({ length: 100 }, (_, i) => 18_000 + 12 * i));
  const find = (motion: (point: number, epoch: number) => number, points = 80) => {
    const rows = new Float32Array(points * 100);
    const addNoise = createNoiseSource(WHITE_NOISE, axis, createRandom('excursions'));
    for (let point = 0; point < points; point++) {
      addNoise(rows, point * 100, 1.5);
      for (let i = 0; i < 100; i++) rows[point * 100 + i] += motion(point, i);
    }
    const counter = createCommonExcursionCounter(axis);
    counter.add(batchOfSeries(axis, rows));
    return counter.finish();
  };

  it('are single dates at which most of the file is off and comes back', () => {
    const found = find((point, i) => (point % 5 !== 0 && i === 30 ? 12 : 0) + (i === 71 ? -9 : 0));
    expect(found.map(({ day }) => day)).toEqual([axis.days[30], axis.days[71]]);
    expect(found[0].share).toBeGreaterThan(0.7);
    expect(found[0].share).toBeLessThan(0.85);
    // The nearer of two means with errors: a little less than it is.
    expect(found[0].meanMm).toBeGreaterThan(10);
    expect(found[0].meanMm).toBeLessThan(12.5);
    expect(found[1].meanMm).toBeLessThan(-7);
  });

  it.each([
    ['a step', (_: number, i: number) => (i >= 40 ? 28 : 0)],
    ['fast motion', (_: number, i: number) => -8 * i],
    ['a season', (_: number, i: number) => 20 * Math.sin((2 * Math.PI * 12 * i) / 365.25)],
    ['one date of a few points', (point: number, i: number) => (point % 3 === 0 && i === 50 ? 28 : 0)],
    ['dates of each point alone', (point: number, i: number) => (i === 10 + point ? 28 : 0)],
    ['noise', () => 0],
  ] as const)('are not %s', (_, motion) => {
    expect(find(motion)).toEqual([]);
  });

  it('are seen beside gaps, not across them', () => {
    expect(find((_, i) => (i === 20 ? Number.NaN : i === 30 ? 12 : 0)).map(({ day }) => day)).toEqual([
      axis.days[30],
    ]);
    expect(find((_, i) => (i === 29 ? Number.NaN : i === 30 ? 12 : 0))).toEqual([]);
  });

  it('are not looked for in a handful of points', () => {
    expect(find((_, i) => (i === 30 ? 12 : 0), 49)).toEqual([]);
    expect(find((_, i) => (i === 30 ? 12 : 0), 50)).toHaveLength(1);
  });
});
