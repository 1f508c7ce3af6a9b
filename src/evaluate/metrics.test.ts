import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { confusionOf } from './confusion-matrix.js';
import { shareEstimate } from './interval.js';
import { computeMetrics } from './metrics.js';

describe('shareEstimate', () => {
  it('agrees with worked examples of the Wilson interval', () => {
    // Newcombe 1998, table I: 81 of 263 and 15 of 148.
    const first = shareEstimate(81, 263);
    expect(first.low).toBeCloseTo(0.2553, 4);
    expect(first.high).toBeCloseTo(0.3662, 4);
    const second = shareEstimate(15, 148);
    expect(second.low).toBeCloseTo(0.0624, 4);
    expect(second.high).toBeCloseTo(0.1605, 4);
  });

  it('touches the ends where every trial or none succeeds', () => {
    expect(shareEstimate(0, 20).low).toBe(0);
    expect(shareEstimate(20, 20).high).toBe(1);
  });
});

describe('computeMetrics', () => {
  const classes = ['a', 'b'];

  it('computes precision, recall and F1 by their definitions', () => {
    // a: 3 right, 1 taken for b; b: 4 right, 2 taken for a.
    const matrix = confusionOf(classes, [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1, 0, 0]);
    const metrics = computeMetrics(matrix);
    expect(metrics.overallAccuracy.value).toBeCloseTo(7 / 10, 12);
    expect(metrics.classes[0].precision.value).toBeCloseTo(3 / 5, 12);
    expect(metrics.classes[0].recall.value).toBeCloseTo(3 / 4, 12);
    expect(metrics.classes[0].f1.value).toBeCloseTo((2 * (3 / 5) * (3 / 4)) / (3 / 5 + 3 / 4), 12);
    expect(metrics.macroF1.value).toBeCloseTo((6 / 9 + 8 / 11) / 2, 12);
    expect(metrics.classes[1].support).toBe(6);
  });

  it('leaves a class that occurs nowhere out of the mean', () => {
    const three = computeMetrics(confusionOf(['a', 'b', 'c'], [0, 0, 1, 1], [0, 0, 1, 0]));
    expect(three.macroF1.value).toBeCloseTo((4 / 5 + 2 / 3) / 2, 12);
    expect(three.classes[2].f1.value).toBe(0);
  });

  it('gives intervals of F1 that contain the value and shrink as the square root of the points', () => {
    const small = computeMetrics({ classes, counts: Float64Array.of(90, 10, 15, 85) });
    const large = computeMetrics({ classes, counts: Float64Array.of(9000, 1000, 1500, 8500) });
    for (const { f1 } of [...small.classes, ...large.classes]) {
      expect(f1.low).toBeLessThan(f1.value);
      expect(f1.high).toBeGreaterThan(f1.value);
    }
    const width = ({ classes: [first] }: typeof small) => first.f1.high - first.f1.low;
    expect(width(small) / width(large)).toBeGreaterThan(7);
    expect(width(small) / width(large)).toBeLessThan(14);
  });

  it('covers the true F1 about as often as it says', () => {
    const random = createRandom('coverage');
    let covered = 0;
    const truth = (2 * 0.9) / (2 * 0.9 + 0.1 + 0.2);
    for (let trial = 0; trial < 200; trial++) {
      const counts = new Float64Array(4);
      for (let i = 0; i < 150; i++) {
        counts[random.chance(0.9) ? 0 : 1] += 1;
        counts[random.chance(0.2) ? 2 : 3] += 1;
      }
      const { f1 } = computeMetrics({ classes, counts }, trial).classes[0];
      if (f1.low <= truth && truth <= f1.high) covered += 1;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThan(0.99);
  });
});
