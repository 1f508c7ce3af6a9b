import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { measureFeatures } from '../train/feature-samples.js';

const CYCLE = 27.733;
const axis = granadaCalendar('features');
let runtime: Runtime;
beforeAll(async () => {
  runtime = await loadNodeRuntime();
});

async function featuresOf(
  onAxis: EpochAxis,
  series: readonly (readonly number[])[],
  settings = { materialMm: 5, cycleMm: CYCLE },
): Promise<Record<string, number>[]> {
  const values = Float32Array.from(series.flat());
  const { names, features } = await measureFeatures(runtime, onAxis, values, series.length, {
    ...settings,
    grid: false,
    extent: 'full',
  });
  return series.map((_, row) =>
    Object.fromEntries(names.map((name, column) => [name, features[row * names.length + column]])),
  );
}

function drawSeries(count: number): number[][] {
  const random = createRandom('feature series');
  return Array.from({ length: count }, (_, k) => {
    const break1 = random.between(0.5, 3);
    const rate = 6 * random.normal();
    const jumpAt = random.integer(axis.days.length);
    return Array.from(axis.years, (year, i) => {
      const motion = k % 2 === 0 ? rate * year : 3 * rate * Math.max(0, year - break1);
      return (
        motion + (k % 3 === 0 && i >= jumpAt ? CYCLE : 0) + 2 * random.normal() + 3 * Math.cos(6.28 * year)
      );
    });
  });
}

/** Features that depend on the dates and the settings only. */
const FIXED = ['span', 'dates', 'step', 'cycle'];

