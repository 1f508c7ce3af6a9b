import { describe, expect, it } from 'vitest';
import { doubtUnits, medianStep } from './unit-doubt.js';

describe('medianStep', () => {
  it('looks within every series, not from one to the next, and passes over what is missing', () => {
    expect(medianStep([0, 1, 1, 50, 51, 51, 200, 201, 201], 3)).toBe(1);
    expect(medianStep([0, 900, 0, 900], 1)).toBeUndefined();
    expect(medianStep([0, Number.NaN, 4, 2], 4)).toBe(2);
  });
});

describe('doubtUnits', () => {
  it('is silent where the steps are those of radar, and where there are none', () => {
    expect(doubtUnits(2, 'mm')).toBeUndefined();
    expect(doubtUnits(0.3, 'cm')).toBeUndefined();
    expect(doubtUnits(0, 'mm')).toBeUndefined();
    expect(doubtUnits(undefined, 'mm')).toBeUndefined();
  });

  it('names the unit that would fit where only one does', () => {
    expect(doubtUnits(0.043, 'mm')).toMatch(/0.043 mm .* very little: is the unit cm \(--units cm\)\?$/);
    expect(doubtUnits(0.002, 'mm')).toMatch(/is the unit m \(--units m\)\?$/);
    expect(doubtUnits(2, 'cm')).toMatch(/20 mm .* very much: is the unit mm \(--units mm\)\?$/);
    expect(doubtUnits(0.01, 'mm')).toMatch(/is the unit another/);
  });
});
