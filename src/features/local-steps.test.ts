import { describe, expect, it } from 'vitest';
import { choleskyFactor, solveLower, solveLowerTransposed } from '../kinematics/linear-algebra.js';
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

/** Least squares by the normal equations. */
function solve(columns: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = columns.length;
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const factor = choleskyFactor(
    Float64Array.from(columns.flatMap((a) => columns.map((b) => product(a, b)))),
    size,
  ) as Float64Array;
  const solution = Float64Array.from(columns, (column) => product(column, values));
  solveLower(factor, size, solution);
  solveLowerTransposed(factor, size, solution);
  return [...solution];
}

/** How far every three dates lie off the line through the twelve before, and after them. */
function plainSteps(series: readonly number[]): Record<'after' | 'before', number[]> {
  const levelOf = (from: number) => {
    const [times, values] = [axis.years, series].map((all) => [...all.slice(from, from + 3)]);
    return { time: (times[0] + times[1] + times[2]) / 3, value: (values[0] + values[1] + values[2]) / 3 };
  };
  const lineOf = (from: number) => {
    const times = [...axis.years.slice(from, from + 12)];
    return solve([times.map(() => 1), times], series.slice(from, from + 12));
  };
  const places = Array.from({ length: series.length - 14 }, (_, start) => start);
  const off = (levelFrom: number, lineFrom: number) => {
    const [level, line] = [levelOf(levelFrom), lineOf(lineFrom)];
    return level.value - line[0] - line[1] * level.time;
  };
  return {
    after: places.map((start) => off(start + 12, start)),
    before: places.map((start) => off(start, start + 3)),
  };
}

describe('steps beside a local line', () => {
  it('are those of least squares, either way', async () => {
    const random = createRandom('local steps');
    const series = Array.from(
      axis.years,
      (year, i) =>
        6 * Math.max(0, year - 1.2) - (i >= 60 ? 5.5 : 0) + (i >= 90 ? 4 : 0) + 0.4 * random.normal(),
    );
    const row = await measure(series);
    for (const [side, steps] of Object.entries(plainSteps(series))) {
      const [up, down] = [Math.max(...steps), -Math.min(...steps)];
      expect(Math.exp(row[`step_${side}_line`]) - 0.06).toBeCloseTo(Math.max(up, down), 3);
      expect(Math.exp(row[`step_${side}_line_both_ways`]) - 0.06).toBeCloseTo(Math.min(up, down), 3);
    }
  });

  it('weigh what is certain: in noise of 1 without a step they have a standard deviation of 1', async () => {
    const random = createRandom('certain');
    // The one place that there is on fifteen dates.
    const short = createEpochAxis([0, 12, 24, 36, 48, 72, 84, 96, 108, 120, 132, 144, 200, 212, 224]);
    const draws = 2000;
    const series = Array.from({ length: draws }, () => Array.from(short.days, () => random.normal()));
    const squares = (await measureAll(short, series)).reduce(
      (sum, row) => sum + (Math.exp(row.step_after_line_certain) - 0.06) ** 2,
      0,
    );
    expect(squares / draws).toBeGreaterThan(0.9);
    expect(squares / draws).toBeLessThan(1.1);
  });

  it('are none on a line, and greater by a cycle where a fast motion that stops in a gap has lost one', async () => {
    const at = axis.days.findIndex((day, i) => i > 20 && day - axis.days[i - 1] > 12);
    const corner = (axis.years[at] + axis.years[at - 1]) / 2;
    const sizeOf = async (motion: Float64Array) => Math.exp((await measure(motion)).step_after_line) - 0.06;
    const stopping = axis.years.map((year) => (220 * Math.min(year, corner)) / span);
    const ofStop = await sizeOf(stopping);
    expect(await sizeOf(axis.years.map((year) => (220 * year) / span))).toBeLessThan(0.01);
    expect(await sizeOf(stopping.map((value, i) => value - (i >= at ? 5.5 : 0)))).toBeGreaterThan(ofStop + 3);
  });

  it('stand out of the usual where there is one, not where the whole series wavers', async () => {
    const random = createRandom('usual');
    const noise = Array.from(axis.years, () => 0.5 * random.normal());
    const step = noise.map((value, i) => value + (i >= 70 ? 5.5 : 0));
    const waver = noise.map((value, i) => value + (Math.floor(i / 12) % 2 === 0 ? 5.5 : 0));
    const [ofStep, ofWaver] = [await measure(step), await measure(waver)];
    expect(ofStep.step_after_line_against_usual).toBeGreaterThan(ofWaver.step_after_line_against_usual + 0.5);
  });
});
