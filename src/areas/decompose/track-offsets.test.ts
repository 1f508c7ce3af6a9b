import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.js';
import { solveComponents } from './components.js';
import { createOffsetEstimator } from './track-offsets.js';

const UP = [0.777, 0.795, 0.72, 0.84];
const EAST = [-0.621, 0.594, -0.68, 0.53];

/** Displacements of three dates at a site with random up and east, with offsets added. */
function makeViews(tracks: readonly number[], offsets: readonly (readonly number[])[], seed: number) {
  const random = createRandom(seed);
  const truth = [0, 1, 2].map(() => [10 * random.normal(), 10 * random.normal()]);
  return tracks.map((track) =>
    Float64Array.from(
      truth,
      ([up, east], date) => UP[track] * up + EAST[track] * east + offsets[track][date],
    ),
  );
}

describe('createOffsetEstimator', () => {
  it('makes four tracks with offsets agree, whatever the motion', () => {
    const offsets = [
      [0, 3, -2],
      [0, 0.5, 1],
      [0, -4, 2.5],
      [0, 1, 6],
    ];
    const tracks = [0, 1, 2, 3];
    const estimator = createOffsetEstimator(4, 3);
    for (let site = 0; site < 20; site++) estimator.add(tracks, UP, EAST, makeViews(tracks, offsets, site));
    const found = estimator.solve()!;
    const views = makeViews(tracks, offsets, 99);
    const { toUp, toEast } = solveComponents(UP, EAST, [1, 1, 1, 1]);
    for (let date = 0; date < 3; date++) {
      const freed = views.map((series, k) => series[date] - found[k * 3 + date]);
      const up = freed.reduce((sum, value, k) => sum + value * toUp[k], 0);
      const east = freed.reduce((sum, value, k) => sum + value * toEast[k], 0);
      for (const k of tracks) expect(UP[k] * up + EAST[k] * east).toBeCloseTo(freed[k], 8);
    }
  });

  it('adds nothing that up and east could take up, and tells nothing from two tracks', () => {
    const offsets = [0.777, 0.795, 0.72, 0.84].map((up) => [up * 5, up * 5, up * 5]);
    const estimator = createOffsetEstimator(4, 3);
    estimator.add([0, 1, 2], UP.slice(0, 3), EAST.slice(0, 3), makeViews([0, 1, 2], offsets, 1));
    for (const value of estimator.solve()!) expect(value).toBeCloseTo(0, 8);

    const pair = createOffsetEstimator(2, 3);
    pair.add([0, 1], UP, EAST, makeViews([0, 1], offsets, 2));
    expect(pair.solve()).toBeUndefined();
  });
});
