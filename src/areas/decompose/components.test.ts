import { describe, expect, it } from 'vitest';
import { fitReference } from '../../../test/reference/least-squares.js';
import { solveComponents } from './components.js';

describe('solveComponents', () => {
  it('gives back what two lines of sight were made from', () => {
    const up = [0.777, 0.795];
    const east = [-0.621, 0.594];
    const { toUp, toEast } = solveComponents(up, east, [1, 5]);
    const seen = up.map((value, k) => value * -12.5 + east[k] * 7.25);
    expect(toUp[0] * seen[0] + toUp[1] * seen[1]).toBeCloseTo(-12.5, 10);
    expect(toEast[0] * seen[0] + toEast[1] * seen[1]).toBeCloseTo(7.25, 10);
  });

  it('is the weighted least-squares answer for four lines of sight', () => {
    const up = [0.777, 0.795, 0.7, 0.83];
    const east = [-0.621, 0.594, -0.7, 0.52];
    const weights = [1, 0.25, 2, 3];
    const values = [3.1, -2.2, 4.05, 0.3];
    const { toUp, toEast } = solveComponents(up, east, weights);
    // Dividing rows by their deviations turns weights into ones.
    const correlation = weights.map((_, i) => weights.map((__, j) => (i === j ? 1 / weights[i] : 0)));
    const { coefficients } = fitReference([up, east], values, correlation);
    const apply = (shares: Float64Array) => values.reduce((sum, value, k) => sum + value * shares[k], 0);
    expect(apply(toUp)).toBeCloseTo(coefficients[0], 10);
    expect(apply(toEast)).toBeCloseTo(coefficients[1], 10);
  });

  it('knows the condition of perpendicular and of parallel views', () => {
    const half = Math.SQRT1_2;
    expect(solveComponents([half, half], [-half, half], [1, 1]).condition).toBeCloseTo(1, 10);
    // Views 2a apart have singular values sqrt(2) cos a and sqrt(2) sin a.
    const angle = 0.1;
    const condition = solveComponents(
      [Math.cos(angle), Math.cos(angle)],
      [Math.sin(angle), -Math.sin(angle)],
      [1, 1],
    ).condition;
    expect(condition).toBeCloseTo(1 / Math.tan(angle), 8);
    expect(solveComponents([0.8, 0.8], [0.6, 0.6], [1, 1]).condition).toBe(Infinity);
  });
});
