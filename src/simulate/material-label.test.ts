import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { isClearly, judgeMotion, MOTION_GRID, measureMotion, motionAt } from './material-label.js';
import { drawMaterialMotion } from './material-motions.js';

function motionOf(valueAt: (time: number) => number): Float64Array {
  return Float64Array.from({ length: MOTION_GRID }, (_, i) => valueAt(i / (MOTION_GRID - 1)));
}

const labelMotion = (motion: ArrayLike<number>, materialMm?: number) =>
  judgeMotion(measureMotion(motion), materialMm);

describe('judgeMotion', () => {
  it.each([
    ['Stable', (u: number) => 5 * u],
    ['Linear', (u: number) => 12 * u],
    ['Linear', (u: number) => 20 * u ** 1.3],
    ['Quadratic', (u: number) => 30 * (u - 0.5) ** 2],
    ['Quadratic', (u: number) => 16 * u * u],
    ['Bilinear', (u: number) => 20 * Math.max(0, u - 0.5)],
    ['Bilinear', (u: number) => 20 * Math.abs(u - 0.4)],
    ['Other', (u: number) => 15 * Math.sin(2 * Math.PI * u)],
  ] as const)('calls it %s (%#)', (label, valueAt) => {
    expect(labelMotion(motionOf(valueAt))).toBe(label);
    expect(labelMotion(motionOf((u) => 100 - valueAt(u)))).toBe(label);
  });

  it('measures as an independent computation by QR decomposition does', () => {
    const measures = measureMotion(motionOf((u) => 30 * (Math.max(0, u - 0.2) - Math.max(0, u - 0.6))));
    expect(measures.range).toBeCloseTo(12, 4);
    expect(measures.sag).toBeCloseTo(5.6074, 4);
    expect(measures.besideLine).toBeCloseTo(6.3619, 4);
    expect(measures.besideParabola).toBeCloseTo(5.4243, 4);
    expect(measures.besideHinge).toBeCloseTo(4.4345, 4);
    expect(measures.hingeRatio).toBeCloseTo(0.8869 / 1.296, 3);
    expect(measures.velocityRatio).toBeCloseTo(-0.0197, 4);
    expect(measures.hingeAt).toBeCloseTo(0.66, 9);
  });

  it('is the same for a motion and a material size that grow together', () => {
    const random = createRandom(1);
    for (let i = 0; i < 300; i++) {
      const { values } = drawMaterialMotion(4, random);
      expect(
        labelMotion(
          values.map((value) => 3 * value),
          15,
        ),
      ).toBe(labelMotion(values));
    }
  });

  it('knows no mirror: upside down or back to front, the label stays', () => {
    const random = createRandom(2);
    for (let i = 0; i < 300; i++) {
      const { values } = drawMaterialMotion(4, random);
      expect(labelMotion(values.map((value) => -value))).toBe(labelMotion(values));
      expect(labelMotion([...values].reverse())).toBe(labelMotion(values));
    }
  });

  it('tells the clear from the doubtful', () => {
    expect(isClearly('Linear', measureMotion(motionOf((u) => 30 * u)))).toBe(true);
    expect(isClearly('Stable', measureMotion(motionOf((u) => 5.3 * u)))).toBe(false);
  });
});

describe('motionAt', () => {
  it('goes straight between the points of the grid and stays at the ends', () => {
    const motion = motionOf((u) => 8 * u);
    expect(motionAt(motion, 0.123)).toBeCloseTo(0.984, 12);
    expect(motionAt(motion, -1)).toBe(0);
    expect(motionAt(motion, 2)).toBe(8);
  });
});
