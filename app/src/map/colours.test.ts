import { describe, expect, it } from 'vitest';
import { TREND_CLASSES } from '../../../src/index.js';
import { classColour, contrastOf, inkOn } from './colours.js';

const AA_TEXT = 4.5;
/** Distances in CIELAB below about 10 are told apart only side by side. */
const FEWEST_LAB_STEPS = 10;

/** How dichromats see linear RGB, after Machado, Oliveira and Fernandes 2009, severity 1. */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function toLinear(colour: string): number[] {
  return [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
}

/** CIELAB under D65. */
function toLab(rgb: readonly number[]): number[] {
  const matrix = [
    [0.4124, 0.3576, 0.1805],
    [0.2126, 0.7152, 0.0722],
    [0.0193, 0.1192, 0.9505],
  ];
  const white = [0.9505, 1, 1.089];
  const [x, y, z] = matrix.map((row, i) => {
    const value = row.reduce((sum, part, k) => sum + part * rgb[k], 0) / white[i];
    return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seen(colour: string, eyes: string): number[] {
  const linear = toLinear(colour);
  const rgb = EYES[eyes].map((row) => row.reduce((sum, part, k) => sum + part * linear[k], 0));
  return toLab(rgb.map((part) => Math.min(1, Math.max(0, part))));
}

describe('the colours of the classes', () => {
  it.each(Object.keys(EYES))('can be told apart by %s eyes', (eyes) => {
    for (const [i, left] of TREND_CLASSES.entries()) {
      for (const right of TREND_CLASSES.slice(i + 1)) {
        const [a, b] = [seen(classColour(left), eyes), seen(classColour(right), eyes)];
        const distance = Math.hypot(...a.map((part, k) => part - b[k]));
        expect(distance, `${left} and ${right}`).toBeGreaterThan(FEWEST_LAB_STEPS);
      }
    }
  });

  it.each(TREND_CLASSES)('carry legible ink: %s', (name) => {
    const colour = classColour(name);
    expect(contrastOf(inkOn(colour), colour)).toBeGreaterThanOrEqual(AA_TEXT);
  });
});

describe('contrastOf', () => {
  it('is 21 for black on white, 1 for a colour on itself, and that of a published pair', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 9);
    expect(contrastOf('#123456', '#123456')).toBe(1);
    // #767676 is the lightest grey that passes AA on white.
    expect(contrastOf('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});
