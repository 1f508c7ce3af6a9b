import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { cycleMm } from '../series/wavelength.js';
import { egmsCalendar } from '../simulate/calendars.js';
import { TRENDS_WITHOUT_JUMPS } from './classifier.js';
import { loadClassifier } from './load-classifier.node.js';

const axis = egmsCalendar('2020_2024', { seed: 1 });
const { years } = axis;
const span = years[years.length - 1];

const MOTIONS: Readonly<Record<string, (year: number) => number>> = {
  Stable: () => 0,
  Linear: (year) => 8 * year,
  Quadratic: (year) => 2.5 * year * year,
  Bilinear: (year) => 14 * Math.max(0, year - 0.5 * span),
  PUE: (year) => -4 * year + (year > 0.4 * span ? cycleMm() : 0),
};

/** One series a class, the same noise in all, lengths times `factor`. */
function drawSeries(factor: number): Float32Array {
  const series = Object.values(MOTIONS).map((motion) => {
    const random = createRandom('shipped');
    return Array.from(years, (year) => factor * (motion(year) + 1.5 * random.normal()));
  });
  return Float32Array.from(series.flat());
}

describe.each(['default', 'lite'])('the %s model', async (name) => {
  const bytes = new Uint8Array(await readFile(new URL(`../../models/${name}.onnx`, import.meta.url)));
  const count = Object.keys(MOTIONS).length;

  async function classify(factor: number, settings: { materialMm: number; cycleMm: number }) {
    const bound = await (await loadClassifier(bytes, settings)).bind(axis);
    const scores = await bound.classify(drawSeries(factor), count);
    await bound.dispose();
    return scores;
  }

  it('knows plain series of every class, and the trend below a jump', async () => {
    const { probabilities, trend, jump } = await classify(1, { materialMm: 5, cycleMm: cycleMm() });
    for (let k = 0; k < count; k++) expect(probabilities[k * count + k]).toBeGreaterThan(0.8);
    const trends = Array.from(trend!, (code) => TRENDS_WITHOUT_JUMPS[code]);
    expect(trends).toEqual(['Stable', 'Linear', 'Quadratic', 'Bilinear', 'Linear']);
    expect(Array.from(jump!, (value) => value > 0.5)).toEqual([false, false, false, false, true]);
  });

  it('says the same of series three times as large where three times as much is material', async () => {
    const own = await classify(1, { materialMm: 5, cycleMm: cycleMm() });
    const large = await classify(3, { materialMm: 15, cycleMm: 3 * cycleMm() });
    own.probabilities.forEach((value, i) => {
      expect(large.probabilities[i]).toBeCloseTo(value, 3);
    });
  });
});
