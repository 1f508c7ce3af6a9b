import { describe, expect, it } from 'vitest';
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from './mercator.js';
import { type DrawList, drawPoints, radiusAtZoom } from './point-raster.js';

const RED = 0xff0000ff;
const BLUE = 0xffff0000;

function listOf(places: readonly (readonly [number, number, number])[]): DrawList {
  return {
    count: places.length,
    x: Float64Array.from(places, ([longitude]) => mercatorX(longitude)),
    y: Float64Array.from(places, ([, latitude]) => mercatorY(latitude)),
    colours: Uint32Array.from(places, ([, , colour]) => colour),
  };
}

describe('drawPoints', () => {
  const view = { longitude: 10, latitude: 50, zoom: 8 };

  it('draws the middle of the map in the middle of the canvas, later points on top', () => {
    const pixels = new Uint32Array(41 * 31);
    const drawn = drawPoints(
      pixels,
      41,
      31,
      listOf([
        [10, 50, RED],
        [10, 50, BLUE],
        [50, 0, RED],
      ]),
      view,
      1,
      2,
    );
    expect(drawn).toBe(2);
    expect(pixels[15 * 41 + 20]).toBe(BLUE);
    expect(pixels[0]).toBe(0);
    const alphas = [...pixels].filter((pixel) => pixel !== 0).map((pixel) => pixel >>> 24);
    expect(alphas.length).toBeGreaterThan(12);
    expect(Math.min(...alphas)).toBeLessThan(255);
  });

  it('puts a degree where Mercator does', () => {
    const pixels = new Uint32Array(1001 * 3);
    drawPoints(pixels, 1001, 3, listOf([[11, 50, RED]]), view, 1, 0.5);
    const column = 500 + Math.round((512 * 2 ** 8) / 360);
    expect(pixels[1001 + column]).toBe(RED);
  });

  it('cuts discs at the edges and passes over what has no place', () => {
    const pixels = new Uint32Array(5 * 5);
    const places = [
      [10, 50, RED],
      [Number.NaN, Number.NaN, BLUE],
    ] as const;
    expect(drawPoints(pixels, 5, 5, listOf(places), view, 1, 7)).toBe(1);
    expect(pixels.every((pixel) => pixel === RED)).toBe(true);
  });
});

describe('the projection', () => {
  it('goes there and back', () => {
    for (const [longitude, latitude] of [
      [0, 0],
      [16.37, 48.2],
      [-179, -84],
    ]) {
      expect(longitudeOf(mercatorX(longitude))).toBeCloseTo(longitude, 10);
      expect(latitudeOf(mercatorY(latitude))).toBeCloseTo(latitude, 10);
    }
    // 85.0511287798 degrees is where the square ends.
    expect(mercatorY(85.0511287798066)).toBeCloseTo(0, 9);
  });
});

describe('radiusAtZoom', () => {
  it('grows with the zoom and shrinks with the crowd', () => {
    expect(radiusAtZoom(15, 1000)).toBeGreaterThan(radiusAtZoom(10, 1000));
    expect(radiusAtZoom(10, 1_000_000)).toBeLessThan(radiusAtZoom(10, 1000));
  });
});
