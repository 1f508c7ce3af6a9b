import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import {
  addNoise,
  addSeason,
  addSmoothNoise,
  coherenceFromSigma,
  drawEpochFactors,
  noiseCovariance,
  roundToTenth,
  sigmaFromCoherence,
} from './noise.js';

const axis = createEpochAxis([0, 6, 12, 36, 42, 90, 102, 300]);
const dates = axis.days.length;

function sampleCovariance(draw: (target: Float64Array) => void, draws: number): Float64Array {
  const covariance = new Float64Array(dates * dates);
  for (let k = 0; k < draws; k++) {
    const row = new Float64Array(dates);
    draw(row);
    for (let i = 0; i < dates; i++) {
      for (let j = 0; j < dates; j++) covariance[i * dates + j] += (row[i] * row[j]) / draws;
    }
  }
  return covariance;
}

describe('addNoise', () => {
  const factors = Float64Array.from({ length: dates }, (_, i) => 1 + i);
  it.each([
    [{ sigmaMm: 2 }, undefined],
    [{ sigmaMm: 3, correlatedShare: 0.6, correlationDays: 25 }, undefined],
    [{ sigmaMm: 2, correlatedShare: 1, correlationDays: 60 }, undefined],
    [{ sigmaMm: 1, correlatedShare: 0.3, correlationDays: 40, randomWalkMmPerRootYear: 2 }, undefined],
    [{ sigmaMm: 1, correlatedShare: 0.3, correlationDays: 40, randomWalkMmPerRootYear: 9 }, factors],
  ])('has the covariance of its model %#', (model, onDates) => {
    const random = createRandom('covariance');
    const sampled = sampleCovariance((row) => addNoise(row, axis, model, random, onDates), 40_000);
    const stated = noiseCovariance(axis, model, onDates);
    const scale = Math.max(...stated);
    for (let i = 0; i < stated.length; i++)
      expect(Math.abs(sampled[i] - stated[i])).toBeLessThan(0.03 * scale);
  });

  it('scales the deviation of each date by its factor', () => {
    const random = createRandom(2);
    const sampled = sampleCovariance((row) => addNoise(row, axis, { sigmaMm: 1 }, random, factors), 20_000);
    for (let i = 0; i < dates; i++) expect(Math.sqrt(sampled[i * dates + i]) / factors[i]).toBeCloseTo(1, 1);
  });
});

describe('noiseCovariance', () => {
  it('is the formula, written out for two dates', () => {
    const model = { sigmaMm: 2, correlatedShare: 0.25, correlationDays: 12, randomWalkMmPerRootYear: 3 };
    const covariance = noiseCovariance(axis, model);
    expect(covariance[1 * dates + 2]).toBeCloseTo(4 * 0.25 * Math.exp(-0.5) + (9 * 6) / 365.25, 12);
    expect(covariance[2 * dates + 2]).toBeCloseTo(4 + (9 * 12) / 365.25, 12);
  });
});

describe('addSmoothNoise', () => {
  it('is far smoother than white noise', () => {
    const long = createEpochAxis(Array.from({ length: 400 }, (_, i) => 12 * i));
    const row = new Float64Array(400);
    addSmoothNoise(row, long, 2, 60, createRandom(3));
    let lagged = 0;
    let squares = 0;
    for (let i = 1; i < 400; i++) {
      lagged += row[i] * row[i - 1];
      squares += row[i] * row[i];
    }
    expect(lagged / squares).toBeGreaterThan(0.75);
  });
});

describe('other parts', () => {
  it('draws factors of dates whose mean is 1.15 x 1.05', () => {
    const factors = drawEpochFactors(50_000, createRandom(5));
    expect(Math.min(...factors.subarray(0, 1000))).toBeGreaterThanOrEqual(1);
    expect(factors.reduce((sum, factor) => sum + factor, 0) / factors.length).toBeCloseTo(1.15 * 1.05, 2);
  });

  it('adds a season of one cycle a year, growing as stated', () => {
    const yearly = createEpochAxis([0, 1461]);
    const row = new Float64Array(2);
    addSeason(row, yearly, { amplitudeMm: 4, phase: 0, growth: 0.5, semiannualShare: 0 });
    expect(row[0]).toBeCloseTo(4 * 0.75, 9);
    expect(row[1]).toBeCloseTo(4 * 1.25, 9);
  });

  it('turns coherence into millimetres and back', () => {
    const stated: [number, number][] = [
      [0.95, 1.41],
      [0.9, 2.03],
      [0.8, 2.95],
      [0.7, 3.73],
      [0.6, 4.46],
      [0.5, 5.2],
    ];
    for (const [coherence, sigma] of stated) {
      expect(sigmaFromCoherence(coherence)).toBeCloseTo(sigma, 2);
      expect(coherenceFromSigma(sigmaFromCoherence(coherence))).toBeCloseTo(coherence, 12);
    }
  });

  it('rounds to tenths without a negative zero', () => {
    expect(roundToTenth(1.26)).toBe(1.3);
    expect(Object.is(roundToTenth(-0.01), 0)).toBe(true);
  });
});
