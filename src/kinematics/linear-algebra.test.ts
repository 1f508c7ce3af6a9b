import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import {
  choleskyFactor,
  dotProduct,
  invertLower,
  invertSymmetric,
  solveNonNegative,
  solveWeightedLeastSquares,
} from './linear-algebra.js';
import { orthonormalRows } from './orthonormal-basis.js';

const size = 7;
const random = createRandom(1);
const root = Float64Array.from({ length: size * size }, () => random.normal());
const positive = new Float64Array(size * size);
for (let i = 0; i < size; i++) {
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < size; k++) positive[i * size + j] += root[i * size + k] * root[j * size + k];
  }
}

function product(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) result[i * size + j] += left[i * size + k] * right[k * size + j];
    }
  }
  return result;
}

function expectIdentity(matrix: Float64Array): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) expect(matrix[i * size + j]).toBeCloseTo(i === j ? 1 : 0, 8);
  }
}

describe('Cholesky', () => {
  it('inverts a matrix and its factor', () => {
    const factor = choleskyFactor(positive, size) as Float64Array;
    expectIdentity(product(factor, invertLower(factor, size)));
    expectIdentity(product(positive, invertSymmetric(positive, size) as Float64Array));
  });

  it('says when a matrix is not positive definite', () => {
    expect(choleskyFactor(Float64Array.from([1, 2, 2, 1]), 2)).toBeUndefined();
  });
});

describe('solveWeightedLeastSquares', () => {
  it('gives the weighted mean for a single constant column', () => {
    const fit = solveWeightedLeastSquares([[1, 1, 1]], [1, 2, 6], [1, 1, 2]);
    expect(fit?.[0]).toBeCloseTo(15 / 4, 12);
  });

  it('refuses columns that depend on each other', () => {
    expect(
      solveWeightedLeastSquares(
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
        [1, 2, 3],
        [1, 1, 1],
      ),
    ).toBeUndefined();
  });
});

describe('solveNonNegative', () => {
  it('keeps an unknown at zero where the free optimum is negative', () => {
    // Free optimum (2, -1); bounded: (1.5, 0), since 2 x = 3 once the second is gone.
    const weights = solveNonNegative(Float64Array.from([2, 1, 1, 2]), Float64Array.from([3, 0]));
    expect(weights[0]).toBeCloseTo(1.5, 9);
    expect(weights[1]).toBe(0);
  });

  it('finds shares of exponentials that hardly differ', () => {
    const constants = [4, 8, 16, 32, 64, 128];
    const shares = [0, 0.5, 0, 0.3, 0, 0.2];
    const rows = Array.from({ length: 40 }, (_, lag) => constants.map((days) => Math.exp(-lag / days)));
    const normal = Float64Array.from({ length: 36 }, (_, at) => {
      return rows.reduce((sum, row) => sum + row[Math.floor(at / 6)] * row[at % 6], 0);
    });
    const right = Float64Array.from(shares, (_, k) => {
      return rows.reduce((sum, row) => sum + row[k] * dotProduct(row, shares), 0);
    });
    const weights = solveNonNegative(normal, right);
    shares.forEach((share, k) => {
      expect(weights[k]).toBeCloseTo(share, 4);
    });
  });

  it('leaves no direction in which the fit would improve', () => {
    const draw = createRandom('non-negative');
    for (let trial = 0; trial < 50; trial++) {
      const columns = Array.from({ length: 6 }, () => Array.from({ length: 9 }, () => draw.normal()));
      const values = Array.from({ length: 9 }, () => draw.normal());
      const normal = Float64Array.from({ length: 36 }, (_, at) => {
        return dotProduct(columns[Math.floor(at / 6)], columns[at % 6]);
      });
      const right = Float64Array.from(columns, (column) => dotProduct(column, values));
      const weights = solveNonNegative(normal, right);
      for (let row = 0; row < 6; row++) {
        const gradient = right[row] - dotProduct(normal.subarray(6 * row, 6 * row + 6), weights);
        expect(weights[row]).toBeGreaterThanOrEqual(0);
        expect(gradient).toBeLessThan(1e-8);
        if (weights[row] > 0) expect(gradient).toBeCloseTo(0, 8);
      }
    }
  });
});

describe('orthonormalRows', () => {
  it('spans constant and line with unit rows at right angles, and zeroes a dependent row', () => {
    const basis = orthonormalRows([
      [1, 1, 1, 1],
      [0, 1, 2, 3],
      [5, 6, 7, 8],
    ]);
    expect([...basis.subarray(0, 4)]).toEqual([0.5, 0.5, 0.5, 0.5]);
    const line = [-3, -1, 1, 3].map((value) => value / Math.sqrt(20));
    line.forEach((value, i) => {
      expect(basis[4 + i]).toBeCloseTo(value, 12);
    });
    expect([...basis.subarray(8)].every((value) => value === 0)).toBe(true);
  });
});
