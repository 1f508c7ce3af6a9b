import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { correlate, judgeArea, lagOneCorrelation } from './area-quality.js';

const EVIDENCE = { activePoints: 40, allPoints: 45, dominantShare: 0.9 };

/** Points that share a slow motion, each with noise of its own. */
function makeSeries(noise: number): Float32Array[] {
  const random = createRandom(`area ${noise}`);
  return Array.from({ length: 15 }, () =>
    Float32Array.from({ length: 200 }, (_, i) => -0.1 * i + noise * random.normal()),
  );
}

describe('correlate', () => {
  it('agrees with values worked out by hand', () => {
    // Deviations (-1.5 -0.5 0.5 1.5) and (-1 1 -1 1): product 2, squares 5 and 4.
    expect(correlate(Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 2, 0, 2))).toBeCloseTo(
      2 / Math.sqrt(20),
      12,
    );
    expect(correlate(Float32Array.of(1, 1, 1), Float32Array.of(0, 2, 0))).toBe(0);
  });
});

describe('lagOneCorrelation', () => {
  it('agrees with values worked out by hand', () => {
    // Deviations -1.5 -0.5 0.5 1.5: products 0.75 - 0.25 + 0.75 over squares 5.
    expect(lagOneCorrelation(Float32Array.of(1, 2, 3, 4))).toBeCloseTo(0.25, 12);
    expect(lagOneCorrelation(Float32Array.of(3, 3, 3))).toBe(0);
  });
});

describe('judgeArea', () => {
  it('grades by how smooth and how alike the series are', () => {
    expect(judgeArea(makeSeries(0.5), EVIDENCE).index).toBe(1);
    const noisy = judgeArea(makeSeries(30), EVIDENCE);
    expect(noisy.index).toBe(4);
    expect(noisy.reason).toMatch(/noisy in time .* points move apart/);
  });

  it('says what else is weak, and that nothing can be judged without series', () => {
    const weak = { activePoints: 6, allPoints: 20, dominantShare: 0.5 };
    expect(judgeArea([], weak)).toMatchObject({
      index: 0,
      reason:
        'not judged: the map holds no series; only 6 active points; only 30 % of the points inside are active; trends are mixed (50 % of one kind)',
    });
  });
});
