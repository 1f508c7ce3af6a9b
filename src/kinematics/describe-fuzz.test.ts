import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOfSeries } from '../../test/trials/drawn-series.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { createDescriber } from './describe.js';
import { describeColumns, describeFields } from './description-columns.js';
import { MISSING_REASONS } from './plan-dates.js';
import { findRepairs } from './repair.js';

const value = fc.oneof(
  fc.constant(0),
  fc.constant(0.1),
  fc.constant(27.7),
  fc.integer({ min: -3000, max: 3000 }).map((tenths) => tenths / 10),
);
const series = (dates: number) =>
  fc.oneof(
    fc.array(value, { minLength: dates, maxLength: dates }),
    fc.array(fc.oneof(value, fc.constant(Number.NaN)), { minLength: dates, maxLength: dates }),
    fc.array(fc.constantFrom(1, 2, 3), { minLength: dates, maxLength: dates }),
    // Exact lines and hinges: nothing is left to measure noise by.
    fc
      .integer({ min: 1, max: 9 })
      .map((slope) => Array.from({ length: dates }, (_, i) => slope * Math.max(i, 12))),
  );
const file = fc
  .array(fc.constantFrom(1, 6, 12, 12, 12, 12, 24, 24, 24, 90), { minLength: 15, maxLength: 70, size: 'max' })
  .chain((steps) =>
    fc.record({
      steps: fc.constant(steps),
      rows: fc.array(series(steps.length + 1), { minLength: 1, maxLength: 3 }),
    }),
  );

describe('whatever the dates and values', () => {
  let described = 0;

  it('every point gets finite numbers, or none and where nothing at all can be said a reason', async () => {
    await fc.assert(
      fc.asyncProperty(file, async ({ steps, rows }) => {
        const days = [18_000];
        for (const step of steps) days.push(days[days.length - 1] + step);
        const axis = createEpochAxis(days);
        const batch = batchOfSeries(axis, Float32Array.from(rows.flat()));
        const describer = createDescriber({ axis });
        const description = await describer.describe(batch);
        findRepairs(describer, batch, description, { points: rows.keys() });
        const classes = rows.map((_, index) => index + 2);
        const columns = describeColumns('full', { description, axis, classes });
        describeFields('full').forEach(({ name, type }, index) => {
          for (const cell of columns[index]) {
            if (type === 'float32') expect(Math.abs(cell as number), name).not.toBe(Number.POSITIVE_INFINITY);
            if (type === 'date' && cell !== MISSING_INT32) {
              expect(cell, name).toBeGreaterThanOrEqual(days[0] - 1);
              expect(cell, name).toBeLessThanOrEqual(days[days.length - 1] + 1);
            }
          }
        });
        description.reason.forEach((reason, point) => {
          expect(Number.isNaN(description.velocity[point])).toBe(MISSING_REASONS[reason] !== '');
          if (reason === 0) described++;
        });
      }),
      { seed: 4, numRuns: 120 },
    );
    expect(described).toBeGreaterThan(40);
  });
});
