import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecimal } from './decimal-number.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readDecimal(bytesOf(text), 0, text.length);

describe('readDecimal', () => {
  it('gives the double that the language gives, or leaves the bytes to another', () => {
    const decimals = fc.stringMatching(/^[+-]?(\d{1,15}(\.\d{0,25})?|\.\d{1,25})$/);
    let plain = 0;
    fc.assert(
      fc.property(decimals, (text) => {
        const value = read(text);
        if (Number.isNaN(value)) return;
        plain++;
        expect(value).toBe(Number(text));
      }),
      { seed: 2, numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });

  it.each(['0', '-0', '-0.0', '12', '+1.5', '.5', '5.', '-27.6947', '1.50000000000000000000'])(
    'takes %s itself',
    (text) => {
      expect(read(text)).toBe(Number(text));
    },
  );

  it.each([
    '',
    '.',
    '-',
    '+',
    'nan',
    '1e3',
    '1,5',
    '1.2.3',
    ' 1',
    '1 ',
    '--1',
    '0.30000000000000004',
    '12345678901234567890',
    '*****',
  ])('leaves %j to another', (text) => {
    expect(read(text)).toBeNaN();
  });

  it('reads nothing beyond its end', () => {
    expect(readDecimal(bytesOf('12345'), 1, 3)).toBe(23);
  });
});