describe('features', () => {
  it('do not change with the sign or the level of a series', async () => {
    const series = drawSeries(12);
    const plain = await featuresOf(axis, series);
    const turned = await featuresOf(
      axis,
      series.map((values) => values.map((value) => -value + 40)),
    );
    plain.forEach((row, i) => {
      for (const [name, value] of Object.entries(row)) {
        expect(Math.abs(turned[i][name] - value), name).toBeLessThan(2e-3 * (1 + Math.abs(value)));
      }
    });
  });

  it('measure every length in the material size', async () => {
    const series = drawSeries(6);
    const plain = await featuresOf(axis, series);
    const scaled = await featuresOf(
      axis,
      series.map((values) => values.map((value) => 3 * value)),
      { materialMm: 15, cycleMm: 3 * CYCLE },
    );
    plain.forEach((row, i) => {
      for (const [name, value] of Object.entries(row)) expect(scaled[i][name], name).toBeCloseTo(value, 2);
    });
  });

  it('say what shapes without noise are', async () => {
    const line = Array.from(axis.years, (year) => 10 * year);
    const hinge = Array.from(axis.years, (year) => 20 * Math.max(0, year - 1.75));
    const parabola = Array.from(axis.years, (year) => 6 * (year - 1.75) ** 2);
    const still = Array.from(axis.years, () => 0);
    const [ofLine, ofHinge, ofParabola, ofStill] = await featuresOf(axis, [line, hinge, parabola, still]);
    const span = axis.years[axis.years.length - 1];

    // A line drifts by all of its range: 10 mm/yr over the span, in units of 5 mm.
    expect(Math.exp(ofLine.log_range) - 0.06).toBeCloseTo((10 * span) / 5, 0);
    expect(ofLine.drift_share).toBeGreaterThan(0.98);
    expect(ofLine.log_rest_line).toBeLessThan(Math.log(0.1));
    expect(ofHinge.rest_hinge_against_parabola).toBeLessThan(-0.5);
    expect(Math.abs(ofHinge.rate_ratio)).toBeLessThan(0.1);
    expect(ofParabola.rest_hinge_against_parabola).toBeGreaterThan(0.5);
    expect(ofParabola.drift_share).toBeLessThan(0.1);
    expect(ofStill.range).toBeCloseTo(0, 6);
    for (const row of [ofLine, ofHinge, ofParabola, ofStill]) {
      for (const [name, value] of Object.entries(row)) expect(Number.isFinite(value), name).toBe(true);
    }
  });

  it('change little where a series changes little, also where another hinge becomes the best', async () => {
    const random = createRandom('two hinges');
    const rough = axis.years.map(() => 0.5 * random.normal());
    const span = axis.years[axis.years.length - 1];
    const steps = 400;
    const rows = await featuresOf(
      axis,
      Array.from({ length: steps }, (_, k) =>
        Array.from(axis.years, (year, i) => {
          const [first, second] = [0.25, 0.7].map((share) => Math.max(0, year / span - share));
          return 60 * first - (60 + (60 * k) / steps) * second + rough[i];
        }),
      ),
    );
    const breaks = rows.map((row) => row.break_off_centre);
    // The break does move from one corner to the other.
    expect(Math.max(...breaks) - Math.min(...breaks)).toBeGreaterThan(0.03);
    for (let k = 1; k < steps; k++) {
      for (const [name, value] of Object.entries(rows[k])) {
        expect(Math.abs(value - rows[k - 1][name]), `${name} ${k}`).toBeLessThan(0.06);
      }
    }
  });

  it('find runs of displaced dates as a plain loop over windows does', async () => {
    const random = createRandom('runs');
    // A long smooth span, so that the slow motion hardly follows a run of four dates.
    const still = Array.from(axis.years, () => 0.2 * random.normal());
    const displaced = still.map((value, i) => (i >= 60 && i < 64 ? value + 20 : value));
    const [quiet, jumping] = await featuresOf(axis, [still, displaced]);
    const size = (row: Record<string, number>, dates: number) => Math.exp(row[`excursion_${dates}`]) - 0.2;
    // Four dates in a row stand out by nearly 20 mm (4 units); no run of eight does.
    expect(size(jumping, 2)).toBeGreaterThan(3);
    expect(size(jumping, 3)).toBeGreaterThan(3);
    expect(size(jumping, 8)).toBeLessThan(0.5);
    expect(size(quiet, 2)).toBeLessThan(0.3);
  });

  it('weigh a step of one cycle as least squares does', async () => {
    const jumped = Array.from(axis.years, (_, i) => (i >= 70 ? CYCLE : 0) + (i % 2 === 0 ? 1 : -1));
    const smaller = jumped.map((value) => value * 0.3);
    const [cycle, part] = await featuresOf(axis, [jumped, smaller]);
    // A whole cycle is explained almost to the noise; three tenths of one are not.
    expect(cycle.cycle_step_beside_line).toBeGreaterThan(2);
    expect(part.cycle_step_beside_line).toBeLessThan(0.1);
  });

  it('see a cycle missing in a fast motion, but hardly one where it merely slows down', async () => {
    const days = Int32Array.from({ length: 140 }, (_, i) => 12 * i + (i >= 30 ? 60 : 0));
    const gappy = createEpochAxis(days);
    const slowing = Array.from(gappy.years, (year) => 50 * Math.min(year, 1.6) + 5 * year);
    const jumped = slowing.map((value, i) => value - (i >= 30 ? CYCLE : 0));
    const rough = (values: number[]) => values.map((value, i) => value + (i % 2 === 0 ? 2 : -2));
    const [plain, wrapped] = await featuresOf(gappy, [rough(slowing), rough(jumped)]);
    expect(plain.cycle_step_beside_curve).toBeLessThan(0.25);
    expect(wrapped.cycle_step_beside_curve).toBeGreaterThan(3 * plain.cycle_step_beside_curve);
  });

  it('carry the dates along', async () => {
    const days = Int32Array.from({ length: 60 }, (_, i) => 12 * i);
    const regular = createEpochAxis(days);
    const [row] = await featuresOf(regular, [Array.from(days, () => 0)]);
    expect(FIXED.map((name) => row[name])).toEqual([
      expect.closeTo(Math.log((59 * 12) / 365.25 / 4), 5),
      expect.closeTo(Math.log(60 / 200), 5),
      expect.closeTo(Math.log((12 / 365.25) * 30), 5),
      expect.closeTo(Math.log(CYCLE / 5 / 5.5), 5),
    ]);
  });
});
