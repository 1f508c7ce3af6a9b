import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHybrid } from './hybrid-runs.js';

/** Encodes values bit by bit, in runs of the given kinds: groups of eight packed, or one value repeated. */
function encode(values: readonly number[], width: number, packed: readonly boolean[]): Uint8Array {
  const bytes: number[] = [];
  const putVarint = (value: number) => {
    for (let rest = value; ; rest >>>= 7) {
      if (rest < 128) {
        bytes.push(rest);
        return;
      }
      bytes.push((rest & 127) | 128);
    }
  };
  for (let at = 0, run = 0; at < values.length; run++) {
    if (packed[run % packed.length]) {
      const groups = 1 + (run % 3);
      putVarint((groups << 1) | 1);
      const bits: number[] = [];
      for (let i = 0; i < 8 * groups; i++) {
        for (let bit = 0; bit < width; bit++) bits.push(((values[at + i] ?? 0) >>> bit) & 1);
      }
      for (let i = 0; i < bits.length; i += 8) {
        bytes.push(bits.slice(i, i + 8).reduce((sum, bit, place) => sum | (bit << place), 0));
      }
      at += 8 * groups;
    } else {
      let length = 1;
      while (values[at + length] === values[at]) length++;
      putVarint(length << 1);
      for (let byte = 0; 8 * byte < width; byte++) bytes.push((values[at] >>> (8 * byte)) & 255);
      at += length;
    }
  }
  return Uint8Array.from(bytes);
}

describe('decodeHybrid', () => {
  it('gives back values of every width in runs of both kinds', () => {
    const shape = fc.record({
      width: fc.integer({ min: 1, max: 24 }),
      seeds: fc.array(fc.nat(), { minLength: 1, maxLength: 100 }),
      packed: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(shape, ({ width, seeds, packed }) => {
        const values = seeds.map((seed) => seed % 2 ** width);
        const target = new Int32Array(values.length);
        decodeHybrid(encode(values, width, packed), width, values.length, target);
        expect(Array.from(target)).toEqual(values);
      }),
    );
  });

  it('says that bytes are missing, wherever they end', () => {
    const values = Array.from({ length: 33 }, (_, i) => i % 16);
    const whole = encode(values, 4, [true, true, false]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeHybrid(whole.subarray(0, length), 4, 33, new Int32Array(33))).toThrow(RangeError);
    }
  });

  it('does not run for ever on runs of nothing', () => {
    expect(() => decodeHybrid(new Uint8Array(50), 4, 40, new Int32Array(40))).toThrow(RangeError);
  });
});
