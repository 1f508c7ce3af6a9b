import { describe, expect, it } from 'vitest';
import { rangeOf } from '../kinematics/orthonormal-basis.js';
import { createRandom } from '../random.js';
import { drawMaterialMotion, MOTION_FAMILIES, MOTION_PARAMETERS } from './material-motions.js';
import { drawTextbookMotion, motionDisplacement, TEXTBOOK_RANGES } from './motions.js';

describe('motionDisplacement', () => {
  it('is v t + a t² / 2, and bends at the break', () => {
    const motion = {
      trend: 'Bilinear' as const,
      velocityMmPerYear: 3,
      accelerationMmPerYear2: 2,
      breakYears: 1,
      velocityChangeMmPerYear: -10,
    };
    expect(motionDisplacement(motion, 0.5)).toBeCloseTo(1.5 + 0.25, 12);
    expect(motionDisplacement(motion, 3)).toBeCloseTo(9 + 9 - 20, 12);
  });
});

describe('drawTextbookMotion', () => {
  const span = 3.5;
  it('keeps to the stated ranges', () => {
    const random = createRandom(1);
    for (let i = 0; i < 2000; i++) {
      const stable = drawTextbookMotion('Stable', span, random);
      expect(Math.abs(stable.velocityMmPerYear)).toBeLessThanOrEqual(TEXTBOOK_RANGES.stableVelocity);
      const linear = drawTextbookMotion('Linear', span, random);
      expect(Math.abs(linear.velocityMmPerYear)).toBeGreaterThanOrEqual(2);
      expect(Math.abs(linear.velocityMmPerYear)).toBeLessThanOrEqual(80);
      const quadratic = drawTextbookMotion('Quadratic', span, random);
      expect(Math.abs(quadratic.accelerationMmPerYear2)).toBeLessThanOrEqual(60);
      const years = Array.from({ length: 50 }, (_, k) => (span * k) / 49);
      expect(rangeOf(years.map((year) => motionDisplacement(quadratic, year)))).toBeLessThanOrEqual(250);
      const bilinear = drawTextbookMotion('Bilinear', span, random);
      expect(bilinear.breakYears / span).toBeGreaterThanOrEqual(0.15);
      expect(bilinear.breakYears / span).toBeLessThanOrEqual(0.85);
    }
  });

  it('starts bilinear motions from rest in two fifths and stops them in a quarter', () => {
    const random = createRandom(2);
    let atRest = 0;
    let stopping = 0;
    for (let i = 0; i < 4000; i++) {
      const motion = drawTextbookMotion('Bilinear', span, random);
      if (motion.velocityMmPerYear === 0) atRest++;
      else if (motion.velocityMmPerYear + motion.velocityChangeMmPerYear === 0) stopping++;
    }
    expect(Math.abs(atRest / 4000 - 0.4)).toBeLessThan(0.03);
    expect(Math.abs(stopping / 4000 - 0.25)).toBeLessThan(0.03);
  });
});

describe('drawMaterialMotion', () => {
  it('draws every family with its share, finite and of bounded range', () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    const total = MOTION_PARAMETERS.familyWeights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < 6000; i++) {
      const { family, values } = drawMaterialMotion(4, random);
      counts.set(family, (counts.get(family) ?? 0) + 1);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(rangeOf(values)).toBeLessThan((5 / 3) * MOTION_PARAMETERS.wideRange[1]);
      if (family === 'almostNothing') expect(rangeOf(values)).toBeLessThanOrEqual(7);
    }
    MOTION_FAMILIES.forEach((family, index) => {
      const expected = MOTION_PARAMETERS.familyWeights[index] / total;
      expect(Math.abs((counts.get(family) ?? 0) / 6000 - expected)).toBeLessThan(0.02);
    });
  });
});
