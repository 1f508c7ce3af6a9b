import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import type { Position, Shape } from '../../series/result-table.js';
import type { MetricPlane } from '../metric-plane.js';
import { readRegions } from './read-regions.js';
import { createRegionTest } from './region-test.js';

/** Degrees that are metres already, so that the tests can be worked out by hand. */
const FLAT: MetricPlane = { epsg: 0, toMetres: (x, y) => [x, y], toDegrees: (x, y) => [x, y] };

/** Sum of the angles that the sides are seen under: another way than counting crossings. */
function windsAround(rings: readonly (readonly Position[])[], px: number, py: number): boolean {
  let turns = 0;
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [ax, ay] = [ring[i][0] - px, ring[i][1] - py];
      const [bx, by] = [ring[i + 1][0] - px, ring[i + 1][1] - py];
      turns += Math.atan2(ax * by - ay * bx, ax * bx + ay * by) / (2 * Math.PI);
    }
  }
  return Math.abs(Math.round(turns)) % 2 === 1;
}

/** A star with a wavy border of many corners, around a middle. */
function makeStar(corners: number, radius: number, seed: number): Position[] {
  const random = createRandom(seed);
  const ring = Array.from({ length: corners }, (_, i): Position => {
    const r = radius * random.between(0.5, 1);
    return [r * Math.cos((2 * Math.PI * i) / corners), r * Math.sin((2 * Math.PI * i) / corners)];
  });
  return [...ring, ring[0]];
}

describe('createRegionTest', () => {
  it('agrees with winding numbers for a wavy polygon with a hole', () => {
    const rings = [makeStar(300, 100, 1), makeStar(40, 30, 2).reverse()];
    const { contains } = createRegionTest({ type: 'MultiPolygon', coordinates: [rings] }, FLAT, 0);
    const random = createRandom(3);
    let inside = 0;
    for (let trial = 0; trial < 5000; trial++) {
      const [x, y] = [random.between(-110, 110), random.between(-110, 110)];
      const expected = windsAround(rings, x, y);
      expect(contains(x, y)).toBe(expected);
      if (expected) inside++;
    }
    expect(inside).toBeGreaterThan(1000);
  });

  it('takes what is within the buffer of a line, found by walking along it', () => {
    const line: Position[] = [
      [0, 0],
      [100, 0],
      [100, 80],
      [30, 120],
    ];
    const shape: Shape = { type: 'MultiLineString', coordinates: [line] };
    const { contains } = createRegionTest(shape, FLAT, 15);
    const steps = line.slice(1).flatMap(([x2, y2], i) => {
      const [x1, y1] = line[i];
      return Array.from({ length: 2001 }, (_, k) => [
        x1 + ((x2 - x1) * k) / 2000,
        y1 + ((y2 - y1) * k) / 2000,
      ]);
    });
    const random = createRandom(5);
    for (let trial = 0; trial < 400; trial++) {
      const [x, y] = [random.between(-30, 130), random.between(-30, 150)];
      const nearest = Math.min(...steps.map(([sx, sy]) => Math.hypot(sx - x, sy - y)));
      if (Math.abs(nearest - 15) > 0.05) expect(contains(x, y)).toBe(nearest < 15);
    }
  });
});

describe('readRegions', () => {
  const feature = (geometry: unknown, properties: unknown = null) =>
    JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties, geometry }] });
  const line = {
    type: 'LineString',
    coordinates: [
      [13, 38],
      [13.1, 38],
    ],
  };

  it('names by the property asked for, by the usual ones, or by number', () => {
    expect(readRegions(feature(line, { ref: 'A7', name: 'road' }), 'f', 'ref')[0].name).toBe('A7');
    expect(readRegions(feature(line, { name: 'road' }), 'f')[0].name).toBe('road');
    expect(readRegions(feature(line), 'f')[0].name).toBe('feature 1');
  });

  it('refuses points, metres, and what is no GeoJSON', () => {
    expect(() => readRegions(feature({ type: 'Point', coordinates: [13, 38] }), 'f')).toThrow('is a Point');
    const metres = {
      type: 'LineString',
      coordinates: [
        [4_600_000, 1_740_000],
        [4_600_100, 1_740_000],
      ],
    };
    expect(() => readRegions(feature(metres), 'f')).toThrow('not degrees');
    expect(() => readRegions('{"type": "Topology"}', 'f')).toThrow('not GeoJSON');
    expect(() => readRegions('pid,a', 'f')).toThrow('not JSON');
  });
});
