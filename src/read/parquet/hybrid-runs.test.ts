import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridRuns } from './hybrid-runs.js';

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

function decode(bytes: Uint8Array, width: number, count: number): Int32Array {
  const target = new Int32Array(count);
  new HybridRuns(bytes, width).take(count, target);
  return target;
}

describe('HybridRuns', () => {
  const shape = fc.record({
    width: fc.integer({ min: 1, max: 31 }),
    seeds: fc.array(fc.nat(), { minLength: 1, maxLength: 100 }),
    packed: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    parts: fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 5 }),
  });

  it('gives back values of every width in runs of both kinds, in parts of any size', () => {
    fc.assert(
      fc.property(shape, ({ width, seeds, packed, parts }) => {
        const values = seeds.map((seed) => seed % 2 ** width);
        const runs = new HybridRuns(encode(values, width, packed), width);
        const target = new Int32Array(32);
        for (let at = 0, part = 0; at < values.length; at += parts[part % parts.length], part++) {
          const count = Math.min(parts[part % parts.length], values.length - at);
          // Every third part is passed over.
          if (part % 3 === 2) runs.skip(count);
          else {
            runs.take(count, target);
            expect(Array.from(target.subarray(0, count))).toEqual(values.slice(at, at + count));
          }
        }
      }),
    );
  });

  it('puts what a dictionary has for them into places apart', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 3 }), ({ width, seeds, packed, parts }, step) => {
        const dictionary = Float32Array.from({ length: Math.min(2 ** width, 50) }, (_, i) => i / 4);
        const values = seeds.map((seed) => seed % dictionary.length);
        const runs = new HybridRuns(encode(values, width, packed), width);
        const target = new Float32Array(step * values.length).fill(-1);
        for (let at = 0, part = 0; at < values.length; at += parts[part % parts.length], part++) {
          runs.lookUp(
            Math.min(parts[part % parts.length], values.length - at),
            dictionary,
            target,
            at * step,
            step,
          );
        }
        const expected = values.flatMap((value) => [value / 4, ...new Array<number>(step - 1).fill(-1)]);
        expect(Array.from(target)).toEqual(expected);
      }),
    );
  });

  it('refuses indexes past the end of a dictionary', () => {
    for (const packed of [true, false]) {
      const runs = new HybridRuns(encode([3, 3, 3, 3, 3, 3, 3, 3], 2, [packed]), 2);
      expect(() => runs.lookUp(8, new Float32Array(3), new Float32Array(8), 0, 1)).toThrow(/dictionary/);
    }
  });

  it('tells of a run of one value, and takes values without width for 0', () => {
    const runs = new HybridRuns(encode([1, 1, 1, 1], 1, [false]), 1);
    expect([runs.sameValue(4), runs.sameValue(5)]).toEqual([1, undefined]);
    expect(new HybridRuns(encode([1, 1, 1, 1], 1, [true]), 1).sameValue(4)).toBeUndefined();
    expect(Array.from(decode(new Uint8Array(0), 0, 3))).toEqual([0, 0, 0]);
  });

  it('says that bytes are missing, wherever they end', () => {
    const values = Array.from({ length: 33 }, (_, i) => i % 16);
    const whole = encode(values, 4, [true, true, false]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => decode(whole.subarray(0, length), 4, 33)).toThrow(RangeError);
    }
  });

  it('does not run for ever on runs of nothing', () => {
    expect(() => decode(new Uint8Array(50), 4, 40)).toThrow(RangeError);
  });
});
