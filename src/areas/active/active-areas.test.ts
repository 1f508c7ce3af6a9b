import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { createEpochAxis } from '../../series/epoch-axis.js';
import { createMetricPlane } from '../metric-plane.js';
import { findActiveAreas } from './active-areas.js';
import { defaultVelocityThreshold, findActivePoints, MOVING_TRENDS } from './active-points.js';
import type { MapColumns } from './map-columns.js';

const [STABLE, LINEAR, QUADRATIC, BILINEAR, PUE] = [0, 1, 2, 3, 4];
const RULE = { trends: MOVING_TRENDS, leastConfidence: 0 };
const plane = createMetricPlane(3035);

/** Two clumps of moving points among stable ones 100 m apart, and one moving point alone. */
function makeMap(): MapColumns {
  const random = createRandom(4);
  const places: [number, number, number][] = [];
  for (let i = 0; i < 400; i++) places.push([100 * (i % 20), 100 * Math.floor(i / 20), STABLE]);
  for (let i = 0; i < 30; i++) places.push([random.between(300, 450), random.between(300, 450), BILINEAR]);
  for (let i = 0; i < 8; i++) places.push([random.between(1400, 1460), 1420, i < 6 ? LINEAR : QUADRATIC]);
  places.push([1000, 250, LINEAR], [310, 320, PUE], [1460, 1425, PUE]);
  const degrees = places.map(([x, y]) => plane.toDegrees(4_600_000 + x, 1_740_000 + y));
  const codes = Uint8Array.from(places, ([, , code]) => code);
  return {
    longitude: Float64Array.from(degrees, ([longitude]) => longitude),
    latitude: Float64Array.from(degrees, ([, latitude]) => latitude),
    codes,
    velocity: Float32Array.from(codes, (code) => (code === STABLE ? 0 : -10)),
    acceleration: Float32Array.from(codes, (code) => (code === BILINEAR ? -2 : 0)),
    accelerationError: Float32Array.from(codes, () => 0.5),
    breakDay: Float32Array.from(codes, (code, i) => (code === BILINEAR ? 18_000 + i - 400 : Number.NaN)),
    velocityBefore: Float32Array.from(codes, () => 0),
    velocityAfter: Float32Array.from(codes, () => -20),
  };
}

describe('findActivePoints', () => {
  it('counts classes of motion and fast points, but no unwrapping error until it is repaired', () => {
    const codes = Uint8Array.of(STABLE, LINEAR, STABLE, PUE, PUE);
    const velocity = Float32Array.of(0, 0, 9, 50, -9);
    const repaired = Uint8Array.of(STABLE, LINEAR, STABLE, PUE, LINEAR);
    const rule = { ...RULE, velocityMmPerYear: 5 };
    expect([...findActivePoints({ codes, velocity, repaired }, rule).isActive]).toEqual([0, 1, 1, 0, 1]);
    const unsure = { codes, velocity, confidence: Float32Array.of(1, 0.4, 1, 1, 1) };
    expect([...findActivePoints(unsure, { ...rule, leastConfidence: 0.5 }).isActive]).toEqual([
      0, 0, 1, 0, 0,
    ]);
  });

  it('sets the threshold at two robust deviations, and never below 2 mm/yr', () => {
    const random = createRandom(8);
    const wide = Float32Array.from({ length: 20_001 }, () => 1 + 4 * random.normal());
    expect(defaultVelocityThreshold(wide)).toBeGreaterThan(7.8);
    expect(defaultVelocityThreshold(wide)).toBeLessThan(8.2);
    expect(defaultVelocityThreshold(Float32Array.of(0, 0.1, Number.NaN))).toBe(2);
  });
});

describe('findActiveAreas', () => {
  const options = { rule: RULE, radiusMetres: 40, leastPoints: 5 };

  it('finds the clumps, largest first, with what moves in them and how', async () => {
    const { areas, activePoints } = await findActiveAreas(makeMap(), plane, options);
    expect(activePoints).toBe(39);
    expect(areas.map((area) => area.activePoints)).toEqual([30, 8]);
    const [large, small] = areas;
    expect(large.dominantTrend).toBe(BILINEAR);
    expect(large.dominantShare).toBe(1);
    expect(large.trendCounts[PUE]).toBe(1);
    expect(large.motion).toMatchObject({
      velocityMean: -10,
      tendency: 'speeding up',
      accelerationSign: -1,
      breakPoints: 30,
      onsetPoints: 30,
    });
    expect(large.motion.breakDays.map((day) => Math.round(day * 10) / 10)).toEqual([
      18_002.9, 18_014.5, 18_026.1,
    ]);
    expect(small.dominantShare).toBe(0.75);
    expect(small.motion.tendency).toBe('steady');
    expect(small.quality.index).toBe(0);
  });

  it('counts in the area every point within the radius of an active one', async () => {
    const map = makeMap();
    const { areas } = await findActiveAreas(map, plane, options);
    const places = [...map.longitude].map((longitude, i) => plane.toMetres(longitude, map.latitude[i]));
    const inFirst = places.filter(([x, y]) =>
      places.some(([px, py], j) => map.codes[j] === BILINEAR && Math.hypot(px - x, py - y) <= 40),
    );
    expect(areas[0].allPoints).toBe(inFirst.length);
    expect(areas[0].areaSquareMetres).toBeGreaterThan(150 * 150);
    expect(areas[0].areaSquareMetres).toBeLessThan(235 * 235);
  });

  it('judges by the series and gives their mean', async () => {
    const axis = createEpochAxis(Array.from({ length: 80 }, (_, i) => 18_000 + 6 * i));
    const asked: number[] = [];
    const source = {
      axis,
      async readSeries(row: number) {
        asked.push(row);
        const random = createRandom(row);
        return Float32Array.from(axis.years, (years, i) =>
          i === 40 ? Number.NaN : -30 * years + random.normal(),
        );
      },
    };
    const { areas } = await findActiveAreas(makeMap(), plane, options, source);
    expect(asked).toEqual([...asked].sort((a, b) => a - b));
    expect(asked).toHaveLength(38);
    expect(areas[0].quality.index).toBe(1);
    expect(areas[0].meanSeries![79] - areas[0].meanSeries![0]).toBeCloseTo(-30 * axis.years[79], -0.3);
  });
});
