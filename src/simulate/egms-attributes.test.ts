import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEpochAxis, parseDay } from '../series/epoch-axis.js';
import { egmsCalendar } from './calendars.js';
import { createSeriesStatistics } from './egms-attributes.js';

const realFile = new URL(
  '../../../shared/data/egms/EGMS_L2b_117_0227_IW2_VV_2020_2024_1.csv',
  import.meta.url,
);

describe('createSeriesStatistics', () => {
  const axis = egmsCalendar('2020_2024');
  const measure = createSeriesStatistics(axis);

  it('finds the velocity, acceleration and season that a series was made from', () => {
    const middle = axis.years[axis.years.length - 1] / 2;
    const statistics = measure(
      axis.years.map((year) => 4 - 3 * year + 2.5 * Math.cos(2 * Math.PI * year + 1)),
    );
    expect(statistics.mean_velocity).toBeCloseTo(-3, 9);
    expect(statistics.acceleration).toBeCloseTo(0, 8);
    expect(statistics.seasonality).toBeCloseTo(2.5, 8);
    expect(statistics.rmse).toBeLessThan(1e-8);
    expect(statistics.temporal_coherence).toBeCloseTo(1, 9);
    const curved = measure(axis.years.map((year) => 0.5 * 1.5 * (year - middle) ** 2));
    expect(curved.acceleration).toBeCloseTo(1.5, 8);
  });

  it.skipIf(!existsSync(realFile))(
    'agrees with what the producers of a real file computed (skipped without ../shared/data)',
    () => {
      const lines = readFileSync(realFile, 'utf8').trimEnd().split('\n');
      const header = lines[0].trim().split(',');
      const firstDate = header.findIndex((name) => /^\d{8}$/.test(name));
      const real = createEpochAxis(header.slice(firstDate).map((name) => parseDay(name) as number));
      const measureReal = createSeriesStatistics(real);
      const differences = { mean_velocity: [], acceleration: [], seasonality: [] } as Record<
        string,
        number[]
      >;
      for (const line of lines.slice(1, 1001)) {
        const cells = line.split(',');
        const statistics = measureReal(cells.slice(firstDate).map(Number));
        for (const name of ['mean_velocity', 'acceleration', 'seasonality'] as const) {
          differences[name].push(Math.abs(statistics[name] - Number(cells[header.indexOf(name)])));
        }
      }
      const median = (values: number[]): number => values.sort((left, right) => left - right)[500];
      expect(median(differences.mean_velocity)).toBeLessThan(0.1);
      expect(median(differences.acceleration)).toBeLessThan(0.05);
      expect(median(differences.seasonality)).toBeLessThan(0.15);
    },
  );
});
