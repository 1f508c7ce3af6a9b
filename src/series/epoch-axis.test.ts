import { describe, expect, it } from 'vitest';
import {
  createEpochAxis,
  dayFromCalendar,
  formatCompactDay,
  formatDay,
  isSameAxis,
  parseDay,
  spanYears,
} from './epoch-axis.js';

describe('createEpochAxis', () => {
  it('counts years of 365.25 days from the first date', () => {
    const axis = createEpochAxis([18_262, 18_262 + 1461]);
    expect([...axis.years]).toEqual([0, 4]);
    expect(spanYears(axis)).toBe(4);
  });

  it('refuses dates that repeat, go backwards or are fewer than two, and says where', () => {
    const place = { file: 'points.h5', column: 'date' };
    const refusal = (days: number[]) => expect(() => createEpochAxis(days, place));
    refusal([18_262, 18_262]).toThrow('points.h5, column date: The date 2020-01-01 appears twice.');
    refusal([18_262, 18_261]).toThrow('The date 2019-12-31 stands after 2020-01-01.');
    refusal([18_262]).toThrow('A series needs at least two dates, this one has 1.');
  });

  it('refuses what is no day', () => {
    for (const day of [Number.NaN, Number.POSITIVE_INFINITY, 18_263.5, 1e9]) {
      expect(() => createEpochAxis([18_262, day])).toThrow('Date 2 is no day of the calendar.');
    }
    expect(() => createEpochAxis([Number.NaN, 18_262])).toThrow('Date 1 is no day of the calendar.');
  });
});

describe('isSameAxis', () => {
  it('compares dates', () => {
    const axis = createEpochAxis([1, 2, 3]);
    expect(isSameAxis(axis, createEpochAxis([1, 2, 3]))).toBe(true);
    expect(isSameAxis(axis, createEpochAxis([1, 2, 4]))).toBe(false);
    expect(isSameAxis(axis, createEpochAxis([1, 2]))).toBe(false);
  });
});

describe('days', () => {
  it('are read in both forms and written back', () => {
    expect(parseDay('2020-02-29')).toBe(18_321);
    expect(parseDay('20200229')).toBe(18_321);
    expect(formatDay(18_321.9)).toBe('2020-02-29');
    expect(formatCompactDay(18_321)).toBe('20200229');
  });

  it('are none where the calendar has none', () => {
    for (const text of ['2019-02-29', '20201301', '2020-2-9', '2020-0229', 'today']) {
      expect(parseDay(text)).toBeUndefined();
    }
    expect(dayFromCalendar(1970, 1, 1)).toBe(0);
    expect(dayFromCalendar(1970, 1, 32)).toBeUndefined();
  });
});
