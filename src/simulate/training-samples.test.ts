import { describe, expect, it } from 'vitest';
import { egmsCalendar } from './calendars.js';
import { judgeMotion, labelCode, MOTION_GRID, measureMotion, OTHER_CODE } from './material-label.js';
import { createSeriesBank } from './residual-bank.js';
import { type TrainingBatch, trainingSamples } from './training-samples.js';

function take(batches: number): TrainingBatch[] {
  return [...trainingSamples({ seed: 1, batches, seriesPerBatch: 128 })];
}

describe('trainingSamples', () => {
  const batches = take(30);

  it('gives batch after batch on axes of their own, always the same', () => {
    expect(batches).toHaveLength(30);
    expect(new Set(batches.map((batch) => batch.axis.days.length)).size).toBeGreaterThan(15);
    const fewer = take(3);
    expect(fewer[2].displacements).toEqual(batches[2].displacements);
    expect(fewer[2].labels).toEqual(batches[2].labels);
  });

  it('labels by the rule, but for jumps and what is made Other', () => {
    for (const batch of batches) {
      for (let index = 0; index < batch.count; index++) {
        const motion = batch.motions.subarray(index * MOTION_GRID, (index + 1) * MOTION_GRID);
        const byRule = labelCode(judgeMotion(measureMotion(motion)));
        // A quiet point may take on a fast motion together with the errors that wrapping made of it.
        const isWrapped =
          batch.jumps[index] === 1 && byRule === labelCode('Stable') && batch.trends[index] === 3;
        if (batch.trends[index] !== OTHER_CODE && !isWrapped) expect(batch.trends[index]).toBe(byRule);
        expect(batch.labels[index] === 4).toBe(batch.jumps[index] === 1);
        expect(batch.trends[index]).not.toBe(4);
      }
    }
  });

  it('has every label in about the shares that the parameters lead to', () => {
    const total = batches.length * 128;
    const shares = [0, 1, 2, 3, 4, 5].map(
      (code) =>
        batches.reduce((sum, batch) => sum + batch.labels.filter((label) => label === code).length, 0) /
        total,
    );
    const expected = [0.14, 0.26, 0.1, 0.19, 0.24, 0.07];
    for (const [code, share] of expected.entries()) expect(Math.abs(shares[code] - share)).toBeLessThan(0.03);
  });

  it('varies the cycle from batch to batch about that of Sentinel-1', () => {
    const cycles = batches.map((batch) => batch.cycleMm);
    expect(Math.min(...cycles)).toBeGreaterThan(15);
    expect(Math.max(...cycles)).toBeLessThan(48);
    expect(new Set(cycles).size).toBe(30);
  });

  it('uses real axes and their noise where they are given', () => {
    const axis = egmsCalendar('2020_2024');
    const bank = createSeriesBank(
      axis,
      new Float32Array(axis.days.length * 3).map((_, i) => (i % 7) - 3),
    );
    expect(bank.count).toBe(3);
    const sources = [{ name: 'given', axis, bank, isInterpolated: true, smoothShare: 0.9, weight: 1 }];
    const drawn = [...trainingSamples({ seed: 2, batches: 20, seriesPerBatch: 8, sources })];
    const given = drawn.filter((batch) => batch.source === 'given');
    expect(given.length).toBeGreaterThan(5);
    expect(given.some((batch) => batch.axis === axis)).toBe(true);
    expect(given.some((batch) => batch.axis.days.length < axis.days.length)).toBe(true);
  });
});

describe('createSeriesBank', () => {
  it('takes the slow part away, and leaves out series with gaps or lasting excursions', () => {
    const axis = egmsCalendar('2020_2024');
    const dates = axis.days.length;
    const rows = new Float32Array(3 * dates);
    axis.years.forEach((year, i) => {
      rows[i] = 12 * year + (i % 2);
      rows[dates + i] = i === 5 ? Number.NaN : 0;
      rows[2 * dates + i] = i > 100 && i < 106 ? 27 : 0;
    });
    const bank = createSeriesBank(axis, rows);
    expect(bank.count).toBe(1);
    expect(bank.residuals).toHaveLength(dates);
    expect(Math.max(...bank.residuals.subarray(40, dates - 40).map(Math.abs))).toBeLessThan(1.2);
  });
});
