import { describe, expect, it } from 'vitest';
import { TREND_CLASSES } from '../series/trend-class.js';
import { simulateStacks, simulateVariants } from './evaluation-samples.js';

const request = { kind: 'white', perClass: 12, seed: 'calendars' } as const;

describe('simulateStacks', () => {
  it('spreads the series of every class over several calendars, the same for the same seed', () => {
    const stacks = simulateStacks(request);
    expect(new Set(stacks.map(({ axis }) => axis.days.join())).size).toBe(5);
    const counts = TREND_CLASSES.map((_, code) =>
      stacks.reduce((sum, { labels }) => sum + labels.filter((label) => label === code).length, 0),
    );
    for (const count of counts) expect(count).toBe(15);
    const again = simulateStacks(request);
    expect(again.map(({ displacements }) => displacements)).toEqual(
      stacks.map(({ displacements }) => displacements),
    );
    expect(stacks[0].displacements).not.toEqual(stacks[1].displacements);
  });

  it('keeps to the dates that a model takes', () => {
    const days = Array.from({ length: 80 }, (_, i) => 18_000 + 12 * i);
    const [only, ...others] = simulateStacks({ ...request, days });
    expect(others).toHaveLength(0);
    expect([...only.axis.days]).toEqual(days.map((day) => day - 18_000 + only.axis.days[0]));
    expect(simulateVariants({ ...request, days }).dates).toHaveLength(0);
  });
});

describe('simulateVariants', () => {
  it('empties the stated share of cells, and draws on fewer and on more dates', () => {
    const { missing, dates } = simulateVariants(request);
    const shares = missing.map(
      ({ displacements }) =>
        displacements.filter((value) => Number.isNaN(value)).length / displacements.length,
    );
    // Three shares on five calendars each: the standard deviation of a share of some 2,800 cells is below 0.01.
    expect(shares).toHaveLength(15);
    shares.forEach((share, i) => {
      expect(Math.abs(share - [0.05, 0.15, 0.3][Math.floor(i / 5)])).toBeLessThan(0.03);
    });
    const lengths = new Set(dates.map(({ axis }) => axis.days.length));
    expect(lengths).toContain(70);
    expect(lengths).toContain(47);
    expect(Math.max(...lengths)).toBeGreaterThan(139);
  });
});
