import { describe, expect, it } from 'vitest';
import { createToDegrees, createToMetres, isLaeaEurope } from './projection.js';

describe('createToDegrees', () => {
  it('gives the example of IOGP guidance note 7-2 for EPSG:3035', () => {
    const [longitude, latitude] = createToDegrees(3035)(3962799.45, 2999718.85);
    expect(longitude).toBeCloseTo(5, 7);
    expect(latitude).toBeCloseTo(50, 7);
  });

  it('puts the false origins of UTM on their meridians, north and south', () => {
    for (const epsg of [32633, 25833]) {
      const [longitude, latitude] = createToDegrees(epsg)(500_000, 0);
      expect(longitude).toBeCloseTo(15, 9);
      expect(latitude).toBeCloseTo(0, 9);
    }
    const [longitude, latitude] = createToDegrees(32719)(500_000, 10_000_000);
    expect(longitude).toBeCloseTo(-69, 9);
    expect(latitude).toBeCloseTo(0, 9);
  });

  it('spans the globe at half the circumference of the sphere in EPSG:3857', () => {
    expect(createToDegrees(3857)(Math.PI * 6378137, 0)[0]).toBeCloseTo(180, 9);
  });

  it('leaves degrees of WGS84 and ETRS89 as they are', () => {
    for (const epsg of [4326, 4258]) expect(createToDegrees(epsg)(13.5, 38)).toEqual([13.5, 38]);
  });

  it('refuses a projection that it has no definition of', () => {
    expect(() => createToDegrees(2154)).toThrow(
      /The projection EPSG:2154 is not known here\.\nKnown are 3035/,
    );
  });
});

describe('createToMetres', () => {
  it('is the way back, and meets the example of IOGP guidance note 7-2', () => {
    const [easting, northing] = createToMetres(3035)(5, 50);
    expect(easting).toBeCloseTo(3962799.45, 2);
    expect(northing).toBeCloseTo(2999718.85, 2);
  });
});

describe('isLaeaEurope', () => {
  it('tells EGMS from UTM', () => {
    expect(isLaeaEurope(4598649, 1739717)).toBe(true);
    expect(isLaeaEurope(391_000, 4_754_000)).toBe(false);
  });
});
