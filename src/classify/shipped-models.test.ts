import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { egmsCalendar } from '../simulate/calendars.js';
import { simulateEgmsLike } from '../simulate/egms-like.js';
import { pickClasses } from './analysis.js';
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

  it('decides ordinary series by its sieve as the network does, and leaves the others to it', async () => {
    const settings = { materialMm: 5, cycleMm: cycleMm() };
    const { dataset } = simulateEgmsLike({ points: 2000, axis, seed: 'sieve' });
    let decided = 0;
    let others = 0;
    for await (const batch of dataset.batches()) {
      const scoresOf = async (sieve: boolean) => {
        const classifier = await loadClassifier(bytes, { ...settings, sieve });
        const bound = await classifier.bind(axis);
        const { probabilities } = await bound.classify(batch.displacements, batch.count);
        await bound.dispose();
        return { probabilities, ...pickClasses({ probabilities }, count, batch.count) };
      };
      const [sieved, whole] = [await scoresOf(true), await scoresOf(false)];
      for (let point = 0; point < batch.count; point++) {
        const rows = [sieved, whole].map(({ probabilities }) =>
          probabilities.subarray(point * count, (point + 1) * count),
        );
        // Last digits differ with the series that share a call.
        if (rows[0].every((value, k) => Math.abs(value - rows[1][k]) < 1e-4)) continue;
        decided++;
        expect(sieved.confidence[point]).toBeGreaterThan(0.9);
        expect(['Stable', 'Linear', 'Quadratic']).toContain(TREND_CLASSES[sieved.codes[point]]);
        if (sieved.codes[point] !== whole.codes[point]) others++;
      }
    }
    // Three quarters of such a scene are Stable, and little is doubtful in it.
    expect(decided).toBeGreaterThan(800);
    expect(others).toBeLessThanOrEqual(3);
  });

  it('says the same of series three times as large where three times as much is material', async () => {
    const own = await classify(1, { materialMm: 5, cycleMm: cycleMm() });
    const large = await classify(3, { materialMm: 15, cycleMm: 3 * cycleMm() });
    own.probabilities.forEach((value, i) => {
      expect(large.probabilities[i]).toBeCloseTo(value, 3);
    });
  });
});
