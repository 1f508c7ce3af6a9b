import { describe, expect, it } from 'vitest';
import { createNearNames } from './near-names.js';

function nearest(wanted: string, names: readonly string[], most?: number): string[] {
  const near = createNearNames(wanted, most);
  for (const name of names) near.add(name);
  return near.finish();
}

describe('createNearNames', () => {
  it('gives the names with the fewest changes, the nearest first', () => {
    // kitten -> mitten 1, sitting 3; "flour" is another word.
    expect(nearest('kitten', ['sitting', 'flour', 'mitten'])).toEqual(['mitten', 'sitting']);
    expect(nearest('166aX5d7fy', ['166ax5D7fY', '166ax5D7fZ', '999zz9Z9zZ'])).toEqual([
      '166ax5D7fY',
      '166ax5D7fZ',
    ]);
  });

  it('keeps so many at the most, whatever their order', () => {
    const names = ['abcdxx', 'abcdex', 'abcdef', 'abcxxx'];
    expect(nearest('abcdef', names, 2)).toEqual(['abcdef', 'abcdex']);
    expect(nearest('abcdef', names.toReversed(), 2)).toEqual(['abcdef', 'abcdex']);
  });

  it('gives nothing where nothing is like it', () => {
    expect(nearest('p12', ['something else', 'qqqqqqqqq'])).toEqual([]);
  });
});
