import { describe, expect, it } from 'vitest';
import { NO_CLASS } from '../data/loaded-map.js';
import { compareClasses, listChanged } from './class-change.js';

function mapOf(classes: readonly string[], points: readonly (readonly [string, number])[]) {
  return {
    points: points.length,
    classes,
    codes: Uint8Array.from(points, ([, code]) => code),
    pidOf: (row: number) => points[row][0],
  };
}

const before = mapOf(
  ['Stable', 'Linear'],
  [
    ['a', 0],
    ['b', 0],
    ['c', 1],
    ['d', NO_CLASS],
    ['gone', 1],
  ],
);
/** In another order, with another numbering of the classes. */
const after = mapOf(
  ['Linear', 'Stable'],
  [
    ['c', 0],
    ['new', 0],
    ['b', 0],
    ['a', 1],
    ['d', 0],
  ],
);

describe('compareClasses', () => {
  it('follows points by their pid, whatever their order and the numbers of the classes', () => {
    expect(compareClasses(before, after)).toEqual({
      classes: ['Stable', 'Linear'],
      counts: [
        [1, 1],
        [0, 1],
      ],
      changed: 1,
      common: 3,
    });
  });

  it('names the points that changed', () => {
    expect(listChanged(before, after)).toEqual(new Set(['b']));
    expect(listChanged(before, after, 'Stable', 'Linear')).toEqual(new Set(['b']));
    expect(listChanged(before, after, 'Linear', 'Stable')).toEqual(new Set());
  });
});
