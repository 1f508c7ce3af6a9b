import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResultSchema } from '../../series/result-table.js';
import { planDbfColumns, recordLength } from './dbf-fields.js';
import { encodeDbfRows } from './dbf-rows.js';

const SCHEMA: ResultSchema = {
  layer: 'points',
  fields: [
    { name: 'double', type: 'float64' },
    { name: 'single', type: 'float32' },
  ],
  metadata: {},
};

/** The two cells of one row. */
function writeCells(double: number, single: number): string[] {
  const columns = planDbfColumns(SCHEMA);
  const batch = {
    count: 1,
    longitude: Float64Array.of(0),
    latitude: Float64Array.of(0),
    columns: [Float64Array.of(double), Float32Array.of(single)],
  };
  const text = new TextDecoder().decode(encodeDbfRows(SCHEMA, columns, batch, new Int32Array(2)));
  expect(text).toHaveLength(recordLength(columns));
  return [text.slice(1, 25), text.slice(25)].map((cell) => cell.trim());
}

describe('encodeDbfRows', () => {
  it('writes every finite number so that it is read back exactly', () => {
    const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(bits, (pattern) => {
        const words = BigUint64Array.of(pattern);
        const [double] = new Float64Array(words.buffer);
        const [single] = new Float32Array(words.buffer);
        const cells = writeCells(double, single);
        if (Number.isFinite(double)) expect(Number(cells[0])).toBe(double + 0);
        else expect(cells[0]).toBe('');
        if (Number.isFinite(single)) expect(Math.fround(Number(cells[1]))).toBe(single + 0);
        else expect(cells[1]).toBe('');
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    -0.0000018519768, -1.8519768e-6, -9.999999974752427e-7, 1e-7, 123456789012, -3.4028234663852886e38,
    1.401298464324817e-45, -1.1754943508222875e-38, 999999986991104, -12345678848,
  ])('%d fits the column of singles', (value) => {
    expect(Math.fround(Number(writeCells(0, value)[1]))).toBe(Math.fround(value));
  });

  it.each([
    -2.2250738585072014e-308, -1.7976931348623157e308, 5e-324, -0.000001234567890123456,
    -123456789012345680000,
  ])('%d fits the column of doubles', (value) => {
    expect(Number(writeCells(value, 0)[0])).toBe(value);
  });
});
