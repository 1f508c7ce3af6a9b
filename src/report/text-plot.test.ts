import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { PointDrawing } from './point-drawing.js';
import { drawTextPlot } from './text-plot.js';

const DAYS = Int32Array.from({ length: 61 }, (_, i) => 18_262 + 12 * i);
const RISING = Float32Array.from(DAYS, (_, i) => i / 2);

function drawing(parts: Partial<PointDrawing> = {}): PointDrawing {
  return {
    title: 'p',
    className: 'Linear',
    days: DAYS,
    observed: RISING,
    repaired: undefined,
    motion: [{ days: Array.from(DAYS), values: Array.from(RISING) }],
    seasonal: [],
    residuals: undefined,
    breakMark: undefined,
    jumps: [],
    fit: undefined,
    ...parts,
  };
}

/** Columns at which the lines of a plot show a character. */
function placesOf(plot: string, character: string): [row: number, column: number][] {
  return plot
    .split('\n')
    .slice(0, 12)
    .flatMap((line, row) =>
      Array.from(line).flatMap((found, column): [number, number][] =>
        found === character ? [[row, column]] : [],
      ),
    );
}

describe('drawTextPlot', () => {
  it('draws a line from corner to corner in plain characters of the width asked for', () => {
    const plot = drawTextPlot(drawing(), { columns: 70, rows: 12, isFancy: false });
    expect(plot).toMatch(/^[ -~\n]*$/);
    expect(Math.max(...plot.split('\n').map((line) => line.length))).toBeLessThanOrEqual(70);
    const places = placesOf(plot, '#');
    expect(new Set(places.map(([row]) => row)).size).toBe(12);
    // Every row lies further right the higher it stands, and both ends are reached.
    const columns = places.map(([, column]) => column);
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([9, 69]);
    expect(places[0][1]).toBeGreaterThan(places[places.length - 1][1]);
    expect(plot).toContain('2021');
  });

  it('sets the break and the jumps where they are, and leaves missing dates empty', () => {
    const observed = RISING.map((value, i) => (i < 30 ? value : Number.NaN));
    const plot = drawTextPlot(
      drawing({
        observed,
        motion: [],
        breakMark: { day: DAYS[15], low: DAYS[10], high: DAYS[20] },
        jumps: [{ day: DAYS[45], label: '', isBelieved: true }],
      }),
      { columns: 70, rows: 12, isFancy: false },
    );
    // 61 cells for 61 dates, after nine for the axis, whose own bar is at the eighth.
    expect(new Set(placesOf(plot, '!').map(([, column]) => column))).toEqual(new Set([9 + 45]));
    expect(new Set(placesOf(plot, '|').map(([, column]) => column))).toEqual(new Set([8, 9 + 15]));
    expect(placesOf(plot, '.').every(([, column]) => column < 9 + 30)).toBe(true);
    expect(plot.split('\n').at(-1)).toMatch(/observed .*break .*jump/);
  });

  it('uses dots and colours on a terminal that takes them', () => {
    const plot = drawTextPlot(drawing(), { columns: 50, rows: 8, isFancy: true });
    expect(plot).toContain('\u001b[31m');
    const bare = stripVTControlCharacters(plot);
    expect(bare).toMatch(/[\u2801-\u28ff]{3}/);
    expect(Math.max(...bare.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  it('survives a series without any value', () => {
    const observed = RISING.map(() => Number.NaN);
    const plot = drawTextPlot(drawing({ observed, motion: [] }), { columns: 60, rows: 6, isFancy: false });
    expect(plot).not.toMatch(/NaN|Infinity/);
  });
});
