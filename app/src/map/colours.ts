import { TREND_COLOURS, type TrendClass } from '../../../src/index.js';
import type { NumberColumn } from '../data/column.js';

/** From low to high, dark to light, safe for colour-blind eyes (after Nunez et al. 2018, "cividis"). */
const SEQUENTIAL = [
  '#00224e',
  '#123570',
  '#3b496c',
  '#575d6d',
  '#707173',
  '#8a8678',
  '#a59c74',
  '#c3b369',
  '#e1cc55',
  '#fee838',
];
/** Away from the satellite red, towards it blue, as displacement maps are used to; nothing moves in pale grey. */
const DIVERGING = [
  '#8e0b1e',
  '#c5373a',
  '#e67d5d',
  '#f4bd9b',
  '#e4e2dc',
  '#a9cbdd',
  '#5fa2ca',
  '#2d72ad',
  '#103f78',
];
const MISSING = '#c4c9c7';
const OTHER_CLASSES = ['#7f7f7f', '#44aa99', '#ddcc77', '#332288'];

export function classColour(name: string, code = 0): string {
  return TREND_COLOURS[name as TrendClass] ?? OTHER_CLASSES[code % OTHER_CLASSES.length];
}

const DARK_INK = '#17201d';
const LIGHT_INK = '#ffffff';

/** The ink that is easier to read on a colour. */
export function inkOn(colour: string): string {
  return contrastOf(DARK_INK, colour) > contrastOf(LIGHT_INK, colour) ? DARK_INK : LIGHT_INK;
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(left: string, right: string): number {
  const [darker, lighter] = [luminanceOf(left), luminanceOf(right)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminanceOf(colour: string): number {
  const [red, green, blue] = parseColour(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How the numbers of a column become colours. */
export interface ColourScale {
  readonly low: number;
  readonly high: number;
  readonly stops: readonly string[];
}

/** Rates and changes get two colours about zero of equal span either way, everything else one from dark to light. */
export function scaleOf(column: NumberColumn): ColourScale {
  const { usualLow, usualHigh, low, high, kind } = column;
  if (kind === 'number' && low < 0 && high > 0 && isSigned(column.name)) {
    const span = Math.max(Math.abs(usualLow), Math.abs(usualHigh)) || 1;
    return { low: -span, high: span, stops: DIVERGING };
  }
  const top = usualHigh > usualLow ? usualHigh : high;
  return { low: usualLow, high: top > usualLow ? top : usualLow + 1, stops: SEQUENTIAL };
}

function isSigned(name: string): boolean {
  return (
    /velocity|acceleration|change|trend|los|displacement|cycles/i.test(name) &&
    !/std|error|_se\b|_se_/i.test(name)
  );
}

/** The 256 steps of a scale as 0xAABBGGRR. */
function paletteOf(stops: readonly string[]): Uint32Array {
  const colours = stops.map(parseColour);
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (colours.length - 1);
    const before = Math.min(colours.length - 2, Math.floor(at));
    const share = at - before;
    const [red, green, blue] = colours[before].map((part, k) =>
      Math.round(part + (colours[before + 1][k] - part) * share),
    );
    return packColour(red, green, blue);
  });
}

/** A colour a row, missing values grey. */
export function colourNumbers(values: ArrayLike<number>, { low, high, stops }: ColourScale): Uint32Array {
  const palette = paletteOf(stops);
  const missing = packHex(MISSING);
  const scale = 255 / (high - low);
  const colours = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const step = (value - low) * scale;
    colours[row] = Number.isNaN(value)
      ? missing
      : palette[step <= 0 ? 0 : step >= 255 ? 255 : Math.round(step)];
  }
  return colours;
}

export function colourCodes(codes: Uint8Array, names: readonly string[]): Uint32Array {
  const palette = new Uint32Array(256).fill(packHex(MISSING));
  names.forEach((name, code) => {
    palette[code] = packHex(classColour(name, code));
  });
  return Uint32Array.from(codes, (code) => palette[code]);
}

export function packHex(colour: string): number {
  const [red, green, blue] = parseColour(colour);
  return packColour(red, green, blue);
}

function parseColour(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function packColour(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
