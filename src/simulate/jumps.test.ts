import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { granadaCalendar } from './calendars.js';
import {
  cyclesOfJumps,
  drawJumps,
  JUMP_PARAMETERS,
  JUMP_PATTERNS,
  jumpsOfCycles,
  TEXTBOOK_JUMP_PARAMETERS,
  wrapFastMotion,
} from './jumps.js';

const axis = granadaCalendar(1);

describe('cyclesOfJumps', () => {
  it('counts jumps from their date on, and ramps before it', () => {
    expect([...cyclesOfJumps([{ epoch: 2, cycles: 1 }], 5)]).toEqual([0, 0, 1, 1, 1]);
    expect([...cyclesOfJumps([{ epoch: 3, cycles: 2 }], 5, 2)]).toEqual([0, 0, 1, 2, 2]);
    expect(jumpsOfCycles([0, 0, 1, 1, -1])).toEqual([
      { epoch: 2, cycles: 1 },
      { epoch: 4, cycles: -2 },
    ]);
  });
});

describe('drawJumps', () => {
  it('draws every pattern with about its share', () => {
    const random = createRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const { pattern } = drawJumps(axis, random);
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    }
    JUMP_PATTERNS.forEach((pattern, index) => {
      expect(
        Math.abs((counts.get(pattern) ?? 0) / 4000 - JUMP_PARAMETERS.patternWeights[index]),
      ).toBeLessThan(0.03);
    });
  });

  it('keeps sizes between 0.58 and 2.1 cycles, lasting at least three dates', () => {
    const random = createRandom(2);
    for (let i = 0; i < 1000; i++) {
      const { jumps } = drawJumps(axis, random);
      for (const jump of jumps) {
        expect(Math.abs(jump.cycles)).toBeGreaterThanOrEqual(0.58);
        expect(Math.abs(jump.cycles)).toBeLessThanOrEqual(2.1);
        expect(jump.epoch).toBeGreaterThanOrEqual(3);
      }
      expect(axis.days.length - jumps[0].epoch).toBeGreaterThanOrEqual(4);
    }
  });

  it('leaves something that lasts, even where several jumps stand after the same gap', () => {
    const random = createRandom(6);
    const gappy = createEpochAxis(Array.from({ length: 80 }, (_, i) => i * 6 + (i >= 50 ? 300 : 0)));
    const parameters = { ...TEXTBOOK_JUMP_PARAMETERS, patternWeights: [0, 0, 0.5, 0.5], gapShare: 1 };
    for (let i = 0; i < 1000; i++) {
      const { cycles } = drawJumps(gappy, random, { ...parameters, sharpShare: 1 });
      let longest = 0;
      let run = 0;
      for (const value of cycles) {
        run = Math.abs(value) > 0.5 ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
      expect(longest).toBeGreaterThanOrEqual(3);
    }
  });

  it('jumps by whole cycles in the textbook, but for a tenth', () => {
    const random = createRandom(3);
    let whole = 0;
    for (let i = 0; i < 1000; i++) {
      const { cycles } = drawJumps(axis, random, { ...TEXTBOOK_JUMP_PARAMETERS, sharpShare: 1 });
      if (cycles.every((value) => Math.abs(value - Math.round(value)) < 1e-12)) whole++;
    }
    expect(Math.abs(whole / 1000 - 0.9)).toBeLessThan(0.04);
  });

  it('stands after gaps more often than elsewhere', () => {
    const random = createRandom(4);
    const gappy = createEpochAxis(Array.from({ length: 100 }, (_, i) => i * 6 + (i >= 50 ? 90 : 0)));
    let afterGap = 0;
    for (let i = 0; i < 1000; i++) {
      if (drawJumps(gappy, random, TEXTBOOK_JUMP_PARAMETERS).jumps.some((jump) => jump.epoch === 50))
        afterGap++;
    }
    expect(afterGap).toBeGreaterThan(200);
  });
});

describe('wrapFastMotion', () => {
  it('leaves slow motion alone', () => {
    const slow = axis.years.map((year) => 40 * year);
    const { displacements, cycles } = wrapFastMotion(slow, cycleMm());
    expect(displacements).toEqual(slow);
    expect(cycles.every((cycle) => cycle === 0)).toBe(true);
  });

  it('differs from the truth by whole cycles, and never by more than half a cycle from date to date', () => {
    const random = createRandom(5);
    const fast = axis.years.map((year) => -400 * Math.max(0, year - 2) + 2 * random.normal());
    const { displacements, cycles } = wrapFastMotion(fast, cycleMm());
    expect(cycles[cycles.length - 1]).toBeGreaterThan(0);
    for (let i = 1; i < fast.length; i++) {
      expect(displacements[i] - cycles[i] * cycleMm()).toBeCloseTo(fast[i], 9);
      expect(Math.abs(displacements[i] - displacements[i - 1])).toBeLessThanOrEqual(cycleMm() / 2 + 1e-9);
    }
  });

  it('shows a motion of half a wavelength a date as none', () => {
    const aliased = Float64Array.from({ length: 20 }, (_, i) => i * cycleMm());
    const { displacements } = wrapFastMotion(aliased, cycleMm());
    expect(Math.max(...displacements.map(Math.abs))).toBeLessThan(1e-9);
  });
});
