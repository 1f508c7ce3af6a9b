import { describe, expect, it } from 'vitest';
import { compareScores } from './compare-scores.js';

const REFERENCE = Float32Array.of(0.6, 0.4, 0.3, 0.7, 0.50004, 0.49996);

describe('compareScores', () => {
  it('counts other classes and finds the largest difference', () => {
    const same = compareScores('network', REFERENCE, REFERENCE.slice(), 2);
    expect(same).toEqual({
      series: 3,
      otherClasses: 0,
      largestDifference: 0,
      seriesBeyond: 0,
      isAgreed: true,
    });
    const turned = compareScores(
      'network',
      REFERENCE,
      Float32Array.of(0.6, 0.4, 0.3, 0.7, 0.49996, 0.50004),
      2,
    );
    expect(turned).toMatchObject({ otherClasses: 1, isAgreed: false });
    expect(turned.largestDifference).toBeCloseTo(8e-5, 6);
    const moved = compareScores('network', REFERENCE, Float32Array.of(0.6002, 0.3998, 0.3, 0.7), 2);
    expect(moved).toMatchObject({ series: 2, otherClasses: 0, seriesBeyond: 1, isAgreed: false });
    expect(moved.largestDifference).toBeCloseTo(2e-4, 6);
  });

  it('lets a series at the border of a sieve be decided by either, with the same class', () => {
    const moved = Float32Array.of(0.62, 0.38, 0.3, 0.7);
    expect(compareScores('both', REFERENCE, moved, 2)).toMatchObject({ seriesBeyond: 1, isAgreed: true });
    expect(compareScores('sieve', REFERENCE, moved, 2).isAgreed).toBe(false);
    const twice = Float32Array.of(0.62, 0.38, 0.32, 0.68);
    expect(compareScores('both', REFERENCE, twice, 2).isAgreed).toBe(false);
    expect(compareScores('both', REFERENCE, Float32Array.of(0.48, 0.52), 2).isAgreed).toBe(false);
    expect(compareScores('both', REFERENCE, Float32Array.of(0.6, Number.NaN), 2).isAgreed).toBe(false);
  });

  it('agrees with nothing that is no number, and not on nothing', () => {
    expect(compareScores('network', REFERENCE, Float32Array.of(0.6, Number.NaN), 2).isAgreed).toBe(false);
    expect(compareScores('network', REFERENCE, new Float32Array(0), 2).isAgreed).toBe(false);
  });
});
