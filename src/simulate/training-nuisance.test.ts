import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { NUISANCE_PARAMETERS } from './training-noise.js';
import { addOutliers } from './training-nuisance.js';

describe('outliers of a training series', () => {
  it('are of one size, and too short for an unwrapping error', () => {
    const random = createRandom('outliers');
    const parameters = { ...NUISANCE_PARAMETERS, mostOutlierRuns: 1 };
    const [least, greatest] = parameters.outlierCycles;
    const lengths = new Set<number>();
    for (let draw = 0; draw < 500; draw++) {
      const series = new Float64Array(100);
      addOutliers(series, 28, random, parameters);
      const places = [...series.keys()].filter((i) => series[i] !== 0);
      lengths.add(places.length);
      expect(places.at(-1)! - places[0]).toBe(places.length - 1);
      const sizes = places.map((i) => Math.abs(series[i]) / 28);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(greatest);
      expect(new Set(places.map((i) => series[i])).size).toBe(1);
    }
    expect([...lengths].sort()).toEqual([1, 2]);
  });
});
