import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundOutwards } from './round-outwards.js';

it('gives the closest singles below and above', () => {
  const value = fc.oneof(fc.double({ noNaN: true, min: -400, max: 400 }), fc.constantFrom(0, 1e-60, -1e-60));
  fc.assert(
    fc.property(value, (number) => {
      const below = roundOutwards(number, -1);
      const above = roundOutwards(number, 1);
      expect(Math.fround(below) === below && Math.fround(above) === above).toBe(true);
      expect(below <= number && number <= above).toBe(true);
      // Nothing single lies strictly between the two, so neither could be closer.
      const middle = Math.fround((below + above) / 2);
      expect(middle === below || middle === above).toBe(true);
      expect(below === above).toBe(Math.fround(number) === number);
    }),
    { numRuns: 2000 },
  );
});
