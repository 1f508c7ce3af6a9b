import { describe, expect, it } from 'vitest';
import { batchOfSeries, createNoiseSource, drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { trendCode } from '../series/trend-class.js';
import { createDescriber } from './describe.js';
import { CLASS_REPAIRED_FIELD, describeColumns, describeFields } from './description-columns.js';
import { evidenceFor, explainClass, MOST_EVIDENCE } from './evidence.js';
import { WHITE_NOISE } from './noise-model.js';
import { MISSING_REASONS } from './plan-dates.js';

const axis = drawAxis(createRandom('axis'), 120);
const epochs = axis.days.length;

/** Rows of white noise about a motion of time in years. */
function rowsOf(motions: ((year: number) => number)[], seed = 'rows', deviation = 2): Float32Array {
  const rows = new Float32Array(motions.length * epochs);
  const addNoise = createNoiseSource(WHITE_NOISE, axis, createRandom(seed));
  motions.forEach((motion, point) => {
    for (let i = 0; i < epochs; i++) rows[point * epochs + i] = motion(axis.years[i]);
    addNoise(rows, point * epochs, deviation);
  });
  return rows;
}

describe('closed forms', () => {
  it('returns exactly what a noise-free series was made of', async () => {
    const rows = rowsOf(
      [(t) => 5 - 12 * t, (t) => 3 * t + 2 * t * t, (t) => -4 * t + 25 * Math.max(0, t - 1.1)],
      'x',
      0,
    );
    const { describe: describeBatch } = createDescriber({ axis });
    const description = await describeBatch(batchOfSeries(axis, rows));
    expect(description.velocity[0]).toBeCloseTo(-12, 3);
    expect(description.acceleration[1]).toBeCloseTo(4, 3);
    expect(description.velocityStart[1]).toBeCloseTo(3, 2);
    expect((description.breakDay[2] - axis.days[0]) / 365.25).toBeCloseTo(1.1, 2);
    expect(description.velocityBefore[2]).toBeCloseTo(-4, 1);
    expect(description.velocityAfter[2]).toBeCloseTo(21, 1);
  });

  it('finds the day of zero velocity of a parabola', async () => {
    const rows = rowsOf([(t) => 10 * (t - 1) ** 2], 'zero', 0.2);
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rows));
    expect(description.zeroVelocityDay[0] - axis.days[0]).toBeGreaterThan(360);
    expect(description.zeroVelocityDay[0] - axis.days[0]).toBeLessThan(371);
  });
});

describe('describe', () => {
  it('says the same in the memory of an earlier batch, and where it need not look for what is missing', async () => {
    const first = batchOfSeries(axis, rowsOf([(t) => -9 * t, (t) => 30 * Math.max(0, t - 1), () => 0]));
    const bent = [(t: number) => 4 * t * t, () => 0, (t: number) => -2 * t];
    const second = batchOfSeries(axis, rowsOf(bent, 'second'));
    const fresh = await createDescriber({ axis }).describe(second);
    const describer = createDescriber({ axis });
    const used = await describer.describe(first);
    describer.recycle(used);
    const again = await describer.describe(second, undefined, true);
    expect(again).toBe(used);
    expect(again).toEqual(fresh);
    expect(await describer.describe(second)).not.toBe(used);
  });

  it('gives a point the same numbers whatever stands beside it', async () => {
    const motions = Array.from({ length: 70 }, (_, i) => (t: number) => i * t);
    const rows = rowsOf(motions);
    rows[3 * epochs + 5] = Number.NaN;
    const { describe: describeBatch } = createDescriber({ axis });
    const all = await describeBatch(batchOfSeries(axis, rows));
    for (const point of [2, 3]) {
      const alone = await describeBatch(
        batchOfSeries(axis, rows.slice(point * epochs, (point + 1) * epochs)),
      );
      expect(all.velocity[point]).toBe(alone.velocity[0]);
      expect(all.breakDay[point]).toBe(alone.breakDay[0]);
    }
  });

  it('keeps the raw series as it was', async () => {
    const rows = rowsOf([(t) => 4 * t]);
    const copy = Float32Array.from(rows);
    await createDescriber({ axis }).describe(batchOfSeries(axis, rows));
    expect(rows).toEqual(copy);
  });
});

