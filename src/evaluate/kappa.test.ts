import { describe, expect, it } from 'vitest';
import { computeKappa } from './kappa.js';

/** Two labellings with the given number of items for every pair of labels. */
function labelled(pairs: readonly (readonly [string, string, number])[]) {
  const first = new Map<string, string>();
  const second = new Map<string, string>();
  for (const [left, right, count] of pairs) {
    for (let i = 0; i < count; i++) {
      const item = `${left}/${right}/${i}`;
      first.set(item, left);
      second.set(item, right);
    }
  }
  return [first, second] as const;
}

describe('computeKappa', () => {
  it('gives the textbook value of fifty grant proposals', () => {
    const { observed, expected, kappa, items } = computeKappa(
      ...labelled([
        ['yes', 'yes', 20],
        ['yes', 'no', 5],
        ['no', 'yes', 10],
        ['no', 'no', 15],
      ]),
    );
    expect(items).toBe(50);
    expect(observed).toBeCloseTo(0.7, 12);
    expect(expected).toBeCloseTo(0.5, 12);
    expect(kappa).toBeCloseTo(0.4, 12);
  });

  it('is one for full agreement, zero for chance, and does not count what one of them lacks', () => {
    expect(
      computeKappa(
        ...labelled([
          ['a', 'a', 3],
          ['b', 'b', 4],
        ]),
      ).kappa,
    ).toBe(1);
    const chance = labelled([
      ['a', 'a', 4],
      ['a', 'b', 4],
      ['b', 'a', 4],
      ['b', 'b', 4],
    ]);
    expect(computeKappa(...chance).kappa).toBeCloseTo(0, 12);
    const [first, second] = labelled([
      ['a', 'a', 2],
      ['b', 'a', 1],
    ]);
    first.set('alone', 'a');
    expect(computeKappa(first, second).items).toBe(3);
  });

  it('is not a number where nothing can be said', () => {
    expect(computeKappa(new Map(), new Map()).kappa).toBeNaN();
    expect(computeKappa(...labelled([['a', 'a', 3]])).kappa).toBeNaN();
  });
});
