import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { correlationAtLag } from './noise-model.js';
import { createUnitNoise } from './unit-noise.js';

describe('noise of unit variance', () => {
  it('has the correlation of its model between all dates, uneven ones too', () => {
    const axis = createEpochAxis([0, 6, 12, 36, 48, 200]);
    const model = {
      whiteShare: 0.3,
      exponentials: [
        { share: 0.5, days: 20 },
        { share: 0.2, days: 300 },
      ],
      quietPoints: 0,
    };
    const draw = createUnitNoise(model, axis);
    const random = createRandom('unit noise');
    const draws = 40_000;
    const products = new Float64Array(36);
    for (let i = 0; i < draws; i++) {
      const row = new Float32Array(6);
      draw(random, row);
      for (let a = 0; a < 6; a++)
        for (let b = 0; b < 6; b++) products[6 * a + b] += (row[a] * row[b]) / draws;
    }
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < 6; b++) {
        const expected = correlationAtLag(model, axis.days[a] - axis.days[b]);
        // Five deviations of a mean of 40,000 products.
        expect(Math.abs(products[6 * a + b] - expected)).toBeLessThan(5 * Math.sqrt(2 / draws));
      }
    }
  });
});
