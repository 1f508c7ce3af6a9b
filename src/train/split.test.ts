import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { metricGrid, PAPER_SHARES, type Split, splitBlocks, splitGrouped, splitStratified } from './split.js';

describe('a stratified split', () => {
  const labels = Int32Array.from({ length: 5000 }, (_, index) => index % 5);

  it('gives every class 70, 10 and 20 %', () => {
    const split = splitStratified(labels, PAPER_SHARES, 1);
    for (let label = 0; label < 5; label++) {
      const count = (part: Int32Array) => part.filter((index) => labels[index] === label).length;
      expect([count(split.training), count(split.validation), count(split.test)]).toEqual([700, 100, 200]);
    }
    expectWhole(split, 5000);
  });

  it('is the same for the same seed and another for another', () => {
    expect(splitStratified(labels, PAPER_SHARES, 7)).toEqual(splitStratified(labels, PAPER_SHARES, 7));
    expect(splitStratified(labels, PAPER_SHARES, 7)).not.toEqual(splitStratified(labels, PAPER_SHARES, 8));
  });

  it('refuses shares that do not add up', () => {
    expect(() => splitStratified(labels, { training: 0.7, validation: 0.2, test: 0.2 }, 1)).toThrow(
      'add up to 1',
    );
  });
});

describe('a grouped split', () => {
  it('keeps groups together and comes near the shares', () => {
    const random = createRandom('groups');
    const groups = Array.from({ length: 3000 }, () => `g${Math.floor(random.uniform() ** 2 * 200)}`);
    const split = splitGrouped(groups, PAPER_SHARES, 3);
    expectWhole(split, 3000);
    expectApart(split, groups);
    expect(split.training.length / 3000).toBeCloseTo(0.7, 1);
    expect(split.test.length / 3000).toBeCloseTo(0.2, 1);
  });
});

describe('a split by blocks', () => {
  it('keeps the points of a square together', () => {
    const random = createRandom('blocks');
    const longitude = Float64Array.from({ length: 2000 }, () => random.between(-3.55, -3.45));
    const latitude = Float64Array.from({ length: 2000 }, () => random.between(36.8, 36.9));
    const grid = metricGrid(longitude, latitude, 500);
    const split = splitBlocks(grid, PAPER_SHARES, 5);
    expectWhole(split, 2000);
    const square = (i: number) => `${Math.floor(grid.x[i] / 500)},${Math.floor(grid.y[i] / 500)}`;
    expectApart(
      split,
      Array.from(longitude, (_, i) => square(i)),
    );
    expect(split.training.length / 2000).toBeCloseTo(0.7, 1);
  });

  it('measures metres by the sphere', () => {
    const { x, y } = metricGrid([0, 1], [60, 60], 100);
    expect(x[1] - x[0]).toBeCloseTo(111_195.08 / 2, 0);
    expect(y[1]).toBeCloseTo(60 * 111_195.08, -1);
  });
});

function expectWhole({ training, validation, test }: Split, count: number): void {
  const all = [...training, ...validation, ...test].sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: count }, (_, index) => index));
}

function expectApart({ training, validation, test }: Split, groups: readonly string[]): void {
  const [a, b, c] = [training, validation, test].map(
    (part) => new Set(Array.from(part, (index) => groups[index])),
  );
  expect([...a].filter((group) => b.has(group) || c.has(group))).toEqual([]);
  expect([...b].filter((group) => c.has(group))).toEqual([]);
}
