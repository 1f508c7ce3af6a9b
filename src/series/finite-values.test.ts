import { expect, it } from 'vitest';
import { areFinite } from './finite-values.js';

it.each([0, 1, 3, 4, 5, 8, 11])(
  'sees any value that is not finite, and none outside (%i values)',
  (length) => {
    const values = new Float32Array(length + 2).fill(3e38);
    values[0] = Number.NaN;
    values[length + 1] = Number.POSITIVE_INFINITY;
    expect(areFinite(values, 1, length + 1)).toBe(true);
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (let i = 1; i <= length; i++) {
        const spoiled = values.slice();
        spoiled[i] = odd;
        expect(areFinite(spoiled, 1, length + 1), `${odd} at ${i}`).toBe(false);
      }
    }
  },
);
