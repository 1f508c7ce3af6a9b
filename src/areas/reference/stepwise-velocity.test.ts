import { describe, expect, it } from 'vitest';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { fitSlope } from '../series-slope.js';
import { createStepwiseVelocity } from './stepwise-velocity.js';

const axis = createEpochAxis(Array.from({ length: 40 }, (_, i) => 18_000 + 6 * i + (i > 20 ? 30 : 0)));

describe('createStepwiseVelocity', () => {
  it('is a least-squares line where there is no step', () => {
    const series = Array.from(axis.years, (year, i) => 4 * year + Math.sin(7 * i));
    expect(createStepwiseVelocity(axis, [])(series)).toBeCloseTo(fitSlope(axis.years, series), 9);
  });

  it('does not take steps for a velocity', () => {
    const steps = [axis.days[10], axis.days[25]];
    const series = Array.from(axis.years, (year, i) => -3 * year + (i >= 10 ? 12 : 0) + (i >= 25 ? -40 : 0));
    expect(createStepwiseVelocity(axis, steps)(series)).toBeCloseTo(-3, 9);
  });

  it('is nothing where every piece is a single date', () => {
    expect(createStepwiseVelocity(axis, Array.from(axis.days))([...axis.years])).toBe(0);
  });
});
