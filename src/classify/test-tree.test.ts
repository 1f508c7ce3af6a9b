import { describe, expect, it } from 'vitest';
import { createEpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { simulateSamples } from '../simulate/samples.js';
import { createTestTree } from './test-tree.js';

const settings = { materialMm: 5, cycleMm: cycleMm() };
const axis = granadaCalendar('test tree');

function classesOf(probabilities: Float32Array): number[] {
  return Array.from({ length: probabilities.length / 5 }, (_, row) => {
    const values = probabilities.subarray(row * 5, row * 5 + 5);
    return values.indexOf(Math.max(...values));
  });
}

describe('the test tree', () => {
  it('tells textbook series apart under white noise', async () => {
    const samples = simulateSamples({ kind: 'textbook', axis, seed: 1, seriesPerClass: 60, noise: 'white' });
    const bound = await createTestTree(settings).bind(axis);
    const { probabilities } = await bound.classify(samples.displacements, samples.count);
    const predicted = classesOf(probabilities);
    const right = predicted.filter((code, i) => code === samples.labels[i]).length;
    expect(right / samples.count).toBeGreaterThan(0.9);
    const jumps = predicted.filter((code, i) => code === 4 && samples.labels[i] !== 4).length;
    expect(jumps).toBeLessThanOrEqual(3);
    for (let row = 0; row < samples.count; row++) {
      const sum = probabilities.subarray(row * 5, row * 5 + 5).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 4);
    }
  });

  it('knows clean shapes, gaps or not', async () => {
    const { years } = axis;
    const shapes = [
      () => 0,
      (year: number) => 12 * year,
      (year: number) => 8 * year * year,
      (year: number) => 30 * Math.max(0, year - 2),
      (year: number) => 4 * year + (year > 1.5 ? settings.cycleMm : 0),
    ];
    const wave = (i: number) => Math.sin(i * 12.9898) * 2;
    const rows = shapes.map((shape) => Float32Array.from(years, (year, i) => shape(year) + wave(i)));
    const displacements = new Float32Array(5 * years.length);
    rows.forEach((row, index) => {
      displacements.set(row, index * years.length);
    });
    const bound = await createTestTree(settings).bind(axis);
    expect(classesOf((await bound.classify(displacements, 5)).probabilities)).toEqual([0, 1, 2, 3, 4]);
    const gappy = displacements.map((value, i) => (i % 7 === 3 ? Number.NaN : value));
    const scores = await bound.classify(gappy, 5);
    expect(classesOf(scores.probabilities)).toEqual([0, 1, 2, 3, 4]);
    expect(scores.jump?.[4]).toBeGreaterThan(0.9);
  });

  it('calls a step of half a cycle out of family', async () => {
    const step = Float32Array.from(axis.years, (year, i) => (year > 1.8 ? 13.5 : 0) + Math.sin(i * 7.1));
    const bound = await createTestTree(settings).bind(axis);
    const { outOfFamily } = await bound.classify(step, 1);
    expect(outOfFamily?.[0]).toBe(1);
  });

  it('asks for enough dates', async () => {
    const short = createEpochAxis([0, 12, 24, 36]);
    await expect(createTestTree(settings).bind(short)).rejects.toThrow(/fewer than 20 dates/);
  });

  it('has the five classes', () => {
    expect(createTestTree(settings).classes).toEqual(TREND_CLASSES);
  });
});
