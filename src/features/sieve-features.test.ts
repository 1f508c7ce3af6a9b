import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import type { Runtime } from '../runtime/session.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { measureFeatures } from '../train/feature-samples.js';

const CYCLE = 27.733;
const MATERIAL = 5;
const axis = granadaCalendar('sieve');
const { length } = axis.years;
const span = axis.years[length - 1];
let runtime: Runtime;
beforeAll(async () => {
  runtime = await loadNodeRuntime();
});

async function featuresOf(
  series: readonly (readonly number[])[],
  settings = { materialMm: MATERIAL, cycleMm: CYCLE },
): Promise<Record<string, number>[]> {
  const values = Float32Array.from(series.flat());
  const wanted = { ...settings, grid: false, extent: 'sieve' as const };
  const { names, features } = await measureFeatures(runtime, axis, values, series.length, wanted);
  return series.map((_, row) =>
    Object.fromEntries(names.map((name, column) => [name, features[row * names.length + column]])),
  );
}

function drawSeries(count: number): number[][] {
  const random = createRandom('sieve series');
  return Array.from({ length: count }, (_, k) => {
    const rate = 6 * random.normal();
    const jumpAt = random.integer(length);
    return Array.from(axis.years, (year, i) => {
      const season = 3 * Math.cos(2 * Math.PI * year);
      return rate * year + (k % 3 === 0 && i >= jumpAt ? CYCLE : 0) + 2 * random.normal() + season;
    });
  });
}

describe('the features of a sieve', () => {
  it('do not change with the sign or the level of a series', async () => {
    const series = drawSeries(12);
    const plain = await featuresOf(series);
    const turned = await featuresOf(series.map((values) => values.map((value) => 40 - value)));
    plain.forEach((row, i) => {
      for (const [name, value] of Object.entries(row)) {
        expect(Math.abs(turned[i][name] - value), name).toBeLessThan(2e-3 * (1 + Math.abs(value)));
      }
    });
  });

  it('measure every length in the material size', async () => {
    const series = drawSeries(6);
    const plain = await featuresOf(series);
    const settings = { materialMm: 3 * MATERIAL, cycleMm: 3 * CYCLE };
    const scaled = await featuresOf(
      series.map((values) => values.map((value) => 3 * value)),
      settings,
    );
    plain.forEach((row, i) => {
      for (const [name, value] of Object.entries(row)) expect(scaled[i][name], name).toBeCloseTo(value, 2);
    });
  });

  it('are the drift, the sag and the season of shapes without noise', async () => {
    const [line, parabola, season, still] = await featuresOf([
      Array.from(axis.years, (year) => 10 * year),
      Array.from(axis.years, (year) => 6 * (year - span / 2) ** 2),
      Array.from(axis.years, (year) => 9 * Math.cos(2 * Math.PI * year)),
      Array.from(axis.years, () => 7),
    ]);
    expect(Math.exp(line.log_drift) - 0.06).toBeCloseTo((10 * span) / MATERIAL, 0);
    expect(line.drift_share).toBeGreaterThan(0.98);
    expect(line.monotony).toBeGreaterThan(0.95);
    expect(line.log_rest_line).toBeLessThan(Math.log(0.1));
    expect(parabola.drift_share).toBeLessThan(0.02);
    expect(parabola.log_rest_parabola).toBeLessThan(parabola.log_rest_line - 2);
    // The sum of the squares of its coefficients, a little less for the ridge that holds them.
    const squared = Math.exp(season.annual) - 0.06;
    expect(squared).toBeGreaterThan(0.8 * (9 / MATERIAL) ** 2);
    expect(squared).toBeLessThan((9 / MATERIAL) ** 2);
    expect(Math.exp(season.log_range)).toBeLessThan(0.2 * (18 / MATERIAL));
    expect(Math.exp(still.log_range) - 0.06).toBeCloseTo(0, 3);
    for (const row of [line, parabola, season, still]) {
      for (const [name, value] of Object.entries(row)) expect(Number.isFinite(value), name).toBe(true);
    }
  });

  it('measure noise from date to date as a plain loop does', async () => {
    const [series] = drawSeries(2).slice(1);
    const [row] = await featuresOf([series]);
    let sum = 0;
    for (let i = 1; i < length; i++) sum += Math.abs(series[i] - series[i - 1]);
    expect(Math.exp(row.log_difference_noise) - 0.03).toBeCloseTo(sum / (length - 1) / MATERIAL, 4);
  });

  it('see a cycle that is lost for good, for some dates or near an end', async () => {
    const random = createRandom('lost cycles');
    const noise = Array.from(axis.years, () => random.normal());
    const [quiet, lasting, brief, late] = await featuresOf([
      noise,
      noise.map((value, i) => value + (i >= 70 ? CYCLE : 0)),
      noise.map((value, i) => value + (i >= 60 && i < 64 ? CYCLE : 0)),
      noise.map((value, i) => value + (i >= length - 4 ? CYCLE : 0)),
    ]);
    expect(lasting.cycle_step).toBeGreaterThan(quiet.cycle_step + 2);
    expect(lasting.log_step).toBeGreaterThan(quiet.log_step + 1);
    expect(brief.excursion).toBeGreaterThan(quiet.excursion + 1);
    expect(late.step_at_end).toBeGreaterThan(quiet.step_at_end + 1);
  });
});
