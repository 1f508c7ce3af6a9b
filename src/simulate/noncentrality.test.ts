import { describe, expect, it } from 'vitest';
import { createEpochAxis, DAYS_PER_YEAR, spanYears } from '../series/epoch-axis.js';
import { granadaCalendar } from './calendars.js';
import { type KnownNoise, noiseCovariance } from './noise.js';
import {
  createNoncentralityMeter,
  IDENTIFIABLE_NONCENTRALITY,
  resolutionLimits,
  SHORTEST_SLIDE_DAYS,
} from './noncentrality.js';

const even = createEpochAxis(Array.from({ length: 501 }, (_, i) => i * 4));
const n = even.days.length;
const span = spanYears(even);
const sigma = 2;
const meter = createNoncentralityMeter(even, { sigmaMm: sigma });

function hingeAt(share: number): Float64Array {
  return even.years.map((year) => Math.max(0, year - share * span));
}

describe('noncentrality in white noise, even sampling, against the closed forms', () => {
  const near = (value: number, expected: number): void => {
    expect(value / expected).toBeGreaterThan(0.98);
    expect(value / expected).toBeLessThan(1.02);
  };

  it('a line against a constant: v² n T² / 12', () => {
    near(
      meter.against(
        even.years.map((year) => 3 * year),
        'constant',
      ),
      (9 * n * span ** 2) / 12 / sigma ** 2,
    );
  });

  it('a parabola against a line: a² n T⁴ / 720, and a sixteenth of it against a hinge', () => {
    const parabola = even.years.map((year) => year * year);
    const againstLine = meter.against(parabola, 'line');
    near(againstLine, (4 * n * span ** 4) / 720 / sigma ** 2);
    near(meter.against(parabola, 'hinge'), (4 * n * span ** 4) / 11_520 / sigma ** 2);
    expect(againstLine / meter.against(parabola, 'hinge')).toBeCloseTo(16, 0);
  });

  it.each([0.3, 0.5, 0.8])('a hinge at %f of the span against a line and a parabola', (share) => {
    const cubes = share ** 3 * (1 - share) ** 3;
    const fourths = share ** 4 * (1 - share) ** 4;
    const scale = (n * span ** 2) / sigma ** 2;
    near(meter.against(hingeAt(share), 'line'), (scale * cubes) / 3);
    near(meter.against(hingeAt(share), 'parabola'), scale * (cubes / 3 - 1.25 * fourths));
  });

  it.each([0.213, 0.4, 0.667])('a fast hinge at %f of the span hardly against a hinge', (share) => {
    // 150 mm/yr in noise of 2 mm: the candidates must stand close to each other for nothing to stand out.
    const fast = hingeAt(share).map((value) => 150 * value);
    expect(meter.against(fast, 'hinge')).toBeLessThan(IDENTIFIABLE_NONCENTRALITY);
  });

  it('against two hinges is the least that any pair of them leaves, by the normal equations', () => {
    const axis = createEpochAxis([0, 12, 30, 48, 90, 102, 150, 210, 222, 246, 300, 330, 342, 390, 450]);
    const years = spanYears(axis);
    const steps = axis.years.map((year) => (year > 0.4 ? 27.7 : 0) + 40 * Math.max(0, year - 0.9));
    const hinge = (at: number) => axis.years.map((year) => Math.max(0, year - at));
    const positions = Array.from({ length: 129 }, (_, i) => years * (0.05 + (0.9 * i) / 128));
    let least = Number.POSITIVE_INFINITY;
    for (const first of positions) {
      for (const second of positions) {
        if ((second - first) * DAYS_PER_YEAR < SHORTEST_SLIDE_DAYS) continue;
        const columns = [axis.years.map(() => 1), axis.years, hinge(first), hinge(second)];
        least = Math.min(least, leftOver(steps, columns));
      }
    }
    expect(createNoncentralityMeter(axis).against(steps, 'twoHinges')).toBeCloseTo(least, 4);
  });

  it('a slide of a quarter of a year is two hinges, and far from one', () => {
    const slide = even.years.map((year) => 110 * Math.min(Math.max(year - 2, 0), 0.25));
    expect(meter.against(slide, 'hinge')).toBeGreaterThan(10 * IDENTIFIABLE_NONCENTRALITY);
    expect(meter.against(slide, 'twoHinges')).toBeLessThan(IDENTIFIABLE_NONCENTRALITY);
  });

  it('nothing stands out of itself', () => {
    expect(meter.against(even.years, 'line')).toBeLessThan(1e-6);
    expect(meter.least(even.years, [])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('noncentrality in correlated noise', () => {
  it('equals generalised least squares by the normal equations', () => {
    const axis = createEpochAxis([0, 12, 24, 60, 72, 78, 120, 180, 192, 400]);
    const model: KnownNoise = {
      sigmaMm: 1.5,
      correlatedShare: 0.5,
      correlationDays: 40,
      randomWalkMmPerRootYear: 1,
    };
    const signal = axis.years.map((year) => 8 * Math.max(0, year - 0.4));
    const inverse = invert(noiseCovariance(axis, model), axis.days.length);
    const product = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
      let sum = 0;
      for (let i = 0; i < left.length; i++) {
        for (let j = 0; j < left.length; j++) sum += left[i] * inverse[i * left.length + j] * right[j];
      }
      return sum;
    };
    const one = new Float64Array(axis.days.length).fill(1);
    const [a, b, d] = [product(one, one), product(one, axis.years), product(axis.years, axis.years)];
    const [p, q] = [product(one, signal), product(axis.years, signal)];
    const explained = (d * p * p - 2 * b * p * q + a * q * q) / (a * d - b * b);
    const expected = product(signal, signal) - explained;
    expect(createNoncentralityMeter(axis, model).against(signal, 'line')).toBeCloseTo(expected, 8);
  });

  it('is lower than in white noise for a slow signal, and lower beside a season', () => {
    const coloured = createNoncentralityMeter(even, {
      sigmaMm: sigma,
      correlatedShare: 0.5,
      correlationDays: 60,
    });
    const besideSeason = createNoncentralityMeter(even, { sigmaMm: sigma }, true);
    expect(coloured.against(hingeAt(0.5), 'line')).toBeLessThan(0.3 * meter.against(hingeAt(0.5), 'line'));
    expect(besideSeason.against(hingeAt(0.5), 'line')).toBeLessThan(meter.against(hingeAt(0.5), 'line'));
    const wave = even.years.map((year) => 5 * Math.cos(2 * Math.PI * year + 1));
    expect(besideSeason.against(wave, 'constant')).toBeLessThan(1e-6);
  });
});

describe('resolutionLimits', () => {
  it('are the known numbers of the Granada stack: 0.35, 0.74, 1.30 and 4.8 sigma', () => {
    const limits = resolutionLimits(granadaCalendar(1), 1);
    expect(Math.abs(limits.velocityMmPerYear - 0.35)).toBeLessThan(0.03);
    expect(Math.abs(limits.accelerationMmPerYear2 - 0.74)).toBeLessThan(0.06);
    expect(Math.abs(limits.velocityChangeMmPerYear - 1.3)).toBeLessThan(0.08);
    expect(Math.abs(limits.sharpVelocityChangeMmPerYear - 4.8)).toBeLessThan(0.4);
  });

  it('grow with the noise and take the place of the break', () => {
    const axis = granadaCalendar(1);
    const one = resolutionLimits(axis, 1);
    expect(resolutionLimits(axis, 4).velocityMmPerYear).toBeCloseTo(4 * one.velocityMmPerYear, 9);
    const early = resolutionLimits(axis, 1, 0.3);
    expect(Math.abs(early.velocityChangeMmPerYear - 2.03)).toBeLessThan(0.2);
    expect(Math.abs(early.sharpVelocityChangeMmPerYear - 4.1)).toBeLessThan(0.4);
    expect(spanYears(axis) * DAYS_PER_YEAR).toBeCloseTo(1296, 6);
  });
});

/** Sum of squares that columns leave of a signal, by the normal equations. */
function leftOver(signal: Float64Array, columns: readonly Float64Array[]): number {
  const size = columns.length;
  const product = (left: Float64Array, right: Float64Array) =>
    left.reduce((sum, value, i) => sum + value * right[i], 0);
  const inverse = invert(Float64Array.from(columns.flatMap((a) => columns.map((b) => product(a, b)))), size);
  const right = columns.map((column) => product(column, signal));
  let explained = 0;
  right.forEach((a, i) => {
    right.forEach((b, j) => {
      explained += a * inverse[i * size + j] * b;
    });
  });
  return product(signal, signal) - explained;
}

/** Gauss-Jordan with pivots. */
function invert(matrix: Float64Array, size: number): Float64Array {
  const rows = Array.from({ length: size }, (_, i) => [
    ...matrix.subarray(i * size, (i + 1) * size),
    ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)),
  ]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column; i < size; i++)
      if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const scale = rows[column][column];
    rows[column] = rows[column].map((value) => value / scale);
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i][column];
      rows[i] = rows[i].map((value, j) => value - factor * rows[column][j]);
    }
  }
  return Float64Array.from(rows.flatMap((row) => row.slice(size)));
}
