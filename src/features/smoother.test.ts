import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { granadaCalendar } from '../simulate/calendars.js';
import type { Rows } from './rows.js';
import { localLinearSmoother, thinSmoother } from './smoother.js';

const { years } = granadaCalendar('smoother');

function apply({ count, length, values }: Rows, series: ArrayLike<number>): number[] {
  return Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[row * length + i] * series[i];
    return sum;
  });
}

describe('localLinearSmoother', () => {
  it('keeps constants exactly and lines to a quarter of its width, for the ridge on the slope', () => {
    const smoother = localLinearSmoother(years, years, 0.2);
    for (const value of apply(
      smoother,
      years.map(() => 7),
    ))
      expect(value).toBeCloseTo(7, 9);
    apply(smoother, years).forEach((value, i) => {
      expect(Math.abs(value - years[i])).toBeLessThan(0.25 * 0.2);
    });
  });

  it('is the weighted straight-line fit at every target', () => {
    const random = createRandom('local line');
    const series = Array.from(years, () => random.normal());
    const width = 0.3;
    const [at] = apply(localLinearSmoother(Float64Array.of(1.7), years, width), series);
    // Normal equations of weighted least squares for level and slope about the target, with the ridge on the slope.
    let [s0, s1, s2, t0, t1] = [0, 0, 0, 0, 0];
    years.forEach((year, i) => {
      const weight = Math.exp(-0.5 * ((year - 1.7) / width) ** 2);
      s0 += weight;
      s1 += weight * (year - 1.7);
      s2 += weight * (year - 1.7) ** 2;
      t0 += weight * series[i];
      t1 += weight * (year - 1.7) * series[i];
    });
    s2 += 0.15 * width * width * s0;
    expect(at).toBeCloseTo((s2 * t0 - s1 * t1) / (s0 * s2 - s1 * s1), 8);
  });
});

describe('thinSmoother', () => {
  it('gives nearly what the full smoother gives', () => {
    const series = years.map((year) => 10 * Math.sin(2 * year));
    const { gather, spread } = thinSmoother(years, 0.25);
    const thin = apply(spread, apply(gather, series));
    const full = apply(localLinearSmoother(years, years, 0.25), series);
    thin.forEach((value, i) => {
      expect(Math.abs(value - full[i])).toBeLessThan(0.6);
    });
  });
});
