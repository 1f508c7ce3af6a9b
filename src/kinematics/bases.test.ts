import { describe, expect, it } from 'vitest';
import { createEpochAxis, dayFromCalendar } from '../series/epoch-axis.js';
import { annualColumns, hingeColumn, isSeasonEstimable, peakDayOfYear, stepColumn } from './bases.js';

const start = dayFromCalendar(2020, 1, 1) as number;
const everySixDays = (count: number): number[] => Array.from({ length: count }, (_, i) => start + 6 * i);
const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('columns', () => {
  it('bends at the break and steps at the epoch', () => {
    const axis = createEpochAxis([start, start + 365, start + 731]);
    const hinge = hingeColumn(axis, 1);
    expect(hinge[0]).toBe(0);
    expect(hinge[2]).toBeCloseTo(731 / 365.25 - 1, 12);
    expect([...stepColumn(axis, 1)]).toEqual([0, 1, 1]);
  });

  it('counts the phase of the year from 1 January', () => {
    const { sine, cosine } = annualColumns(createEpochAxis([start, dayFromCalendar(2020, 7, 1) as number]));
    expect(sine[0]).toBeCloseTo(0, 1);
    expect(cosine[0]).toBeCloseTo(1, 3);
    expect(cosine[1]).toBeCloseTo(-1, 2);
  });
});

describe('peakDayOfYear', () => {
  it('turns sine and cosine into the day of the maximum', () => {
    expect(peakDayOfYear(0, 1)).toBeCloseTo(1, 9);
    expect(peakDayOfYear(1, 0)).toBeCloseTo(1 + 365.25 / 4, 9);
    expect(peakDayOfYear(-1, 0)).toBeCloseTo(1 + (3 * 365.25) / 4, 9);
  });
});

describe('isSeasonEstimable', () => {
  it('needs a year and a half', () => {
    expect(isSeasonEstimable(createEpochAxis(everySixDays(100)), all(100))).toBe(true);
    expect(isSeasonEstimable(createEpochAxis(everySixDays(80)), all(80))).toBe(false);
  });

  it('refuses dates of one season only', () => {
    const summers = [0, 1, 2, 3].flatMap((year) => all(10).map((i) => start + 365 * year + 180 + 6 * i));
    expect(isSeasonEstimable(createEpochAxis(summers), all(40))).toBe(false);
  });
});
