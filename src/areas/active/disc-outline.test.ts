import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { outlineDiscs, type Polygon, signedArea } from './disc-outline.js';

/** Winding number by the angles that the ring's sides are seen under: another way than crossings of a ray. */
function windsAround(polygons: readonly Polygon[], px: number, py: number): boolean {
  let total = 0;
  for (const ring of polygons.flat()) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [ax, ay] = [ring[i][0] - px, ring[i][1] - py];
      const [bx, by] = [ring[i + 1][0] - px, ring[i + 1][1] - py];
      total += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    }
  }
  return Math.abs(total) > Math.PI;
}

const areaOf = (polygons: readonly Polygon[]) =>
  polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0);

describe('outlineDiscs', () => {
  it('gives a lone point about its disc', () => {
    const polygons = outlineDiscs([4_600_013.7], [1_740_021.2], [0], 40);
    expect(polygons).toHaveLength(1);
    expect(areaOf(polygons) / (Math.PI * 1600)).toBeGreaterThan(0.94);
    expect(areaOf(polygons) / (Math.PI * 1600)).toBeLessThan(1.01);
  });

  it('covers what is near to a point and nothing that is not', () => {
    const random = createRandom(11);
    const x = Float64Array.from({ length: 60 }, () => random.between(0, 600));
    const y = Float64Array.from({ length: 60 }, () => random.between(0, 400));
    const polygons = outlineDiscs(x, y, [...x.keys()], 40);
    let decided = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const [px, py] = [random.between(-60, 660), random.between(-60, 460)];
      const nearest = Math.min(...x.map((value, i) => Math.hypot(value - px, y[i] - py)));
      // Between, the straight lines of the grid decide: gaps narrower than a square of it may close.
      if (nearest > 34 && nearest < 40 + 20 / Math.SQRT2) continue;
      decided++;
      expect(windsAround(polygons, px, py)).toBe(nearest < 40);
    }
    expect(decided).toBeGreaterThan(1500);
  });

  it('keeps the hole of a ring of points as a hole, and parts as parts', () => {
    const angles = Array.from({ length: 36 }, (_, i) => (i * Math.PI) / 18);
    const x = [...angles.map((angle) => 200 * Math.cos(angle)), 1000];
    const y = [...angles.map((angle) => 200 * Math.sin(angle)), 0];
    const polygons = outlineDiscs(x, y, [...x.keys()], 40);
    expect(polygons.map((rings) => rings.length).sort()).toEqual([1, 2]);
    const ring = polygons.find((rings) => rings.length === 2)!;
    expect(signedArea(ring[0])).toBeGreaterThan(0);
    expect(signedArea(ring[1])).toBeLessThan(0);
    expect(areaOf([ring])).toBeGreaterThan(0.93 * Math.PI * (240 ** 2 - 160 ** 2));
    expect(areaOf([ring])).toBeLessThan(1.01 * Math.PI * (240 ** 2 - 160 ** 2));
  });
});
