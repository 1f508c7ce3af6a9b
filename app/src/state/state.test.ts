import { describe, expect, it } from 'vitest';
import { surveyNumbers } from '../data/column.js';
import { formatAddress, parseAddress } from './address.js';
import { countBins, countClasses, maskRows, NO_FILTERS } from './filters.js';

describe('the address', () => {
  it('gives back what it was made of', () => {
    const state = {
      view: { zoom: 12.5, latitude: 48.12345, longitude: -16.5 },
      colourBy: 'velocity_mm_yr',
      filters: {
        hiddenClasses: [0, 4],
        spans: { confidence: [0.5, 1] as const, 'odd & name=': [-3, 2.5] as const },
      },
      pid: 'a+b/ü%',
    };
    expect(parseAddress(`#${formatAddress(state)}`)).toEqual(state);
    expect(parseAddress('')).toEqual({
      view: undefined,
      colourBy: undefined,
      filters: NO_FILTERS,
      pid: undefined,
    });
  });

  it('passes over what makes no sense', () => {
    const state = parseAddress('#map=99/100/x&hide=a,3,-1,999&span.q=1&zzz=1&%E0%A4%A');
    expect(state).toEqual({
      view: undefined,
      colourBy: undefined,
      filters: { hiddenClasses: [3], spans: {} },
      pid: undefined,
    });
  });
});

describe('filters', () => {
  const codes = Uint8Array.of(0, 1, 2, 1, 255);
  const velocity = surveyNumbers('v', 'number', undefined, Float64Array.of(-5, 0, 5, Number.NaN, 1));

  it('hide classes and what lies outside of a span, missing values with it', () => {
    expect([...maskRows(codes, NO_FILTERS, new Map())]).toEqual([1, 1, 1, 1, 1]);
    expect([...maskRows(codes, { hiddenClasses: [1], spans: {} }, new Map())]).toEqual([1, 0, 1, 0, 1]);
    const spans = { v: [-5, 1] as const };
    expect([...maskRows(codes, { hiddenClasses: [], spans }, new Map([['v', velocity]]))]).toEqual([
      1, 1, 0, 0, 1,
    ]);
  });

  it('are counted by class and bin', () => {
    expect(countClasses(codes, 5, () => true)).toEqual([1, 2, 1, 0, 0]);
    expect([...countBins(velocity.values, Uint8Array.of(1, 1, 1, 1, 0), -5, 5, 2)]).toEqual([1, 2]);
  });
});

describe('surveyNumbers', () => {
  it('tells extremes, and quantiles that a single outlier does not move', () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i);
    values[7] = 1e9;
    values[8] = Number.NaN;
    const survey = surveyNumbers('x', 'number', undefined, values);
    expect([survey.low, survey.high, survey.present]).toEqual([0, 1e9, 1000]);
    expect(survey.usualHigh).toBeCloseTo(981, 0);
  });
});
