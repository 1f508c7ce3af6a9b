import { describe, expect, it } from 'vitest';
import { doubtUnits } from './unit-doubt.js';

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
