import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import type { MetricPlane } from '../metric-plane.js';
import { compareMaps } from './compare-maps.js';
import { matchByPid, matchByPlace } from './match-points.js';

/** Degrees that are metres already. */
const FLAT: MetricPlane = { epsg: 0, toMetres: (x, y) => [x, y], toDegrees: (x, y) => [x, y] };

function makePoints(seed: number, count: number) {
  const random = createRandom(seed);
  return {
    pids: Array.from({ length: count }, (_, i) => `p${(i * 7) % count}`),
    longitude: Float64Array.from({ length: count }, () => random.between(0, 500)),
    latitude: Float64Array.from({ length: count }, () => random.between(0, 500)),
  };
}

describe('matchByPlace', () => {
  it('finds what looking at all points finds', () => {
    const ours = makePoints(1, 300);
    const theirs = makePoints(2, 200);
    const expected = Array.from(ours.longitude, (x, i) => {
      const distances = Array.from(theirs.longitude, (tx, j) =>
        Math.hypot(tx - x, theirs.latitude[j] - ours.latitude[i]),
      );
      const least = Math.min(...distances);
      return least <= 20 ? distances.indexOf(least) : -1;
    });
    expect([...matchByPlace(ours, theirs, FLAT, 20)]).toEqual(expected);
    expect(expected.filter((row) => row < 0).length).toBeGreaterThan(30);
  });

  it('matches nothing with an empty map', () => {
    const none = { pids: [], longitude: new Float64Array(0), latitude: new Float64Array(0) };
    expect([...matchByPlace(makePoints(1, 2), none, FLAT, 1e6)]).toEqual([-1, -1]);
  });
});

describe('matchByPid', () => {
  it('asks for the place too', () => {
    const ours = {
      pids: ['a', 'b', 'c'],
      longitude: Float64Array.of(0, 0, 0),
      latitude: Float64Array.of(0, 0, 0),
    };
    const theirs = {
      pids: ['b', 'a'],
      longitude: Float64Array.of(30, 900),
      latitude: Float64Array.of(40, 0),
    };
    expect([...matchByPid(ours, theirs, FLAT, 50)]).toEqual([-1, 0, -1]);
  });
});

describe('compareMaps', () => {
  it('counts changes of class and of velocity against both errors', () => {
    const older = {
      codes: Uint8Array.of(0, 1, 3),
      velocity: Float32Array.of(0, -5, -8),
      velocityError: Float32Array.of(0.3, 0.3, Number.NaN),
    };
    const newer = {
      codes: Uint8Array.of(3, 1, 1, 0),
      velocity: Float32Array.of(-8, -6, -1.5, 0),
      velocityError: Float32Array.of(0.3, 0.4, 0.4, 0.1),
    };
    const result = compareMaps(older, newer, Int32Array.of(2, 1, 0, -1));
    expect(result).toMatchObject({ matched: 3, onlyNew: 1, onlyOld: 0, changedClass: 1 });
    expect([...result.newRows]).toEqual([0, 1, 2]);
    expect(result.transitions[3 * 5 + 3]).toBe(1);
    expect(result.transitions[0 * 5 + 1]).toBe(1);
    // -1 and -1.5 mm/yr over hypot(0.3, 0.4) = 0.5: 2 and 3 errors; the first pair has no error.
    expect(result.velocityScore[1]).toBeCloseTo(-2, 5);
    expect(result.velocityScore[2]).toBeCloseTo(-3, 5);
    expect(result).toMatchObject({ judgedVelocity: 2, changedVelocity: 1 });
  });
});
