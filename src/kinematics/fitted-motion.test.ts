import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis, DAYS_PER_YEAR } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { createDescriber } from './describe.js';
import { fitMotion } from './fitted-motion.js';

const axis = createEpochAxis(Array.from({ length: 200 }, (_, i) => 18_000 + 8 * i));
const describer = createDescriber({ axis });

function makeSeries(motion: (year: number, index: number) => number): Float32Array {
  const random = createRandom(5);
  return Float32Array.from(axis.years, (year, index) => motion(year, index) + 0.5 * random.normal());
}

describe('fitMotion', () => {
  it('finds shape, break and season of a broken line', async () => {
    const truth = (year: number) => -2 * year - 15 * Math.max(0, year - 2);
    const season = (year: number) => 3 * Math.sin(2 * Math.PI * year);
    const fit = await fitMotion(
      describer,
      makeSeries((year) => truth(year) + season(year)),
    );
    expect(fit?.shape).toBe('hinge');
    expect(Math.abs(fit!.description.breakDay[0] - axis.days[0] - 2 * DAYS_PER_YEAR)).toBeLessThan(15);
    axis.years.forEach((year, i) => {
      expect(Math.abs(fit!.motion[i] - truth(year))).toBeLessThan(0.7);
      expect(Math.abs(fit!.season[i] - season(year))).toBeLessThan(0.4);
    });
  });

  it('puts jumps right before it fits, and tells them', async () => {
    const cycle = cycleMm();
    const series = makeSeries((year, index) => -3 * year + (index >= 90 ? cycle : 0));
    const fit = await fitMotion(describer, series, { shape: 'linear', searchJumps: true });
    expect(fit?.jumps.map(({ epoch, cycles }) => [epoch, cycles])).toEqual([[90, 1]]);
    expect(fit!.repaired![150]).toBeCloseTo(series[150] - cycle, 3);
    expect((fit!.motion[199] - fit!.motion[0]) / axis.years[199]).toBeCloseTo(-3, 0);
    expect(Math.max(...fit!.residuals.map(Math.abs))).toBeLessThan(2.5);
  });

  it('leaves gaps in the residuals only, and gives nothing for a series without values', async () => {
    const series = makeSeries((year) => 4 * year);
    series.fill(Number.NaN, 20, 30);
    const fit = await fitMotion(describer, series, { shape: 'linear' });
    expect(fit!.residuals[25]).toBeNaN();
    expect(fit!.motion.every(Number.isFinite)).toBe(true);
    expect(await fitMotion(describer, new Float32Array(200).fill(Number.NaN))).toBeUndefined();
  });
});
