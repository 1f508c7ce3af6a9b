import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { factorBlocks } from './block-factors.js';
import type { NoiseModel } from './noise-model.js';
import { WHITE_NOISE } from './noise-model.js';
import { planSeries, precisionOf, type SeriesPlan } from './series-plan.js';

const DATES = 250;
const BLOCK = 70;
const axis = createEpochAxis(
  Array.from({ length: DATES }, (_, i) => 18_000 + (i < 120 ? 6 * i : 720 + 12 * (i - 120))),
);
const fading: NoiseModel = {
  whiteShare: 0.4,
  exponentials: [
    { share: 0.3, days: 30 },
    { share: 0.3, days: 1000 },
  ],
  quietPoints: 0,
};

/** P at the dates that are there, by rows. */
function residualRows(noise: NoiseModel, missing: readonly number[]): Float64Array[] {
  const { epochs, residual } = planSeries(axis, noise, precisionOf(noise, axis), missing) as SeriesPlan;
  return Array.from(epochs, (row) => Float64Array.from(epochs, (column) => residual[row * DATES + column]));
}

describe('factors of blocks', () => {
  it.each([
    ['white noise', WHITE_NOISE, [], 4],
    ['two exponentials', fading, [], 8],
    ['missing dates', fading, [0, 68, 69, 70, 71, 200], 8],
  ] as const)('give the matrix back, with %s', (_, noise, missing, rank) => {
    const matrix = residualRows(noise, missing);
    const { bounds, blocks, coarse, spread } = factorBlocks(matrix, BLOCK)!;
    expect(bounds[bounds.length - 1]).toBe(matrix.length);
    // Four parameters are fitted, and each exponential adds two, or one at either end.
    expect(coarse.length).toBeLessThanOrEqual(rank * blocks.length);
    const block = (place: number): number => Math.floor(place / BLOCK);
    matrix.forEach((row, i) => {
      row.forEach((value, k) => {
        const own = block(i) === block(k) ? blocks[block(k)][i % BLOCK][k % BLOCK] : 0;
        const rest = coarse.reduce((sum, column, index) => sum + column[i] * spread[index][k], 0);
        expect(Math.abs(own + rest - value)).toBeLessThan(1e-9);
      });
    });
  });

  it('are none where the parts beside the diagonal have a high rank', () => {
    const random = createRandom('matrix');
    const matrix = Array.from({ length: 60 }, () =>
      Float64Array.from({ length: 60 }, () => random.between(-1, 1)),
    );
    expect(factorBlocks(matrix, 20)).toBeUndefined();
  });

  it('of a matrix with nothing beside the diagonal are blocks alone', () => {
    const matrix = Array.from({ length: 6 }, (_, i) =>
      Float64Array.from({ length: 6 }, (_, k) => Number(i === k)),
    );
    expect(factorBlocks(matrix, 4)).toMatchObject({ bounds: [0, 4, 6], coarse: [], spread: [] });
  });
});
