import { describe, expect, it } from 'vitest';
import { EGMS_FILES, findEgmsFile, readEgmsFile } from '../../test/reference/egms-file.js';
import { compareEstimates } from '../../test/trials/comparison.js';
import { numericAttribute } from '../series/series-batch.js';
import { createDescriber } from './describe.js';
import { createNoiseEstimator } from './noise-estimate.js';
import { correlationAtLag } from './noise-model.js';
import { findRepairs } from './repair.js';

describe('compareEstimates', () => {
  it('gives differences and correlation of what is there', () => {
    const result = compareEstimates([1, 2, 3, Number.NaN], [1.5, 2.5, 3.5, 7]);
    expect(result).toMatchObject({ count: 3, medianDifference: 0.5, largeDifference: 0.5 });
    expect(result.correlation).toBeCloseTo(1, 12);
  });
});

describe.each(EGMS_FILES)("against the producers' own numbers: %s", (name) => {
  const path = findEgmsFile(name);
  it.skipIf(path === undefined)('(needs the real data beside the checkout)', async () => {
    const batch = readEgmsFile(path as string);
    const attribute = (column: string): Float64Array => numericAttribute(batch, column) as Float64Array;
    const estimator = createNoiseEstimator(batch.axis);
    estimator.add(batch);
    const describer = createDescriber({ axis: batch.axis, noise: estimator.finish() });
    const description = await describer.describe(batch);

    // The published velocities are rounded to 0.1 mm/yr, and so is the calibration that they contain.
    const velocity = compareEstimates(description.velocityOrdinary, attribute('mean_velocity'));
    expect(velocity.count).toBe(batch.count);
    expect(velocity.medianDifference).toBeLessThan(0.041);
    expect(velocity.largeDifference).toBeLessThan(0.09);
    const acceleration = compareEstimates(description.accelerationOrdinary, attribute('acceleration'));
    expect(acceleration.correlation).toBeGreaterThan(0.9999);
    const season = compareEstimates(description.seasonAmplitudeOrdinary, attribute('seasonality'));
    expect(season.correlation).toBeGreaterThan(0.999);

    // Real noise: about 2 mm from date to date, correlated over weeks.
    const middle = Float32Array.from(description.noise).sort()[batch.count >> 1];
    expect(middle).toBeGreaterThan(1.5);
    expect(middle).toBeLessThan(2.5);
    expect(correlationAtLag(describer.noise, 6)).toBeGreaterThan(0.25);
    expect(correlationAtLag(describer.noise, 6)).toBeLessThan(0.7);

    const pids = ['166ax5D7fY', '166ax4wvPH']
      .map((pid) => batch.pids.indexOf(pid))
      .filter((point) => point >= 0);
    if (pids.length > 0) {
      const [finding] = findRepairs(describer, { ...batch }, description, { points: pids }).filter(
        ({ point }) => point === pids[0],
      );
      expect(finding.path?.jumps.map(({ cycles }) => cycles)).toEqual([1, -1]);
    }
  });
});
