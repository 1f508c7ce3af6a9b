import { describe, expect, it } from 'vitest';
import type { Classifier } from '../classify/classifier.js';
import { createEpochAxis } from '../series/epoch-axis.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { measureCalibration } from './calibration-curve.js';
import { evaluatePredictions, joinParts, type LabelledStack, predictStacks } from './evaluate-classifier.js';
import { shareEstimate } from './interval.js';
import { forecastMap } from './map-shares.js';
import { comparePaired } from './paired-test.js';

describe('calibration', () => {
  it('has no error where confidence is honest and the whole distance where it is not', () => {
    const honest = measureCalibration(
      new Array(1000).fill(0.75),
      Array.from({ length: 1000 }, (_, i) => i % 4 !== 0),
    );
    expect(honest.expectedError).toBeCloseTo(0, 12);
    expect(honest.bins).toHaveLength(1);
    expect(honest.bins[0].accuracy.value).toBe(0.75);
    const boastful = measureCalibration([1, 1, 0.5, 0.5], [true, false, true, false]);
    expect(boastful.expectedError).toBeCloseTo(0.25, 12);
    // One bin too sure, one too modest: both count.
    expect(measureCalibration([0.9, 0.9, 0.6, 0.6], [true, false, true, true]).expectedError).toBeCloseTo(
      0.4,
      12,
    );
  });
});

describe('parts', () => {
  const part = (range: string, right: number, series: number) => ({
    range,
    series,
    accuracy: shareEstimate(right, series),
  });

  it('of one range are taken together, in the order of ranges', () => {
    expect(
      joinParts([part('0 % to 2 %', 90, 100), part('10 % to 20 %', 5, 10), part('0 % to 2 %', 4, 20)]),
    ).toEqual([part('0 % to 2 %', 94, 120), part('10 % to 20 %', 5, 10)]);
  });
});

describe('paired comparison', () => {
  it("is McNemar's exact test", () => {
    const first = Array.from({ length: 20 }, (_, i) => i < 15);
    const second = Array.from({ length: 20 }, (_, i) => i >= 13 || i < 6);
    // 7 only first (6..12), 5 only second (15..19): 2 P(X <= 5 | 12, 1/2) = 2 * 1586 / 4096
    expect(comparePaired(first, second)).toMatchObject({ bothRight: 8, onlyFirst: 7, onlySecond: 5 });
    expect(comparePaired(first, second).pValue).toBeCloseTo((2 * 1586) / 4096, 10);
    const better = Array.from({ length: 10 }, () => true);
    const worse = better.map(() => false);
    expect(comparePaired(better, worse).pValue).toBeCloseTo(2 / 1024, 12);
    expect(comparePaired(better, better).pValue).toBe(1);
  });

  it('copes with thousands', () => {
    const first = Array.from({ length: 5000 }, (_, i) => i % 2 === 0);
    expect(
      comparePaired(
        first,
        first.map((right) => !right),
      ).pValue,
    ).toBe(1);
  });
});

describe('a map of other shares', () => {
  it("reproduces the arithmetic of the paper's table 2: four percent of the Stable points", () => {
    const classes = ['Stable', 'Moving'];
    const forecast = forecastMap({ classes, counts: Float64Array.of(960, 40, 50, 950) }, [0.73, 0.27]);
    expect(forecast.stableLost).toBeCloseTo(0.04, 12);
    expect(forecast.falseAlarms).toBeCloseTo(0.0292 / (0.0292 + 0.2565), 10);
    expect(forecast.accuracy).toBeCloseTo(0.7008 + 0.2565, 10);
    expect(forecast.precision[1]).toBeCloseTo(1 - forecast.falseAlarms, 12);
  });
});

describe('evaluation', () => {
  const axis = createEpochAxis([0, 6, 12]);
  /** Says the class that the first date holds, with the confidence of the second; Other from the third. */
  const oracle: Classifier = {
    name: 'oracle',
    classes: TREND_CLASSES,
    fingerprint: 'x',
    checkAxis() {},
    async bind() {
      return {
        async classify(displacements, count) {
          const probabilities = new Float32Array(count * 5);
          const outOfFamily = new Float32Array(count);
          for (let row = 0; row < count; row++) {
            const [code, confidence, other] = displacements.subarray(row * 3, row * 3 + 3);
            probabilities.fill((1 - confidence) / 4, row * 5, row * 5 + 5);
            probabilities[row * 5 + code] = confidence;
            outOfFamily[row] = Number.isNaN(other) ? 0 : other;
          }
          return { probabilities, outOfFamily };
        },
        async dispose() {},
      };
    },
  };

  it('counts, leaves Other to the readers, and sorts by what is known of the series', async () => {
    const stack: LabelledStack = {
      name: 'a.csv',
      axis,
      count: 4,
      displacements: Float32Array.of(0, 0.8, Number.NaN, 1, 0.8, 0, 4, 0.9, 0, 2, 0.7, 0.9),
      labels: Uint8Array.of(0, 2, 4, 5),
      noncentrality: Float32Array.of(Number.POSITIVE_INFINITY, 16, 40, 0),
    };
    const predictions = await predictStacks(oracle, [stack]);
    expect([...predictions.answers]).toEqual([0, 1, 4, 5]);
    const { metrics, byNoncentrality, byMissing, bySource, map } = evaluatePredictions(oracle, predictions);
    expect(metrics.points).toBe(3);
    expect(metrics.overallAccuracy.value).toBeCloseTo(2 / 3, 12);
    expect(byNoncentrality.map(({ range, accuracy }) => [range, accuracy.value])).toEqual([
      ['15 to 20', 0],
      ['30 to 50', 1],
      ['1000 and more', 1],
    ]);
    expect(byMissing.map(({ range, series }) => [range, series])).toEqual([
      ['0 % to 2 %', 2],
      ['30 % to 50 %', 1],
    ]);
    const empty = { ...predictions, missingShare: new Float32Array(4).fill(1) };
    expect(evaluatePredictions(oracle, empty).byMissing).toMatchObject([
      { range: '50 % to 100 %', series: 3 },
    ]);
    expect(bySource).toHaveLength(1);
    expect(map?.stableLost).toBe(0);
  });
});