describe('degenerate series', () => {
  const reasonOf = async (days: number[], rows: Float32Array): Promise<string[]> => {
    const own = createEpochAxis(days);
    const description = await createDescriber({ axis: own }).describe(batchOfSeries(own, rows));
    for (let point = 0; point < description.count; point++) {
      if (description.reason[point] !== 0) expect(description.velocity[point]).toBeNaN();
    }
    return Array.from(description.reason, (reason) => MISSING_REASONS[reason]);
  };
  const noise = (count: number): Float32Array => {
    const random = createRandom(count);
    return Float32Array.from({ length: count }, () => random.normal());
  };
  const every = (count: number, step: number): number[] =>
    Array.from({ length: count }, (_, i) => 18_000 + step * i);

  it('name their reason', async () => {
    const few = await reasonOf(
      every(60, 12),
      Float32Array.from({ length: 180 }, (_, i) => (i < 60 ? 7 : i % 2)),
    );
    expect(few).toEqual(Array(3).fill('fewer than three distinct values'));
    expect(await reasonOf(every(19, 30), noise(19))).toEqual(['fewer than 20 dates']);
    expect(await reasonOf(every(50, 6), noise(50))).toEqual(['less than a year of dates']);
    const gap = [...every(40, 12), ...every(40, 12).map((day) => day + 900)];
    expect(await reasonOf(gap, noise(80))).toEqual(['a gap of a year or more']);
  });

  it('count their own dates, not those of the axis', async () => {
    const rows = noise(60 * 3);
    rows.fill(Number.NaN, 0, 60);
    rows.fill(Number.NaN, 60 + 10, 60 + 55);
    expect(await reasonOf(every(60, 12), rows)).toEqual(['fewer than 20 dates', 'fewer than 20 dates', '']);
  });

  it('are described where one date is missing everywhere', async () => {
    const rows = noise(60 * 3);
    for (let point = 0; point < 3; point++) rows[point * 60 + 20] = Number.NaN;
    expect(await reasonOf(every(60, 12), rows)).toEqual(['', '', '']);
  });

  it('have no season before a year and a half', async () => {
    const own = createEpochAxis(every(40, 12));
    const description = await createDescriber({ axis: own }).describe(batchOfSeries(own, noise(40)));
    expect(description.seasonAmplitude[0]).toBeNaN();
    expect(description.velocity[0]).not.toBeNaN();
  });
});

