import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_A_NUMBER, readCellNumber, readCellText } from './dbf-cell.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readCellNumber(bytesOf(text), 0, text.length);

describe('readCellNumber', () => {
  it('gives the double nearest to any decimal, as the language does', () => {
    const decimals = fc
      .tuple(fc.boolean(), fc.stringMatching(/^\d{1,18}(\.\d{0,20})?$/), fc.nat(6))
      .map(
        ([minus, digits, blanks]) => `${' '.repeat(blanks)}${minus ? '-' : ''}${digits}${' '.repeat(blanks)}`,
      );
    fc.assert(
      fc.property(decimals, (text) => {
        expect(read(text)).toBe(Number(text));
      }),
      { seed: 1, numRuns: 2000 },
    );
    for (const text of ['-27.694780689100000', '0.000009819677623', '24.', '.5', '-.25', '1e-9', '+3']) {
      expect(read(text)).toBe(Number(text));
    }
  });

  it('takes blanks, zeros of C, asterisks and the words of other formats for missing', () => {
    for (const text of ['', '     ', '\0\0\0', '*****', 'NaN', '-nan', 'null', 'NA', 'None'])
      expect(read(text)).toBeNaN();
  });

  it('tells what is no number', () => {
    for (const text of ['abc', '1.2.3', '12a', '-', '.', '0x10', '1,5.0', '\t5'])
      expect(read(text)).toBe(NOT_A_NUMBER);
  });

  it('takes a decimal comma', () => {
    expect(read(' -1,25 ')).toBe(-1.25);
  });

  it('reads nothing beyond the cell', () => {
    expect(readCellNumber(bytesOf('12345'), 1, 3)).toBe(23);
  });
});

describe('readCellText', () => {
  it('cuts blanks and decodes', () => {
    expect(readCellText(bytesOf('xx Žižkov   '), 2, 14, new TextDecoder())).toBe('Žižkov');
  });
});
