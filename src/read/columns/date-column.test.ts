import { describe, expect, it } from 'vitest';
import { formatDay } from '../../series/epoch-axis.js';
import { parseDateColumn } from './date-column.js';

describe('parseDateColumn', () => {
  it.each([
    '20200229',
    'D20200229',
    'd20200229',
    'D_20200229',
    '2020-02-29',
    'D2020-02-29',
    '2020_02_29',
    '2020-02-29 00:00:00',
    '2020-02-29T00:00',
  ])('reads %s', (name) => {
    expect(formatDay(parseDateColumn(name) as number)).toBe('2020-02-29');
  });

  it.each(['20200231', '2019-02-29', 'D20201301'])('finds %s impossible', (name) => {
    expect(parseDateColumn(name)).toBe('impossible');
  });

  it.each(['pid', '2020', '12345678', '202002290', '2020-0229', 'mean_velocity', 'DD20200229', ''])(
    'passes over %j',
    (name) => {
      expect(parseDateColumn(name)).toBeUndefined();
    },
  );
});
