import { describe, expect, it } from 'vitest';
import { readWkbPoint } from './wkb-point.js';

describe('readWkbPoint', () => {
  it('takes both byte orders and an SRID, and no other geometry', () => {
    const make = (isLittle: boolean, kind: number, start: number) => {
      const bytes = new Uint8Array(start + 16);
      const view = new DataView(bytes.buffer);
      view.setUint8(0, isLittle ? 1 : 0);
      view.setUint32(1, kind, isLittle);
      view.setFloat64(start, 3.5, isLittle);
      view.setFloat64(start + 8, -7, isLittle);
      return bytes;
    };
    for (const bytes of [
      make(true, 1, 5),
      make(false, 1, 5),
      make(true, 0x2000_0001, 9),
      make(true, 1001, 5),
    ]) {
      const place = [0, 0];
      expect(readWkbPoint(bytes, place)).toBe(true);
      expect(place).toEqual([3.5, -7]);
    }
    expect(readWkbPoint(make(true, 2, 5), [0, 0])).toBe(false);
    expect(readWkbPoint(new Uint8Array(8), [0, 0])).toBe(false);
  });

  it('takes the mean of a multipoint, whose points may have a height and a measure', () => {
    const make = (kinds: readonly number[], extras: number) => {
      const bytes = new Uint8Array(9 + kinds.length * (21 + 8 * extras));
      const view = new DataView(bytes.buffer);
      view.setUint8(0, 1);
      view.setUint32(1, 4, true);
      view.setUint32(5, kinds.length, true);
      kinds.forEach((kind, i) => {
        const at = 9 + i * (21 + 8 * extras);
        view.setUint8(at, 1);
        view.setUint32(at + 1, kind, true);
        view.setFloat64(at + 5, 10 + i, true);
        view.setFloat64(at + 13, 40 - i, true);
      });
      return bytes;
    };
    const place = [Number.NaN, Number.NaN];
    for (const bytes of [
      make([1, 1, 1], 0),
      make([1001, 2001, 1001], 1),
      make([3001, 0xc000_0001, 3001], 2),
    ]) {
      expect(readWkbPoint(bytes, place)).toBe(true);
      expect(place).toEqual([11, 39]);
      expect(readWkbPoint(bytes.subarray(0, -1), [0, 0])).toBe(false);
    }
    expect(readWkbPoint(make([1, 2], 0), [0, 0])).toBe(false);
  });
});
