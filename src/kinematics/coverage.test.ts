import { describe, expect, it } from 'vitest';
import { measureCoverage } from '../../test/trials/coverage.js';
import { drawAxis } from '../../test/trials/drawn-series.js';
import { createRandom } from '../random.js';
import { createDescriber } from './describe.js';
import type { NoiseModel } from './noise-model.js';
import { WHITE_NOISE } from './noise-model.js';

const CORRELATED: NoiseModel = { whiteShare: 0.5, exponentials: [{ share: 0.5, days: 50 }], quietPoints: 0 };

describe.each([
  ['white', WHITE_NOISE],
  ['correlated', CORRELATED],
])('95 %% intervals under %s noise', (_, noise) => {
  it.each([60, 139, 300])('hold the truth as often as they say (%i dates)', async (dates) => {
    const random = createRandom(`coverage ${dates}`);
    const describer = createDescriber({ axis: drawAxis(random, dates), noise });
    const draws = 1000;
    const result = await measureCoverage(describer, noise, draws, random);
    // 93 to 97 %, of which a thousand draws may miss one side by chance (0.7 % is their standard error).
    for (const share of [result.velocity, result.acceleration, result.breakDate]) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    }
    expect(result.velocityBefore).toBeGreaterThan(0.92);
    expect(result.velocityAfter).toBeGreaterThan(0.92);
    expect(result.breakErrorDays).toBeLessThan(1.2 * result.breakLimitDays);
  });
});

describe('ordinary least squares under correlated noise', () => {
  it('would claim far too much: the reason for all of this', async () => {
    const random = createRandom('naive');
    const describer = createDescriber({ axis: drawAxis(random, 139), noise: WHITE_NOISE });
    const result = await measureCoverage(describer, CORRELATED, 500, random);
    expect(result.velocity).toBeLessThan(0.8);
    expect(result.breakDate).toBeLessThan(0.8);
  });
});
