import { describe, expect, it } from 'vitest';
import { createGraph, encodeGraph } from '../network/graph.js';
import { float32Tensor } from '../network/tensor.js';
import { createRandom } from '../random.js';
import { loadNodeRuntime } from '../runtime/session.node.js';
import { createEpochAxis, type EpochAxis } from '../series/epoch-axis.js';
import { granadaCalendar } from '../simulate/calendars.js';
import { createFeatureColumns } from './feature-columns.js';
import { DISPLACEMENT_INPUT, declareDisplacement } from './front-end.js';
import { rowMean } from './graph-rows.js';
import { localSteps, measureLocalSteps } from './local-steps.js';

const SMALL = 0.06;
const runtime = await loadNodeRuntime();
const axis = granadaCalendar('local steps');
const span = axis.years[axis.years.length - 1];

async function measureAll(
  onAxis: EpochAxis,
  series: readonly ArrayLike<number>[],
): Promise<Record<string, number>[]> {
  const graph = createGraph();
  const columns = createFeatureColumns();
  const share = onAxis.years.map((year) => year / onAxis.years[onAxis.years.length - 1]);
  const displacement = declareDisplacement(graph, onAxis);
  columns.add('mean', rowMean(displacement));
  measureLocalSteps(displacement, localSteps(share), columns);
  const { features, names } = columns.finish();
  const session = await runtime.createSession(encodeGraph(graph, { features }));
  const values = Float32Array.from(series.flatMap((one) => Array.from(one)));
  const rows = float32Tensor(values, [series.length, onAxis.days.length]);
  const { data } = (await session.run({ [DISPLACEMENT_INPUT]: rows })).features;
  await session.dispose();
  return series.map((_, row) =>
    Object.fromEntries(names.map((name, i) => [name, Number(data[row * names.length + i])])),
  );
}

async function measure(series: ArrayLike<number>): Promise<Record<string, number>> {
  return (await measureAll(axis, [series]))[0];
}

const sizeOf = (row: Record<string, number>, name: string) => Math.exp(row[name]) - SMALL;

/** Mean time, mean value and number of some dates. */
function meanOf(values: ArrayLike<number>, from: number, count: number) {
  const of = (all: ArrayLike<number>) =>
    Array.from(all)
      .slice(from, from + count)
      .reduce((sum, value) => sum + value, 0) / count;
  return { time: of(axis.years), value: of(values), variance: 1 / count };
}

type Mean = ReturnType<typeof meanOf>;

/** The line through two means at another time, and the variance of its value there. */
function lineAt(first: Mean, second: Mean, time: number) {
  const rate = (second.value - first.value) / (second.time - first.time);
  const part = (time - first.time) / (second.time - first.time);
  return {
    value: first.value + rate * (time - first.time),
    variance: (1 - part) ** 2 * first.variance + part ** 2 * second.variance,
  };
}

/** Steps between two lines of four halves at every place, in standard deviations. */
function plainSteps(series: readonly number[], half: number): number[] {
  return Array.from({ length: series.length - 4 * half + 1 }, (_, start) => {
    const means = [0, 1, 2, 3].map((k) => meanOf(series, start + k * half, half));
    const place = start + 2 * half;
    const time = (axis.years[place - 1] + axis.years[place]) / 2;
    const [before, after] = [lineAt(means[0], means[1], time), lineAt(means[2], means[3], time)];
    return (after.value - before.value) / Math.sqrt(before.variance + after.variance);
  });
}

/** How far the last and the first dates lie off the lines next to them, at the most, in standard deviations. */
function plainStepAtEnd(series: readonly number[]): number {
  const { length } = series;
  const sizes = [3, 4, 6, 8].flatMap((dates) =>
    [
      [0, dates, dates + 6],
      [length - dates, length - dates - 6, length - dates - 12],
    ].map(([end, near, far]) => {
      const level = meanOf(series, end, dates);
      const line = lineAt(meanOf(series, near, 6), meanOf(series, far, 6), level.time);
      return Math.abs(level.value - line.value) / Math.sqrt(level.variance + line.variance);
    }),
  );
  return Math.max(...sizes);
}

