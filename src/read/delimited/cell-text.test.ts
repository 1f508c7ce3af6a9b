import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMissing, parseNumber, splitCells } from './cell-text.js';

describe('parseNumber', () => {
  it('agrees with Number on every double written by JavaScript', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value), '.')).toBe(Number(String(value)));
        expect(parseNumber(String(value).replace('.', ','), ',')).toBe(Number(String(value)));
      }),
    );
  });

  it.each(['', ' ', 'NaN', 'nan', 'NA', 'n/a', 'NULL', 'None'])('takes %j as missing', (text) => {
    expect(parseNumber(text, '.')).toBeNaN();
    expect(isMissing(text)).toBe(true);
  });

  it.each(['x', '1x', '0x10', '1e', '--1', '1 2', '.', '-', 'inf', 'Infinity', '1e999', '1,5'])(
    'refuses %j',
    (text) => {
      expect(parseNumber(text, '.')).toBeUndefined();
    },
  );

  it('refuses a point where the mark is a comma', () => {
    expect(parseNumber('1.234,5', ',')).toBeUndefined();
    expect(parseNumber('1.5', ',')).toBeUndefined();
  });
});

describe('splitCells', () => {
  it('gives back what was quoted', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', '"', ',', 'é', '7', ' ') })
      .map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(splitCells(line, ',')).toEqual(cells);
      }),
    );
  });

  it('splits plain cells, trims them and keeps empty ones', () => {
    expect(splitCells('a; b ;;d;', ';')).toEqual(['a', 'b', '', 'd', '']);
  });

  it.each(['"a,b', 'x,"a"b,c'])('refuses the quote of %j', (line) => {
    expect(splitCells(line, ',')).toBeUndefined();
  });
});
