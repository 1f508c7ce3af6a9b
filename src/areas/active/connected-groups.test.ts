import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { groupPoints, surroundGroups } from './connected-groups.js';

/** Every pair is looked at, groups grow until nothing changes. */
function groupByAllPairs(x: Float64Array, y: Float64Array, marked: Uint8Array, reach: number, least: number) {
  const label = Int32Array.from(marked, (mark, i) => (mark ? i : -1));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < x.length; j++) {
        if (label[i] < 0 || label[j] < 0 || label[j] <= label[i]) continue;
        if (Math.hypot(x[i] - x[j], y[i] - y[j]) > reach) continue;
        label[j] = label[i];
        changed = true;
      }
    }
  }
  const sizes = new Map<number, number>();
  for (const value of label) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const numbers = new Map<number, number>();
  return label.map((value) => {
    if (value < 0 || sizes.get(value)! < least) return -1;
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  });
}

function scatter(seed: number, count: number, width: number) {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: count }, () => random.between(-width, width));
  const y = Float64Array.from({ length: count }, () => random.between(-width, width));
  return { x, y, marked: Uint8Array.from({ length: count }, () => (random.chance(0.6) ? 1 : 0)) };
}

describe('groupPoints', () => {
  it.each([200, 500, 900, 1500])('is what looking at all pairs gives, at a width of %s m', (width) => {
    for (let seed = 0; seed < 6; seed++) {
      const { x, y, marked } = scatter(seed, 250, width);
      const { groupOf, sizes, count } = groupPoints(x, y, marked, 80, 5);
      expect(groupOf).toEqual(groupByAllPairs(x, y, marked, 80, 5));
      expect(sizes.length).toBe(count);
      sizes.forEach((size, group) => {
        expect(size).toBe(groupOf.filter((value) => value === group).length);
      });
    }
  });

  it('joins at the reach itself and not beyond', () => {
    const y = new Float64Array(3);
    const marked = new Uint8Array(3).fill(1);
    expect([...groupPoints(Float64Array.of(0, 80, 160.001), y, marked, 80, 1).groupOf]).toEqual([0, 0, 1]);
  });

  it('leaves out places that are not numbers', () => {
    const { groupOf } = groupPoints(
      Float64Array.of(0, Number.NaN, 1),
      new Float64Array(3),
      new Uint8Array(3).fill(1),
      80,
      2,
    );
    expect([...groupOf]).toEqual([0, -1, 0]);
  });
});

describe('surroundGroups', () => {
  it('gives every point near a group to that group', () => {
    const { x, y, marked } = scatter(3, 300, 600);
    const { groupOf } = groupPoints(x, y, marked, 80, 5);
    const areaOf = surroundGroups(x, y, groupOf, 40);
    for (let i = 0; i < x.length; i++) {
      const near = groupOf.filter((group, j) => group >= 0 && Math.hypot(x[i] - x[j], y[i] - y[j]) <= 40);
      expect(near.length === 0 ? -1 : near[0]).toBe(areaOf[i]);
    }
  });
});
