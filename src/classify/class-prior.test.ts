import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import {
  applyShares,
  createShareEstimator,
  estimateShares,
  LEAST_CLASS_SHARE,
  PAPER_MAP_SHARES,
  parseShares,
} from './class-prior.js';

const CLASSES = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'];

/**
 * Points in the plane, class k normal around the k-th corner of a pentagon: exact posteriors under even shares, for a
 * sample drawn with other shares.
 */
function drawMixture(shares: readonly number[], count: number, seed: string, distance = 1.6) {
  const random = createRandom(seed);
  const centres = shares.map((_, k) => [
    distance * Math.cos((2 * Math.PI * k) / shares.length),
    distance * Math.sin((2 * Math.PI * k) / shares.length),
  ]);
  const labels = new Uint8Array(count);
  const probabilities = new Float32Array(count * shares.length);
  for (let row = 0; row < count; row++) {
    const label = random.weighted(shares);
    labels[row] = label;
    const x = centres[label][0] + random.normal();
    const y = centres[label][1] + random.normal();
    const densities = centres.map(([cx, cy]) => Math.exp(-0.5 * ((x - cx) ** 2 + (y - cy) ** 2)));
    const total = densities.reduce((sum, value) => sum + value, 0);
    probabilities.set(
      densities.map((value) => value / total),
      row * shares.length,
    );
  }
  return { labels, probabilities };
}

function accuracy(probabilities: Float32Array, labels: Uint8Array): number {
  let right = 0;
  labels.forEach((label, row) => {
    const values = probabilities.subarray(row * 5, row * 5 + 5);
    if (values.indexOf(Math.max(...values)) === label) right++;
  });
  return right / labels.length;
}

describe('class shares', () => {
  it('finds the shares of a mixture although every class is hard to tell from its neighbours', () => {
    const { probabilities } = drawMixture(PAPER_MAP_SHARES, 40_000, 'mixture');
    const shares = estimateShares(probabilities, 5);
    shares.forEach((share, k) => {
      expect(Math.abs(share - PAPER_MAP_SHARES[k])).toBeLessThan(0.012);
    });
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('never lets a class vanish', () => {
    const { probabilities } = drawMixture([0.5, 0.5, 0, 0, 0], 5000, 'two', 6);
    const shares = estimateShares(probabilities, 5);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(LEAST_CLASS_SHARE - 1e-12);
    expect(shares[4]).toBeCloseTo(LEAST_CLASS_SHARE, 6);
  });

  it('makes the classes righter where the map is not balanced', () => {
    const { labels, probabilities } = drawMixture(PAPER_MAP_SHARES, 20_000, 'righter');
    const before = accuracy(probabilities, labels);
    applyShares(probabilities, labels.length, estimateShares(probabilities, 5));
    expect(accuracy(probabilities, labels)).toBeGreaterThan(before + 0.05);
    const sum = probabilities.subarray(0, 5).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(1, 5);
  });

  it("is Bayes' rule", () => {
    const probabilities = Float32Array.of(0.5, 0.5);
    applyShares(probabilities, 1, [0.9, 0.1], [0.5, 0.5]);
    expect(probabilities[0]).toBeCloseTo(0.9, 6);
    const trained = Float32Array.of(0.5, 0.5);
    applyShares(trained, 1, [0.5, 0.5], [0.75, 0.25]);
    expect(trained[0]).toBeCloseTo(0.25, 6);
  });

  it('thins a long stream without losing the shares, and gives up on a short one', () => {
    const { probabilities } = drawMixture(PAPER_MAP_SHARES, 450_000, 'long');
    const estimator = createShareEstimator(5);
    for (let start = 0; start < 450_000; start += 30_000) {
      estimator.add(probabilities.subarray(start * 5, (start + 30_000) * 5), 30_000);
    }
    const { shares, points, isEstimated } = estimator.finish();
    expect(isEstimated).toBe(true);
    expect(points).toBeLessThan(200_000);
    expect(Math.abs(shares[0] - PAPER_MAP_SHARES[0])).toBeLessThan(0.01);
    const short = createShareEstimator(5);
    short.add(probabilities, 999);
    expect(short.finish()).toMatchObject({ isEstimated: false, points: 999 });
  });

  it('reads shares as lines or JSON, and refuses what it does not know', () => {
    const lines = parseShares('class,share\nstable,8\nLinear,2\n', CLASSES);
    expect(lines[0] / lines[1]).toBeCloseTo(4, 6);
    expect(lines[4]).toBe(LEAST_CLASS_SHARE);
    expect(parseShares('{"Stable": 0.8, "Linear": 0.2}', CLASSES)).toEqual(lines);
    expect(() => parseShares('Wobbly,1', CLASSES, 'shares.csv')).toThrow(/shares.csv: "Wobbly" is none/);
    expect(() => parseShares('Stable,nan', CLASSES)).toThrow(/no class shares|no number/);
    expect(() => parseShares('', CLASSES)).toThrow(/no class shares/);
    expect(() => parseShares('{"Stable": ', CLASSES)).toThrow(/not JSON/);
  });
});
