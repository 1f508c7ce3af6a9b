import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import type { Dataset } from '../../series/dataset.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import type { SeriesBatch } from '../../series/series-batch.js';
import { createMetricPlane } from '../metric-plane.js';
import { fitSlope } from '../series-slope.js';
import { createDateMedian } from './date-median.js';
import { parseReference } from './parse-reference.js';
import { type Reference, referenceDataset } from './reference-series.js';

const plane = createMetricPlane(3035);
const axis = createEpochAxis(Array.from({ length: 30 }, (_, i) => 18_000 + 12 * i));
const POINTS = 60;
/** Jumps from date to date that all points share. */
const common = Float64Array.from(axis.days, (_, i) => (i % 3) * 4 - 4);

/** A step of the reference: not a velocity of anything. */
const step = Float64Array.from(axis.days, (_, i) => (i < 14 ? 0 : 9));

/** Points on a line, 10 m apart; the first twenty stand still, the others sink; all share a series. */
function makeDataset(shared = common): Dataset {
  const degrees = Array.from({ length: POINTS }, (_, i) => plane.toDegrees(4_600_000 + 10 * i, 1_740_000));
  const displacements = new Float32Array(POINTS * 30);
  for (let point = 0; point < POINTS; point++) {
    for (let i = 0; i < 30; i++) {
      const motion = point < 20 ? 0 : -12 * axis.years[i];
      displacements[point * 30 + i] = motion + shared[i] + (point % 5) - 2;
    }
  }
  displacements[3 * 30 + 7] = Number.NaN;
  const batchOf = (start: number, end: number): SeriesBatch => ({
    axis,
    count: end - start,
    pids: Array.from({ length: end - start }, (_, i) => `p${start + i}`),
    longitude: Float64Array.from(degrees.slice(start, end), ([longitude]) => longitude),
    latitude: Float64Array.from(degrees.slice(start, end), ([, latitude]) => latitude),
    displacements: displacements.slice(start * 30, end * 30),
    attributes: [],
  });
  return {
    name: 'made for a test',
    format: 'test',
    axis,
    fields: [],
    totalBytes: undefined,
    report: { rowsRead: 0, skipped: [], warnings: [] },
    async *batches() {
      yield batchOf(0, 25);
      yield batchOf(25, POINTS);
    },
  };
}

async function readAll(reference: Reference, shared = common) {
  const dataset = await referenceDataset(makeDataset(shared), reference);
  const values: number[] = [];
  for await (const batch of dataset.batches()) values.push(...batch.displacements);
  const seriesAt = (point: number) => values.slice(point * 30, (point + 1) * 30);
  return { dataset, seriesAt };
}

const [longitude, latitude] = plane.toDegrees(4_600_050, 1_740_000);

describe('referenceDataset', () => {
  it('takes off what the points around a place do', async () => {
    const { dataset, seriesAt } = await readAll({ kind: 'place', longitude, latitude, radiusMetres: 45 });
    expect(dataset.referencePoints).toBe(9);
    dataset.referenceSeries!.forEach((value, i) => {
      expect(Math.abs(value - common[i])).toBeLessThanOrEqual(1.03);
    });
    const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
    // The gap of one of them is bridged, which may shift the median at that date.
    expect(spread(seriesAt(10).filter((_, i) => i !== 7))).toBeLessThan(0.06);
    expect(fitSlope(axis.years, seriesAt(40))).toBeCloseTo(-12, 0);
    expect(seriesAt(3)[7]).toBeNaN();
  });

  it('takes a polygon too', async () => {
    const corner = (x: number, y: number) => plane.toDegrees(4_600_000 + x, 1_740_000 + y);
    const ring = [corner(395, -50), corner(605, -50), corner(605, 50), corner(395, 50), corner(395, -50)];
    const { dataset, seriesAt } = await readAll({
      kind: 'region',
      shape: { type: 'MultiPolygon', coordinates: [[ring]] },
    });
    expect(dataset.referencePoints).toBe(20);
    expect(fitSlope(axis.years, seriesAt(5))).toBeCloseTo(12, 1);
  });

  it('leaves of a point what its surroundings do not do', async () => {
    const { seriesAt } = await readAll({ kind: 'surroundings', radiusMetres: 55 });
    expect(fitSlope(axis.years, seriesAt(40))).toBeCloseTo(0, 5);
    for (const value of seriesAt(40)) expect(Math.abs(value)).toBeLessThanOrEqual(2.5);
  });

  it('takes off the common mode and leaves every velocity', async () => {
    const { seriesAt } = await readAll({ kind: 'common-mode' });
    const slope = fitSlope(axis.years, common);
    for (const [point, rate] of [
      [10, 0],
      [40, -12],
    ]) {
      const series = seriesAt(point);
      // What is left is the point's own line: its slope with that of the common series, which no one can tell apart.
      expect(fitSlope(axis.years, series)).toBeCloseTo(rate + slope, 1);
      const residuals = series.map((value, i) => value - (rate + slope) * axis.years[i]);
      expect(Math.max(...residuals) - Math.min(...residuals)).toBeLessThan(0.15);
    }
  });

  it('takes off a step that all make, and does not take it for a velocity', async () => {
    const { seriesAt } = await readAll({ kind: 'common-mode' }, step);
    for (const [point, rate] of [
      [10, 0],
      [40, -12],
    ]) {
      const series = seriesAt(point);
      expect(fitSlope(axis.years, series)).toBeCloseTo(rate, 1);
      const residuals = series.map((value, i) => value - rate * axis.years[i]);
      expect(Math.max(...residuals) - Math.min(...residuals)).toBeLessThan(0.15);
    }
  });

  it('refuses a reference without points', async () => {
    const nowhere = { kind: 'place', longitude: 0, latitude: 0, radiusMetres: 100 } as const;
    await expect(referenceDataset(makeDataset(), nowhere)).rejects.toMatchObject({ code: 'input' });
  });
});

describe('createDateMedian', () => {
  it('is the median of sorting, to half a bin, for odd and even numbers', () => {
    const random = createRandom(2);
    for (const count of [1, 2, 7, 50, 501]) {
      const values = Float64Array.from({ length: count }, () => 20 * random.normal());
      const median = createDateMedian(2);
      for (const value of values) median.add(1, value);
      const sorted = values.slice().sort();
      const expected = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
      const [none, found] = median.finish();
      expect(none).toBeNaN();
      expect(Math.abs(found - expected)).toBeLessThan(0.0251);
    }
  });
});

describe('parseReference', () => {
  it('reads places and surroundings', () => {
    expect(parseReference('13.17,38.7')).toMatchObject({ kind: 'place', radiusMetres: 200 });
    expect(parseReference('-3.6, 36.9, 500')).toEqual({
      kind: 'place',
      longitude: -3.6,
      latitude: 36.9,
      radiusMetres: 500,
    });
    expect(parseReference('median:1500')).toEqual({ kind: 'surroundings', radiusMetres: 1500 });
  });

  it.each(['', '13', '13,', '200,10', '1,2,0', '1,2,3,4', 'median:', 'median:0'])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow('--reference');
  });
});
