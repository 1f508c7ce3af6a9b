import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { TREND_CLASSES } from '../../src/series/trend-class.js';
import { createEvidenceModel, mostLikelyClass } from './textbook-evidence.js';

const axis = createEpochAxis(Array.from({ length: 60 }, (_, i) => 22 * i));
const SIGMA_MM = 2.7;

describe('evidence of textbook classes', () => {
  it('equals a plain sum over a fine grid of velocities for Stable and Linear', () => {
    const model = createEvidenceModel(axis, SIGMA_MM);
    const series = model.draw('Linear', createRandom(4));
    const [stable, linear] = model.logEvidence(series);
    const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
    const meanYear = axis.years.reduce((sum, value) => sum + value, 0) / series.length;
    const likelihood = (velocity: number) => {
      let squares = 0;
      series.forEach((value, i) => {
        squares += (value - mean - velocity * (axis.years[i] - meanYear)) ** 2;
      });
      return -squares / (2 * SIGMA_MM ** 2);
    };
    const integral = (low: number, high: number, density: (velocity: number) => number) => {
      let sum = 0;
      const step = 2e-3;
      let highest = Number.NEGATIVE_INFINITY;
      for (let v = low; v < high; v += step) highest = Math.max(highest, likelihood(v));
      for (let v = low; v < high; v += step) sum += Math.exp(likelihood(v) - highest) * density(v) * step;
      return highest + Math.log(sum);
    };
    // A Stable series is never refused; the Linear density is divided by the share that is drawn.
    expect(linear).toBeGreaterThan(stable);
    const around = series.reduce((sum, value, i) => sum + (value - mean) * (axis.years[i] - meanYear), 0);
    const slope = around / axis.years.reduce((sum, year) => sum + (year - meanYear) ** 2, 0);
    const plain = integral(slope - 3, slope + 3, (v) => 1 / (2 * Math.abs(v) * Math.log(40)));
    // Most velocities are drawn (all but those too slow to be material): the share is between 0.6 and 1.
    expect(linear - plain).toBeGreaterThan(-0.05);
    expect(linear - plain).toBeLessThan(0.6);
  });

  it('tells series of its own kind apart almost always', () => {
    const model = createEvidenceModel(axis, SIGMA_MM);
    const random = createRandom(11);
    let right = 0;
    for (let i = 0; i < 25; i++) {
      const code = i % 5;
      if (mostLikelyClass(model.logEvidence(model.draw(TREND_CLASSES[code], random))) === code) right++;
    }
    expect(right).toBeGreaterThanOrEqual(23);
  });
});
