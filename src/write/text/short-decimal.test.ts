import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../byte-buffer.js';
import { widenFloat32 } from './short-decimal.js';

const finite = { noNaN: true, noDefaultInfinity: true };
const decimals = fc
  .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, places]) => whole / 10 ** places);

function writeNumber(value: number, precision: 'float32' | 'float64', hint: number): string {
  const buffer = new ByteBuffer();
  buffer.appendNumber(value, precision, hint);
  return new TextDecoder().decode(buffer.view());
}

/** The fewest significant digits that round to a single: an independent, slow answer. */
function searchDigits(value: number): number {
  for (let digits = 1; ; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
}

describe('numbers as text', () => {
  it('writes doubles as JavaScript does, whatever the hint', () => {
    const value = fc.oneof(fc.double(finite), decimals, fc.integer());
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 17 }), (number, hint) => {
        expect(writeNumber(number, 'float64', hint)).toBe(String(number));
      }),
      { numRuns: 3000 },
    );
  });

  it('writes singles with the fewest decimals that give them back', () => {
    const value = fc.oneof(fc.float(finite), decimals.map(Math.fround));
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 17 }), (number, hint) => {
        const text = writeNumber(number, 'float32', hint);
        expect(Math.fround(Number(text)) === number).toBe(true);
        expect(text.length).toBeLessThanOrEqual(String(searchDigits(number)).length);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [0.1, '0.1'],
    [-12.3, '-12.3'],
    [16777216, '16777216'],
    [1e-9, '1e-9'],
    [0, '0'],
    [-0, '0'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [1.401298464324817e-45, '1e-45'],
  ])('writes the single nearest to %s as %s', (value, text) => {
    expect(writeNumber(Math.fround(value), 'float32', 3)).toBe(text);
  });

  it('widens a single to the double of its short decimal', () => {
    expect(widenFloat32(Math.fround(0.1))).toBe(0.1);
    expect(widenFloat32(Math.fround(-27.73))).toBe(-27.73);
    expect(widenFloat32(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.float(finite), (value) => {
        expect(Math.fround(widenFloat32(value)) === value).toBe(true);
      }),
    );
  });

  it('rounds to thousandths without zeros at the end', () => {
    fc.assert(
      fc.property(fc.float({ ...finite, min: -1e6, max: 1e6 }), (value) => {
        const buffer = new ByteBuffer();
        buffer.appendRounded(value, 3);
        const text = new TextDecoder().decode(buffer.view());
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.000_500_1);
        expect(text).toMatch(/^(0|-?(0\.|[1-9]\d*\.?)(\d{0,2}[1-9])?|-?[1-9]\d*)$/);
      }),
      { numRuns: 2000 },
    );
    const buffer = new ByteBuffer();
    for (const value of [-0.0004, 12.3004, -5, 0.25]) {
      buffer.appendRounded(value, 3);
      buffer.appendText(' ');
    }
    expect(new TextDecoder().decode(buffer.view())).toBe('0 12.3 -5 0.25 ');
  });
});
