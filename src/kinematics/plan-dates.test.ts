import { expect, it } from 'vitest';
import { createEpochAxis } from '../series/epoch-axis.js';
import { checkEpochs, hingeEpochs, MISSING_REASONS, revisitFlags, stepEpochs } from './plan-dates.js';

const all = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
const every = (days: number, count: number) => createEpochAxis(all(count).map((i) => 18_000 + days * i));

it('breaks leave eight dates and 8 % of the span on either side', () => {
  const few = hingeEpochs(every(12, 40), all(40));
  expect([few[0], few.at(-1)]).toEqual([8, 31]);
  const many = hingeEpochs(every(12, 160), all(160));
  expect([many[0], many.at(-1)]).toEqual([13, 146]);
});

it('steps leave three dates on either side', () => {
  const epochs = stepEpochs(all(40));
  expect([epochs[0], epochs.at(-1)]).toEqual([3, 37]);
});

it('a description needs twenty dates, a year of them, and no gap of a year', () => {
  const reasonOf = (days: number, count: number) =>
    MISSING_REASONS[checkEpochs(every(days, count), all(count))];
  expect(reasonOf(30, 20)).toBe('');
  expect(reasonOf(30, 19)).toBe('fewer than 20 dates');
  expect(reasonOf(6, 60)).toBe('less than a year of dates');
  const gap = createEpochAxis([...all(15).map((i) => 12 * i), ...all(15).map((i) => 600 + 12 * i)]);
  expect(MISSING_REASONS[checkEpochs(gap, all(30))]).toBe('a gap of a year or more');
});

it('dates further apart than half as much again as usual are no revisit', () => {
  const axis = createEpochAxis([0, 6, 12, 18, 30, 43, 49]);
  expect([...revisitFlags(axis, all(7))]).toEqual([1, 1, 1, 1, 0, 1, 0]);
});
