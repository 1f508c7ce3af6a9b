import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis, formatDay, spanYears } from '../series/epoch-axis.js';
import { cropCalendar, EGMS_RELEASES, egmsCalendar, granadaCalendar, randomCalendar } from './calendars.js';

function steps(days: Int32Array): number[] {
  return [...days].slice(1).map((day, i) => day - days[i]);
}

describe('granadaCalendar', () => {
  it('has 139 dates from March 2015 to September 2018, 12 days apart and then 6', () => {
    for (const seed of [1, 2, 3]) {
      const { days } = granadaCalendar(seed);
      expect(days).toHaveLength(139);
      expect(formatDay(days[0])).toBe('2015-03-10');
      expect(formatDay(days[138])).toBe('2018-09-26');
      const early = steps(days.filter((day) => formatDay(day) < '2016-09-30'));
      expect(early.every((step) => step % 12 === 0)).toBe(true);
      expect(steps(days).every((step) => step % 6 === 0)).toBe(true);
    }
  });

  it('misses dates about twice as often before October 2016', () => {
    let early = 0;
    let late = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { days } = granadaCalendar(seed);
      const count = days.filter((day) => formatDay(day) < '2016-09-30').length;
      early += 48 - count;
      late += 121 - (139 - count);
    }
    const ratio = early / (200 * 47) / (late / (200 * 120));
    expect(ratio).toBeGreaterThan(1.6);
    expect(ratio).toBeLessThan(2.3);
  });

  it('is the same for the same seed and another for another', () => {
    expect(granadaCalendar(5).days).toEqual(granadaCalendar(5).days);
    expect(granadaCalendar(5).days).not.toEqual(granadaCalendar(6).days);
  });
});

describe('egmsCalendar', () => {
  it.each(EGMS_RELEASES)('keeps to the window of %s', (release) => {
    const [first, last] = release.split('_');
    const { days } = egmsCalendar(release, { seed: 3 });
    expect(formatDay(days[0]).slice(0, 4)).toBe(first);
    expect(formatDay(days[days.length - 1]).slice(0, 4)).toBe(last);
    const whileBothFlew = days.filter(
      (day) => formatDay(day) > '2016-10-15' && formatDay(day) < '2021-12-20',
    );
    expect(Math.min(...steps(whileBothFlew))).toBe(6);
    const alone = days.filter((day) => formatDay(day) > '2021-12-24');
    expect(alone.length < 2 || Math.min(...steps(alone)) === 12).toBe(true);
  });

  it('is regular for ortho products, on the days counted from 2014-04-03', () => {
    const { days } = egmsCalendar('2015_2021', { product: 'ortho' });
    expect(new Set(steps(days))).toEqual(new Set([6]));
    expect([...days].map((day) => formatDay(day))).toContain('2016-01-05');
  });

  it('has about as many dates as a real file of 2020 to 2024', () => {
    expect(Math.abs(egmsCalendar('2020_2024').days.length - 210)).toBeLessThanOrEqual(5);
  });
});

describe('randomCalendar', () => {
  it('stays within 60 to 400 dates and 1.2 to 10 years, and covers most of both', () => {
    const random = createRandom(1);
    const axes = Array.from({ length: 400 }, () => randomCalendar(random));
    const counts = axes.map((axis) => axis.days.length);
    const years = axes.map(spanYears);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...counts)).toBeLessThanOrEqual(400);
    expect(Math.min(...years)).toBeGreaterThanOrEqual(1.2);
    expect(Math.max(...years)).toBeLessThanOrEqual(10.01);
    expect(Math.min(...counts)).toBeLessThan(80);
    expect(Math.max(...counts)).toBeGreaterThan(330);
    expect(Math.min(...years)).toBeLessThan(2);
    expect(Math.max(...years)).toBeGreaterThan(8);
    expect(axes.some((axis) => Math.max(...steps(axis.days)) >= 48)).toBe(true);
  });
});

describe('cropCalendar', () => {
  it('keeps at least 60 dates, all of them from the axis', () => {
    const axis = egmsCalendar('2020_2024');
    const random = createRandom(4);
    for (let i = 0; i < 50; i++) {
      const cropped = cropCalendar(axis, random);
      expect(cropped.days.length).toBeGreaterThanOrEqual(60);
      expect(cropped.days.every((day) => axis.days.includes(day))).toBe(true);
    }
  });

  it('leaves a short axis whole', () => {
    const short = createEpochAxis(Array.from({ length: 30 }, (_, i) => i * 12));
    expect(cropCalendar(short, createRandom(1)).days).toEqual(short.days);
  });
});
