import { describe, expect, it } from 'vitest';
import { readCubeLayout } from './cube-layout.js';
import type { Hdf5File } from './hdf5-file.node.js';

/** A file of nothing but its times. */
function fileOfTimes(values: readonly number[], units: string): Hdf5File {
  return {
    names: ['time'],
    attributes: {},
    shapeOf: (name) => (name === 'time' ? [values.length] : undefined),
    attributeOf: (name, attribute) => (name === 'time' && attribute === 'units' ? units : undefined),
    readNumbers: () => Float64Array.from(values),
    readTexts: () => [],
    close: () => {},
  };
}

describe('readCubeLayout', () => {
  it.each([
    [[0, 6, 1e300], /time holds 1e\+300 days?, which is no date/],
    [[-1e9, 6, 12], /which is no date/],
    [[0, 4_000_000], /which is no date/],
    [[0, Number.NaN], /lacks dates/],
  ])('refuses times that no calendar has: %j', (values, message) => {
    expect(() => readCubeLayout(fileOfTimes(values, 'days since 2020-01-01'), 'cube.nc')).toThrow(message);
  });

  it('is not asked about files whose times are dates and that hold no cube', () => {
    expect(readCubeLayout(fileOfTimes([0, 6, 12], 'days since 2020-01-01'), 'cube.nc')).toBeUndefined();
  });
});