describe('columns and evidence', () => {
  const motions = [
    (t: number) => 15 * t,
    (t: number) => 40 * Math.max(0, t - 1.2),
    (t: number) => (t > 1 ? 27.73 : 0),
  ];
  const classes = [trendCode('Linear'), trendCode('Bilinear'), trendCode('PUE'), trendCode('Stable')];

  it('has the names that are promised, and one value a point in every column', async () => {
    const rows = rowsOf([...motions, (t) => 15 * t]);
    rows.fill(Number.NaN, 3 * epochs);
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rows));
    const names = describeFields('full').map(({ name }) => name);
    const promised =
      'velocity_mm_yr velocity_se_mm_yr acceleration_mm_yr2 acceleration_se_mm_yr2 seasonal_amplitude_mm ' +
      'seasonal_peak_doy noise_mm break_date break_date_low break_date_high velocity_before_mm_yr ' +
      'velocity_after_mm_yr jump_dates jump_cycles evidence';
    expect(names).toEqual(expect.arrayContaining(promised.split(' ')));
    expect(CLASS_REPAIRED_FIELD.name).toBe('class_repaired');
    expect(describeFields('none')).toEqual([]);
    const columns = describeColumns('full', { description, axis, classes });
    expect(columns.every((column) => column.length === 4)).toBe(true);
    const valuesOf = (name: string) => columns[names.indexOf(name)];
    expect(valuesOf('break_date')[0]).toBe(MISSING_INT32);
    expect(Math.abs((valuesOf('break_date')[1] as number) - (axis.days[0] + 1.2 * 365.25))).toBeLessThan(30);
    expect(valuesOf('jump_cycles')).toEqual(['', '', '+1', '']);
    expect(valuesOf('jump_dates')[2]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(valuesOf('describe_note')[3]).toBe('fewer than 20 dates');
    expect(valuesOf('seasonal_peak_doy')[3]).toBe(MISSING_INT32);
    expect(valuesOf('velocity_mm_yr')[3]).toBeNaN();
  });

  it('says of a break interval where it may go on, and where it has a hole', async () => {
    const regular = createEpochAxis(Array.from({ length: 121 }, (_, i) => 18_000 + 12 * i));
    const bends: readonly ((share: number) => number)[] = [
      (share) => 60 * Math.max(0, share - 0.5),
      (share) => 60 * Math.max(0, share - 0.915),
      (share) => 60 * Math.max(0, 0.085 - share),
      // Bends and bends back: both places are as likely.
      (share) => 60 * (Math.max(0, share - 0.3) - Math.max(0, share - 0.7)),
    ];
    const rows = new Float32Array(bends.length * 121);
    const addNoise = createNoiseSource(WHITE_NOISE, regular, createRandom('notes'));
    bends.forEach((bend, point) => {
      addNoise(rows, point * 121, point < 3 ? 0.5 : 0.01);
      for (let i = 0; i < 121; i++) rows[point * 121 + i] += bend(i / 120);
    });
    const description = await createDescriber({ axis: regular }).describe(batchOfSeries(regular, rows));
    const columns = describeColumns('full', { description, axis: regular, classes: [3, 3, 3, 3] });
    const names = describeFields('full').map(({ name }) => name);
    expect(columns[names.indexOf('break_note')]).toEqual(['', 'open', 'open', 'disjoint']);
  });

  it('explains a class by the odds against the next one', async () => {
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rowsOf(motions)));
    const [constant, linear, quadratic] = description.criterion.subarray(0, 3);
    expect(quadratic).toBeGreaterThan(linear);
    expect(constant).toBeGreaterThan(linear);
    const evidence = evidenceFor(description, 0, 'Linear');
    const next = Math.min(...description.criterion.subarray(2, 8), constant);
    expect(evidence?.ratio).toBeCloseTo(Math.exp((next - linear) / 2), 6);
    expect(explainClass(description, 1, 'Bilinear')).toMatch(
      /^Bilinear rather than \w+: evidence .* to 1\.$/,
    );
    expect(explainClass(description, 2, 'PUE')).toMatch(/^PUE rather than /);
    expect(evidenceFor(description, 0, 'Stable')?.ratio).toBeCloseTo(1 / MOST_EVIDENCE, 12);
    expect(explainClass(description, 0, 'Stable')).toContain(
      'although Linear follows the dates more closely',
    );
    // The line itself, called by a shape that it does not need.
    expect(explainClass(description, 0, 'Quadratic')).toMatch(
      /^Quadratic by its size, although Linear with noise .* likelier \(evidence .* to 1\)\.$/,
    );
    expect(explainClass(description, 0, 'Stable')).toContain('evidence more than a million to 1 for it');
    expect(explainClass(description, 0, 'Stable')).toContain('the difference is not material');
  });

  it('calls a jump of a cycle that is not taken for one no small difference', async () => {
    const description = await createDescriber({ axis }).describe(batchOfSeries(axis, rowsOf(motions)));
    const text = explainClass(description, 2, 'Linear');
    expect(text).toMatch(/^Linear, although PUE follows the dates more closely/);
    expect(text).toMatch(/the classifier does not take the step for a jump\.$/);
  });
});
