import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GroundTrendError } from '../errors.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { cycleMm } from '../series/wavelength.js';
import { egmsCalendar, granadaCalendar } from './calendars.js';
import { SAMPLE_LABELS } from './material-label.js';
import { createNoncentralityMeter, RIVALS } from './noncentrality.js';
import { createSeriesBank } from './residual-bank.js';
import { type SampleSet, simulateSamples } from './samples.js';

const axis = granadaCalendar(1);

function hashOf(set: SampleSet): string {
  return createHash('sha256')
    .update(new Uint8Array(set.displacements.buffer))
    .update(set.labels)
    .digest('hex');
}

function countsOf(labels: Uint8Array): number[] {
  return SAMPLE_LABELS.map((_, code) => labels.filter((label) => label === code).length);
}

describe('simulateSamples, textbook', () => {
  const set = simulateSamples({ kind: 'textbook', axis, seed: 1, seriesPerClass: 150 });

  it('is balanced, shuffled, finite and in tenths of a millimetre', () => {
    expect(countsOf(set.labels)).toEqual([150, 150, 150, 150, 150, 0]);
    expect(new Set(set.labels.subarray(0, 40)).size).toBe(5);
    expect(set.displacements).toHaveLength(750 * 139);
    expect(set.displacements.every((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-3)).toBe(
      true,
    );
  });

  it('is the same to the byte for the same seed, and another for another', () => {
    const again = simulateSamples({ kind: 'textbook', axis, seed: 1, seriesPerClass: 150 });
    expect(hashOf(again)).toBe(hashOf(set));
    const other = simulateSamples({ kind: 'textbook', axis, seed: 2, seriesPerClass: 150 });
    expect(hashOf(other)).not.toBe(hashOf(set));
  });

  it('stands out of its noise: the truth, put into the meter anew, gives 15 and more', () => {
    const meter = createNoncentralityMeter(axis, { sigmaMm: 1 }, true);
    const { truth } = set;
    set.labels.forEach((label, index) => {
      if (label === 4) return;
      const breakYears = (truth.breakDay[index] - axis.days[0]) / 365.25;
      const signal = axis.years.map(
        (year) =>
          truth.velocityMmPerYear[index] * year +
          0.5 * truth.accelerationMmPerYear2[index] * year * year +
          (year > breakYears ? truth.velocityChangeMmPerYear[index] * (year - breakYears) : 0),
      );
      const rivals = RIVALS[SAMPLE_LABELS[label] as 'Linear'];
      const noncentrality = meter.least(signal, rivals) / truth.sigmaMm[index] ** 2;
      if (rivals.length > 0) expect(noncentrality / truth.noncentrality[index]).toBeCloseTo(1, 2);
      expect(noncentrality).toBeGreaterThanOrEqual(14.9);
    });
  });

  it('tells of jumps for errors only; whole and sharp ones in about four fifths of the series', () => {
    const { truth } = set;
    expect(truth.jumpSeries.every((index) => set.labels[index] === 4)).toBe(true);
    expect(new Set(truth.jumpSeries).size).toBe(150);
    // Reduced jumps and those ramped over several dates have steps of part of a cycle.
    const broken = new Set(
      truth.jumpSeries.filter(
        (_, i) => Math.abs(truth.jumpCycles[i] - Math.round(truth.jumpCycles[i])) > 1e-6,
      ),
    );
    expect(broken.size / 150).toBeGreaterThan(0.1);
    expect(broken.size / 150).toBeLessThan(0.28);
    expect(truth.jumpDay.every((day) => axis.days.includes(day))).toBe(true);
  });

  it('has the same noise in every class', () => {
    const means = [0, 1, 2, 3, 4].map((code) => {
      const sigmas = [...set.truth.sigmaMm].filter((_, index) => set.labels[index] === code);
      return sigmas.reduce((sum, sigma) => sum + sigma, 0) / sigmas.length;
    });
    expect(Math.max(...means) / Math.min(...means)).toBeLessThan(1.25);
  });

  it.each(['correlated', 'walk', 'smooth'] as const)('also in %s noise', (noise) => {
    const noisy = simulateSamples({ kind: 'textbook', axis, seed: 3, seriesPerClass: 30, noise });
    expect(countsOf(noisy.labels)).toEqual([30, 30, 30, 30, 30, 0]);
    expect(noisy.truth.noncentrality.every((value) => value >= 15)).toBe(true);
    expect(hashOf(noisy)).not.toBe(hashOf(set));
  });

  it('takes residuals of real series as noise, reduced jumps and missing cells', () => {
    const quiet = simulateSamples({
      kind: 'textbook',
      axis,
      seed: 4,
      seriesPerClass: 60,
      classes: ['Stable'],
      noise: 'correlated',
    });
    const bank = createSeriesBank(axis, quiet.displacements);
    expect(bank.count).toBeGreaterThan(30);
    const banked = simulateSamples({
      kind: 'textbook',
      axis,
      seed: 5,
      seriesPerClass: 20,
      noise: bank,
      jumpCycles: [0.6, 0.9],
      missingShare: 0.15,
    });
    const missing = banked.displacements.filter(Number.isNaN).length / banked.displacements.length;
    expect(Math.abs(missing - 0.15)).toBeLessThan(0.02);
    expect(
      Math.max(...banked.truth.jumpCycles.filter((cycles) => Math.abs(cycles) < 1).map(Math.abs)),
    ).toBeLessThan(0.91);
  });

  it('says so where nothing can stand out', () => {
    const tooShort = createEpochAxis([0, 12, 24, 36, 48, 60, 72, 84, 96, 108]);
    expect(() =>
      simulateSamples({
        kind: 'textbook',
        axis: tooShort,
        seed: 1,
        seriesPerClass: 1,
        classes: ['Bilinear'],
        sigmaMm: 60,
      }),
    ).toThrow(GroundTrendError);
  });
});

describe('simulateSamples, material', () => {
  const modern = egmsCalendar('2020_2024');
  const set = simulateSamples({ kind: 'material', axis: modern, seed: 1, seriesPerClass: 60 });

  it('is balanced over six labels and the same for the same seed', () => {
    expect(countsOf(set.labels)).toEqual([60, 60, 60, 60, 60, 60]);
    expect(hashOf(simulateSamples({ kind: 'material', axis: modern, seed: 1, seriesPerClass: 60 }))).toBe(
      hashOf(set),
    );
  });

  it('jumps in errors by at least 15 mm', () => {
    expect(set.truth.jumpSeries.every((index) => set.labels[index] === 4)).toBe(true);
    expect(Math.min(...set.truth.jumpCycles.map(Math.abs)) * cycleMm()).toBeGreaterThan(15);
  });
});
