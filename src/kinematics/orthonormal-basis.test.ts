import { describe, expect, it } from 'vitest';
import { dotProduct } from './linear-algebra.js';
import { orthonormalRows, rangeOf, removeProjection } from './orthonormal-basis.js';

describe('orthonormalRows', () => {
  it('gives rows of length one at right angles to each other', () => {
    const time = Float64Array.from({ length: 50 }, (_, i) => i * i + 3);
    const basis = orthonormalRows([new Float64Array(50).fill(1), time, time.map((value) => value ** 2)]);
    for (let left = 0; left < 3; left++) {
      for (let right = 0; right < 3; right++) {
        const product = dotProduct(
          basis.subarray(left * 50, left * 50 + 50),
          basis.subarray(right * 50, right * 50 + 50),
        );
        expect(product).toBeCloseTo(left === right ? 1 : 0, 12);
      }
    }
  });

  it('makes a row that adds nothing zero', () => {
    const basis = orthonormalRows([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect([...basis.subarray(3)]).toEqual([0, 0, 0]);
  });
});

describe('removeProjection', () => {
  it('leaves nothing of a line beside a constant and a line', () => {
    const years = Float64Array.from({ length: 30 }, (_, i) => i * 0.1);
    const basis = orthonormalRows([new Float64Array(30).fill(1), years]);
    const left = removeProjection(
      years.map((year) => 7 - 3 * year),
      basis,
      new Float64Array(30),
    );
    expect(rangeOf(left)).toBeLessThan(1e-12);
  });
});
