import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { JUMP_PATTERNS, measureFalseRepairs, measureRepair } from '../../test/trials/repairs.js';
import { createRandom } from '../random.js';
import { dropShortOuterStretches, dropShortStretches, findCyclePath } from './cycle-path.js';
import { createDescriber } from './describe.js';
import { createNeighbourIndex, supportOfJumps } from './neighbours.js';
import type { NoiseModel } from './noise-model.js';
import { WHITE_NOISE } from './noise-model.js';
import { correctSeries, findRepairs, logRepairs } from './repair.js';

const CORRELATED: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 50 }], quietPoints: 0 };

describe('findCyclePath', () => {
  it('is the cheapest of all paths of a short series', () => {
    const random = createRandom('paths');
    const count = 6;
    for (let trial = 0; trial < 20; trial++) {
      const problem = {
        days: [0, 6, 12, 36, 42, 48],
        residuals: Float64Array.from({ length: count }, () => 30 * random.normal()),
        correlations: Float64Array.from({ length: count }, () => 0.5),
        variance: 40,
        cycle: 27.7,
        penalty: 6,
      };
      const costOf = (path: ArrayLike<number>): number => {
        let cost = 0;
        for (let i = 1; i < count; i++) {
          const before = problem.residuals[i - 1] - path[i - 1] * problem.cycle;
          const innovation = problem.residuals[i] - path[i] * problem.cycle - 0.5 * before;
          const price = problem.days[i] - problem.days[i - 1] > 18 ? 3 : 6;
          cost += innovation ** 2 / (40 * 0.75) + price * Math.abs(path[i] - path[i - 1]);
        }
        return cost;
      };
      let least = Number.POSITIVE_INFINITY;
      for (let code = 0; code < 5 ** (count - 1); code++) {
        const path = [0];
        for (let i = 0, rest = code; i < count - 1; i++, rest = Math.floor(rest / 5))
          path.push((rest % 5) - 2);
        least = Math.min(least, costOf(path));
      }
      expect(costOf(findCyclePath(problem))).toBeCloseTo(least, 9);
    }
  });

  it('leaves out stretches too short to be jumps', () => {
    const path = Int8Array.from([0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 2]);
    expect([...dropShortStretches(path, 3)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect([...dropShortOuterStretches(Int8Array.from([0, 1, 1, 1, 1, 1, 2, 2]), 3)]).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('repair', () => {
  it.each(JUMP_PATTERNS)('finds the cycles of %s jumps under correlated noise', async (pattern) => {
    const random = createRandom(`repair ${pattern}`);
    const describer = createDescriber({ axis: drawAxis(random, 139), noise: CORRELATED });
    const right = await measureRepair(describer, CORRELATED, pattern, 150, random);
    expect(right).toBeGreaterThan(0.97);
  });

  it.each(['textbook', 'realistic'] as const)('leaves series without a jump alone (%s)', async (kind) => {
    const random = createRandom(`no jump ${kind}`);
    const describer = createDescriber({ axis: drawAxis(random, 139), noise: CORRELATED });
    expect(await measureFalseRepairs(describer, CORRELATED, kind, 1500, random)).toBeLessThan(0.005);
  });

  it('logs every change, corrects a copy and keeps the raw series', async () => {
    const axis = drawAxis(createRandom('axis'), 120);
    const rows = new Float32Array(2 * 120);
    const addNoise = createNoiseSource(WHITE_NOISE, axis, createRandom('log'));
    for (const point of [0, 1]) addNoise(rows, point * 120, 2);
    for (let i = 50; i < 70; i++) rows[120 + i] += 27.73;
    rows[120 + 30] = Number.NaN;
    const raw = Float32Array.from(rows);
    const batch = batchOfSeries(axis, rows);
    const describer = createDescriber({ axis });
    const findings = findRepairs(describer, batch, await describer.describe(batch));
    expect(findings.map(({ point, accepted }) => [point, accepted])).toEqual([[1, true]]);
    const log = logRepairs(batch, findings);
    expect(log.map(({ pid, day, cycles }) => [pid, day, cycles])).toEqual([
      ['1', axis.days[50], 1],
      ['1', axis.days[70], -1],
    ]);
    expect(log[0].evidence).toBeGreaterThan(10);
    const corrected = correctSeries(batch, findings, describer.cycle);
    expect(rows).toEqual(raw);
    expect(corrected[120 + 60]).toBeCloseTo(raw[120 + 60] - describer.cycle, 4);
    expect(corrected[120 + 40]).toBe(raw[120 + 40]);
    expect(corrected[120 + 30]).toBeNaN();
    expect(corrected.subarray(0, 120)).toEqual(raw.subarray(0, 120));
  });

  it('tells a step of part of a cycle without repairing it', async () => {
    const axis = drawAxis(createRandom('axis'), 120);
    const rows = new Float32Array(120);
    createNoiseSource(WHITE_NOISE, axis, createRandom('sub'))(rows, 0, 1.5);
    for (let i = 60; i < 120; i++) rows[i] += 14;
    const batch = batchOfSeries(axis, rows);
    const describer = createDescriber({ axis });
    const [finding] = findRepairs(describer, batch, await describer.describe(batch), { points: [0] });
    expect(finding.accepted).toBe(false);
    expect(finding.subCycleStep?.epoch).toBe(60);
    expect(finding.subCycleStep?.sizeMm).toBeCloseTo(14, -1);
  });

  it('does not shift a series after a ramp that ends in a flip', async () => {
    const axis = drawAxis(createRandom('axis'), 139);
    const rows = new Float32Array(139);
    createNoiseSource(WHITE_NOISE, axis, createRandom('ramp'))(rows, 0, 1.5);
    for (let i = 60; i < 75; i++) rows[i] += (27.73 * (i - 60)) / 15;
    const batch = batchOfSeries(axis, rows);
    const describer = createDescriber({ axis });
    const findings = findRepairs(describer, batch, await describer.describe(batch), { points: [0] });
    expect(findings.some(({ accepted }) => accepted)).toBe(false);
  });

  async function judge(change: (epoch: number) => number) {
    const axis = drawAxis(createRandom('axis'), 139);
    const rows = new Float32Array(139);
    createNoiseSource(WHITE_NOISE, axis, createRandom('judge'))(rows, 0, 1.5);
    for (let i = 0; i < 139; i++) rows[i] += 27.73 * change(i);
    const batch = batchOfSeries(axis, rows);
    const describer = createDescriber({ axis });
    const [finding] = findRepairs(describer, batch, await describer.describe(batch), { points: [0] });
    return [finding.path?.jumps.map(({ epoch }) => epoch), finding.refusal];
  }

  it('tells a lasting jump from a beginning or an end that only a few dates show', async () => {
    expect(await judge((i) => Number(i >= 131))).toEqual([[131], '']);
    expect(await judge((i) => Number(i >= 133))).toEqual([
      [133],
      'the months before and after do not differ, or are too few',
    ]);
  });

  it('takes weaker evidence where neighbours make the same jump, but not any', async () => {
    const axis = drawAxis(createRandom('axis'), 139);
    // Under noise that wanders as far as this a jump says little.
    const noise = { whiteShare: 0.02, exponentials: [{ share: 0.98, days: 1024 }], quietPoints: 0 };
    const describer = createDescriber({ axis, noise });
    const addNoise = createNoiseSource(WHITE_NOISE, axis, createRandom('weak'));
    const judge = async (rows: Float32Array) => {
      const batch = batchOfSeries(axis, rows);
      return findRepairs(describer, batch, await describer.describe(batch), { points: [0] })[0];
    };
    const found: [gain: number, alone: string, shared: string][] = [];
    for (let trial = 0; trial < 40; trial++) {
      const row = new Float32Array(139);
      addNoise(row, 0, 3 + 0.5 * (trial % 6));
      row.subarray(70).forEach((value, i, after) => {
        after[i] = value + 27.73;
      });
      const alone = await judge(row);
      if (!['', 'evidence too weak'].includes(alone?.refusal ?? 'no jump')) continue;
      const shared = await judge(Float32Array.from({ length: 3 * 139 }, (_, i) => row[i % 139]));
      found.push([alone.path!.gain, alone.refusal, shared.refusal]);
    }
    for (const [gain, alone, shared] of found) {
      expect(alone).toBe(gain >= 10 ? '' : 'evidence too weak');
      expect(shared).toBe(gain >= 4 ? '' : 'evidence too weak');
    }
    expect(found.some(([gain]) => gain >= 4 && gain < 10)).toBe(true);
    expect(found.some(([gain]) => gain < 4)).toBe(true);
  });

  it('leaves a stretch alone of which every fourth date did not jump', async () => {
    const [jumps, refusal] = await judge((i) => Number(i >= 60 && i < 90 && i % 4 !== 1));
    expect(jumps).toHaveLength(2);
    expect(refusal).toBe('not smooth once repaired');
  });
});

describe('neighbours', () => {
  it('share a jump within the radius and one epoch', () => {
    // 0.0005 degrees of latitude are 56 m, 0.002 degrees 223 m.
    const longitude = [13, 13, 13, 13];
    const latitude = [38, 38.0005, 38.0008, 38.002];
    const index = createNeighbourIndex(longitude, latitude, 100);
    expect(index.near(0).sort()).toEqual([1, 2]);
    const jumps = [
      { point: 0, epoch: 10, cycles: 1 },
      { point: 1, epoch: 11, cycles: 1 },
      { point: 2, epoch: 10, cycles: -1 },
      { point: 3, epoch: 10, cycles: 1 },
    ];
    expect(supportOfJumps(index, jumps).map(({ near, sharing }) => [near, sharing])).toEqual([
      [2, 1],
      [2, 1],
      [2, 0],
      [0, 0],
    ]);
  });

  it("measures longitude at the map's latitude", () => {
    // At 60 degrees north a degree of longitude is half as long: 0.0015 degrees are 83 m.
    const index = createNeighbourIndex([10, 10.0015, 10.0025], [60, 60, 60], 100);
    expect(index.near(0)).toEqual([1]);
  });
});
