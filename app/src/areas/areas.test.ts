import { describe, expect, it } from 'vitest';
import { createEpochAxis } from '../../../src/index.js';
import type { LoadedMap } from '../data/loaded-map.js';
import { mercatorX, mercatorY } from '../map/mercator.js';
import { areasFromGeojson, areasToGeojson } from './area-geojson.js';
import { circleArea, rowsInArea } from './area-rows.js';
import { quantile, summarizeSeries } from './area-series.js';

const square = {
  name: 'S',
  ring: [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ] as const,
};

function pointsAt(places: readonly (readonly [number, number])[]) {
  return {
    x: Float64Array.from(places, ([longitude]) => mercatorX(longitude)),
    y: Float64Array.from(places, ([, latitude]) => mercatorY(latitude)),
  };
}

describe('rowsInArea', () => {
  it('finds what lies within, also of a hollow outline', () => {
    expect(
      rowsInArea(
        pointsAt([
          [1, 1],
          [3, 1],
          [-1, 1],
          [0.1, 1.9],
        ]),
        square,
      ),
    ).toEqual([0, 3]);
    const horseshoe = {
      name: 'U',
      ring: [
        [0, 0],
        [3, 0],
        [3, 3],
        [2, 3],
        [2, 1],
        [1, 1],
        [1, 3],
        [0, 3],
      ] as const,
    };
    expect(
      rowsInArea(
        pointsAt([
          [0.5, 2],
          [1.5, 2],
          [2.5, 2],
          [1.5, 0.5],
        ]),
        horseshoe,
      ),
    ).toEqual([0, 2, 3]);
  });

  it('draws a circle of the radius asked for', () => {
    const circle = circleArea('C', 10, 50, 1000);
    const north = 1000 / 111_195;
    const east = north / Math.cos((50 * Math.PI) / 180);
    const points = pointsAt([
      [10 + 0.98 * east, 50],
      [10 + 1.02 * east, 50],
      [10, 50 - 0.98 * north],
      [10, 50 - 1.02 * north],
    ]);
    expect(rowsInArea(points, circle)).toEqual([0, 2]);
  });
});

describe('GeoJSON areas', () => {
  it('go out and come back', () => {
    expect(areasFromGeojson(areasToGeojson([square]))).toEqual([square]);
  });

  it('come from bare geometries and multipolygons too, and nothing else', () => {
    const ring = [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ];
    expect(areasFromGeojson({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })).toHaveLength(2);
    expect(
      areasFromGeojson({
        type: 'Feature',
        properties: { letter: 'A', name: 'x' },
        geometry: { type: 'Polygon', coordinates: [ring] },
      })[0].name,
    ).toBe('A x');
    for (const wrong of [
      null,
      7,
      {},
      { type: 'Point', coordinates: [0, 0] },
      { type: 'FeatureCollection', features: [] },
    ]) {
      expect(() => areasFromGeojson(wrong)).toThrow();
    }
  });
});

describe('summarizeSeries', () => {
  it('gives mean and quartiles about the first year', async () => {
    const axis = createEpochAxis([0, 100, 1000]);
    const values = [
      [0, 0, 4],
      [10, 10, 18],
      [5, 5, 5],
      [1, 1, Number.NaN],
    ];
    const loaded = {
      axis,
      readSeries: async (row: number) => Float32Array.from(values[row]),
    } as unknown as LoadedMap;
    const summary = await summarizeSeries(loaded, [0, 1, 2, 3]);
    expect(summary!.used).toBe(4);
    expect([
      summary!.mean[2],
      summary!.median[2],
      summary!.lowerQuartile[2],
      summary!.upperQuartile[2],
    ]).toEqual([4, 4, 2, 6]);
    expect(summary!.mean[0]).toBe(0);
  });

  it('takes quantiles between ranks', () => {
    expect(quantile(Float64Array.of(0, 10), 0.25)).toBe(2.5);
    expect(quantile(new Float64Array(0), 0.5)).toBeNaN();
  });
});
