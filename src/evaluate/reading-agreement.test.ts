import { expect, it } from 'vitest';
import { TREND_CLASSES } from '../series/trend-class.js';
import { measureAgreement } from './reading-agreement.js';

it('agreement counts what all readers say alike, Other apart', () => {
  const { matrix, ...found } = measureAgreement({
    classes: [...TREND_CLASSES, 'Other'],
    sources: ['a', 'a', 'a', 'b', 'b', 'b', 'b'],
    readers: [
      [0, 1, 2, 4, 1, 5, 3],
      [0, 1, 2, 4, 1, 5, 2],
    ],
    trend: [0, 4, 3, 4, 1, 1, 3],
    answer: [0, 4, 3, 4, 1, 5, 3],
  });
  expect(found.agreed).toBe(5);
  expect(found.met.value).toBe(3 / 5);
  expect(found.metMerged.value).toBe(4 / 5);
  // Of the four that are agreed to be no PUE one is called so; the right PUE is no false one.
  expect(found.falsePue.value).toBe(1 / 4);
  expect(found.bySource.map(({ source, agreed, met }) => [source, agreed, met.value])).toEqual([
    ['a', 3, 1 / 3],
    ['b', 2, 1],
  ]);
  expect(found.readersAgree?.share.value).toBe(6 / 7);
  expect(found.kappas).toHaveLength(2);
  expect([...matrix.counts].reduce((sum, count) => sum + count)).toBe(6);
  expect(matrix.counts[5 * 6 + 5]).toBe(1);
});
