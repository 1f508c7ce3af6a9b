import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowRequest } from '../tables/table-source.js';
import { BLANKS, splitLine, type TextLayout } from './text-layout.js';
import { buildRows, findRows } from './text-rows.js';

const request: RowRequest = {
  uses: ['text', 'number', 'number'],
  epochOfColumn: Int32Array.of(-1, -1, -1),
  epochs: 3,
  rowsPerBlock: 100,
  mmPerUnit: 10,
};

function readText(text: string, delimiter: string) {
  const layout: TextLayout = {
    format: 'points as text',
    delimiter,
    linesBefore: 0,
    names: ['pid', 'longitude', 'latitude'],
    days: [18_264, 18_270, 18_276],
    warnings: [],
  };
  const bytes = new TextEncoder().encode(`${text}\n`);
  const lines = { bytes, length: bytes.length, firstLine: 1 };
  const { count, displacements, columns, badRows } = buildRows(
    lines,
    findRows(lines, 100),
    0,
    0,
    layout,
    request,
  );
  return { count, columns, badRows, displacements };
}

const NUMBERS = [
  '0',
  '-0',
  '1.5',
  '-.5',
  '5.',
  '+3',
  '1e-3',
  '12345678901234567890',
  '0.1',
  'NaN',
  '-nan',
  '',
  '***',
];
const ODD = ['x', '1,5', '1 2', '0x10', 'Infinity', '--1', '1e400'];

describe('rows of text', () => {
  it('are read from their bytes as from their text', () => {
    const cell = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...NUMBERS) },
      {
        weight: 6,
        arbitrary: fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .map((value) => String(Math.fround(value))),
      },
      { weight: 1, arbitrary: fc.constantFrom(...ODD) },
    );
    const blanks = fc.constantFrom('', ' ', '  ', '\t', '\v', '\f ', '\r');
    const rows = fc.array(fc.array(fc.tuple(blanks, cell, blanks), { minLength: 2, maxLength: 5 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(BLANKS, ',', ';', '\t'), (list, delimiter) => {
        const text = list
          .map((cells, row) =>
            [`p${row}.00`, '13', '38', ...cells.slice(1).map((part) => part.join(''))].join(delimiter),
          )
          .join('\n');
        const fast = readText(text, delimiter);
        // A quote that belongs to no cell's value has every line read the slow way.
        const slow = readText(text.replaceAll(/^p/gm, '"p"'), delimiter);
        expect(fast).toEqual(slow);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('keep their places, and notes and blank lines are none', () => {
    const { count, columns, displacements } = readText(
      '# a note\n\n > GMT\r\n 7.000 13.5 38 1.5 *** -2\r\n\t8 -13 +38.25 1e1 NaN .5 \n',
      BLANKS,
    );
    expect(count).toBe(2);
    expect(columns).toEqual([['7', '8'], Float64Array.of(13.5, -13), Float64Array.of(38, 38.25)]);
    expect(displacements).toEqual(Float32Array.of(15, Number.NaN, -20, 100, Number.NaN, 5));
  });

  it('with more or fewer cells, or a cell that is no number, are bad', () => {
    const { badRows } = readText('a,13,38,1,2\nb,13,38,1,2,3,\nc,13,38,1,x,3\nd,13,38,1,2,3', ',');
    expect(badRows).toEqual([
      { index: 0, reason: 'cellCount' },
      { index: 1, reason: 'cellCount' },
      { index: 2, reason: 'notANumber' },
    ]);
  });

  it('between blanks may have any of them', () => {
    expect(splitLine('a\t b\u00a0c', BLANKS)).toEqual(['a', 'b', 'c']);
    expect(readText('a\u00a013\t38  1\u20032 3', BLANKS)).toMatchObject({ count: 1, badRows: [] });
  });
});
