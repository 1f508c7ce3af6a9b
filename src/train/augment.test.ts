import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { augmentBatch, augmentSeries } from './augment.js';
import { createBatch } from './step-batch.js';

const axis = createEpochAxis(Array.from({ length: 50 }, (_, i) => 12 * i));
const line = Float32Array.from(axis.years, (year) => 20 * year);

describe('augmentation', () => {
  it('turns signs and nothing else', () => {
    const displacements = new Float32Array(20 * 50);
    for (let row = 0; row < 20; row++) displacements.set(line, row * 50);
    const copy = augmentSeries({ axis, count: 20, displacements }, ['sign'], 30, createRandom(1));
    const ends = Array.from({ length: 20 }, (_, row) => copy.displacements[row * 50 + 49]);
    expect(new Set(ends)).toEqual(new Set([line[49], -line[49]]));
    expect(copy.axis.days).toEqual(axis.days);
  });

  it('drops dates and crops windows, keeping each value at its date', () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const copy = augmentSeries(
        { axis, count: 1, displacements: line },
        ['drop', 'crop'],
        40,
        createRandom(seed),
      );
      lengths.add(copy.axis.days.length);
      expect(copy.axis.days.length).toBeGreaterThanOrEqual(40);
      copy.axis.days.forEach((day, i) => {
        expect(copy.displacements[i]).toBe(line[day / 12]);
      });
    }
    expect(lengths.size).toBeGreaterThan(3);
  });

  it('turns time round with the dates, and scales a little', () => {
    const uneven = createEpochAxis(Array.from({ length: 50 }, (_, i) => 6 * i + (i > 20 ? 18 : 0)));
    const series = Float32Array.from(uneven.days, (day) => 0.1 * day);
    const stack = { axis: uneven, count: 1, displacements: series };
    const copies = Array.from({ length: 40 }, (_, seed) =>
      augmentSeries(stack, ['reverse'], 30, createRandom(`turn ${seed}`)),
    );
    const last = uneven.days[49];
    const turned = copies.filter(({ displacements }) => displacements[0] > displacements[49]);
    expect(turned.length).toBeGreaterThan(8);
    expect(turned.length).toBeLessThan(32);
    turned[0].axis.days.forEach((day, i) => {
      expect(turned[0].displacements[i]).toBeCloseTo(0.1 * (last - day), 4);
    });
    const scaled = augmentSeries(stack, ['scale'], 30, createRandom(1)).displacements;
    const factor = scaled[49] / series[49];
    expect(Math.abs(Math.log(factor))).toBeGreaterThan(0);
    expect(Math.abs(Math.log(factor))).toBeLessThan(0.15);
    scaled.forEach((value, i) => {
      expect(value).toBeCloseTo(factor * series[i], 4);
    });
  });

  it('changes batches of series in place, a line staying a line where only dates are lost', () => {
    const architecture = {
      name: 'none',
      options: {},
      inputs: { series: [50, 1] },
      heads: { class: { size: 2, loss: 'softmax' as const } },
      buildTrunk: () => ({}),
    };
    const batch = createBatch(architecture, 4);
    batch.rows = Int32Array.of(0, 1);
    batch.inputs.series.set(line.map((value) => value / 10));
    augmentBatch(batch, axis, ['drop'], createRandom(3));
    for (let i = 10; i < 40; i++) expect(batch.inputs.series[i]).toBeCloseTo(line[i] / 10, 5);
    augmentBatch(batch, axis, ['noise'], createRandom(3));
    expect(batch.inputs.series.subarray(0, 50)).not.toEqual(line.map((value) => value / 10));
    expect(batch.inputs.series.subarray(100)).toEqual(new Float32Array(100));
  });
});
