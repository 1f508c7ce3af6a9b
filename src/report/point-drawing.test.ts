import { describe, expect, it } from 'vitest';
import type { ExaminedPoint } from '../classify/examine-point.node.js';
import { createDescriber } from '../kinematics/describe.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { drawPoint } from './point-drawing.js';

const CYCLE = 27.73;
const axis = createEpochAxis(Array.from({ length: 90 }, (_, i) => 18_000 + 12 * i));
const JUMP = 50;

/** A point called PUE: a line that rises by a share of a cycle at one date. */
async function examinedPoint(share: number, repaired: boolean): Promise<ExaminedPoint> {
  const describer = createDescriber({ axis });
  const series = Float32Array.from(axis.years, (year, i) => {
    return 4 * year + 0.8 * Math.sin(7 * i) + (i >= JUMP ? share * CYCLE : 0);
  });
  const description = await describer.describe({
    axis,
    count: 1,
    pids: ['P'],
    longitude: new Float64Array(1),
    latitude: new Float64Array(1),
    displacements: series,
    attributes: [],
  });
  description.stepEpoch[0] = JUMP;
  description.stepSign[0] = 1;
  const point: Partial<ExaminedPoint> = {
    dataset: { name: 'map.csv', format: 'csv', axis },
    pid: 'P',
    series,
    className: 'PUE',
    describer,
    description,
    row: 0,
    finding: undefined,
    repaired: repaired
      ? { series: series.map((value, i) => value - (i >= JUMP ? CYCLE : 0)), className: 'Linear' }
      : undefined,
  };
  return point as ExaminedPoint;
}

/** The largest step of the drawn motion from one date to the next. */
const largestStep = (strokes: readonly { readonly values: readonly number[] }[]): number => {
  const values = strokes.flatMap((stroke) => [...stroke.values]);
  return Math.max(...values.slice(1).map((value, i) => Math.abs(value - values[i])));
};

describe('the drawing of a PUE', () => {
  it('shows the motion with its jumps where they are put right', async () => {
    const drawing = await drawPoint(await examinedPoint(1, true));
    expect(drawing.jumps).toEqual([
      { day: axis.days[JUMP], label: expect.stringMatching(/^\+1 cycle, /), isBelieved: true },
    ]);
    expect(drawing.motion).toHaveLength(2);
    expect(largestStep(drawing.motion)).toBeGreaterThan(0.9 * CYCLE);
    expect(drawing.title).toBe('P: PUE, once repaired Linear');
  });

  it('shows the likeliest motion without a jump that is not believed, and names the jump as such', async () => {
    const drawing = await drawPoint(await examinedPoint(0.45, false));
    expect(drawing.jumps).toHaveLength(1);
    expect(drawing.jumps[0].isBelieved).toBe(false);
    expect(drawing.jumps[0].label).toContain('not believed');
    expect(largestStep(drawing.motion)).toBeLessThan(0.2 * CYCLE);
    expect(drawing.repaired).toBeUndefined();
    expect(drawing.title).toBe('P: PUE');
  });
});