function noisySteps(): number[] {
  const random = createRandom('local steps');
  return Array.from(
    axis.years,
    (year, i) =>
      6 * Math.max(0, year - 1.2) -
      (i >= 60 ? 5.5 : 0) +
      (i >= 90 ? 4 : 0) +
      (i >= axis.years.length - 3 ? 6 : 0) +
      0.4 * random.normal(),
  );
}

describe('steps beside local lines', () => {
  it('are those of plain means and lines, at every place and at the ends', async () => {
    const series = noisySteps();
    const row = await measure(series);
    for (const half of [3, 6, 12]) {
      const steps = plainSteps(series, half);
      const [up, down] = [Math.max(...steps), -Math.min(...steps)];
      const usual = steps.reduce((sum, step) => sum + Math.abs(step), 0) / series.length;
      expect(sizeOf(row, `step_${half}`)).toBeCloseTo(Math.max(up, down), 3);
      expect(sizeOf(row, `step_${half}_both_ways`)).toBeCloseTo(Math.min(up, down), 3);
      expect(row[`step_${half}_against_usual`]).toBeCloseTo(row[`step_${half}`] - Math.log(usual + SMALL), 3);
    }
    expect(sizeOf(row, 'step_at_end')).toBeCloseTo(plainStepAtEnd(series), 3);
  });

  it('have a standard deviation of 1 in noise of 1 without a step', async () => {
    const random = createRandom('certain');
    // The one place between two lines of six dates that there is on twelve dates; too few for the ends.
    const short = createEpochAxis([0, 12, 24, 36, 48, 72, 84, 96, 108, 120, 132, 200]);
    const draws = 2000;
    const series = Array.from({ length: draws }, () => Array.from(short.days, () => random.normal()));
    const rows = await measureAll(short, series);
    const variance = rows.reduce((sum, row) => sum + sizeOf(row, 'step_3') ** 2, 0) / draws;
    expect(variance).toBeGreaterThan(0.9);
    expect(variance).toBeLessThan(1.1);
    for (const name of ['step_6', 'step_12', 'step_at_end']) expect(sizeOf(rows[0], name)).toBeCloseTo(0, 6);
  });

  it('are none on a line, and greater where a fast motion that stops in a gap has lost a cycle', async () => {
    const at = axis.days.findIndex((day, i) => i > 20 && day - axis.days[i - 1] > 12);
    const corner = (axis.years[at] + axis.years[at - 1]) / 2;
    const stopping = axis.years.map((year) => (220 * Math.min(year, corner)) / span);
    const lost = stopping.map((value, i) => value - (i >= at ? 5.5 : 0));
    const line = axis.years.map((year) => (220 * year) / span);
    const [ofLine, ofStop, ofLost] = await measureAll(axis, [line, stopping, lost]);
    expect(sizeOf(ofLine, 'step_3')).toBeLessThan(0.01);
    expect(sizeOf(ofLost, 'step_3')).toBeGreaterThan(sizeOf(ofStop, 'step_3') + 1);
  });

  it('stand out of the usual where there is one, not where the whole series wavers', async () => {
    const random = createRandom('usual');
    const noise = Array.from(axis.years, () => 0.5 * random.normal());
    const step = noise.map((value, i) => value + (i >= 70 ? 5.5 : 0));
    const waver = noise.map((value, i) => value + (Math.floor(i / 12) % 2 === 0 ? 5.5 : 0));
    const [ofStep, ofWaver] = await measureAll(axis, [step, waver]);
    expect(ofStep.step_6_against_usual).toBeGreaterThan(ofWaver.step_6_against_usual + 0.5);
  });
});
