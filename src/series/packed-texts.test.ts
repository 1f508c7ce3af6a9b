import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packTexts, unpackTexts } from './packed-texts.js';

it('gives back any texts', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '\ufeffa', 'é', 'a\nb'),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const packed = packTexts(texts);
      expect(unpackTexts(packed)).toEqual(texts);
      expect(packed.lengths.reduce((sum, length) => sum + length, 0)).toBe(packed.bytes.length);
    }),
  );
});
