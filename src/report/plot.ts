import { valueTicks } from './axis-ticks.js';
import { type Markup, markup } from './markup.js';
import { roundPixels } from './pixels.js';

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Bounds of an interval around y. */
  readonly low?: number;
  readonly high?: number;
  /** Shown when the pointer rests on the point. */
  readonly title?: string;
}

export interface PlotSeries {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly PlotPoint[];
  readonly isLine?: boolean;
}

export interface PlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Every factor of ten as wide as the next. */
  readonly isLogarithmic?: boolean;
  readonly yRange?: readonly [number, number];
  /** Draws the diagonal on which x equals y. */
  readonly hasDiagonal?: boolean;
}

const WIDTH = 520;
const HEIGHT = 340;
const LEFT = 58;
const BOTTOM = 46;
const TOP = 14;
const RIGHT = 12;
const LEGEND_LINE = 18;
/** Of a letter in a legend, on the average. */
const LETTER_WIDTH = 6.2;
/** A line through more points than these is a curve: marks would only thicken it. */
const MOST_MARKS = 60;

/** Points with intervals, and lines, as SVG. */
export function drawPlot(series: readonly PlotSeries[], options: PlotOptions): Markup {
  const points = series.flatMap((one) => one.points);
  const toAxis = options.isLogarithmic ? (x: number) => Math.log10(Math.max(x, 1e-9)) : (x: number) => x;
  const xs = points.map(({ x }) => toAxis(x));
  const [xLow, xHigh] = widen(Math.min(...xs), Math.max(...xs));
  const [yLow, yHigh] =
    options.yRange ??
    widen(
      Math.min(...points.map(({ y, low }) => low ?? y)),
      Math.max(...points.map(({ y, high }) => high ?? y)),
    );
  const legend = layOutLegend(series);
  const top = TOP + LEGEND_LINE * legend.lines;
  const place = {
    x: (x: number) => roundPixels(LEFT + ((toAxis(x) - xLow) / (xHigh - xLow)) * (WIDTH - LEFT - RIGHT)),
    y: (y: number) => roundPixels(HEIGHT - BOTTOM - ((y - yLow) / (yHigh - yLow)) * (HEIGHT - BOTTOM - top)),
  };
  const xTicks = options.isLogarithmic ? decades(xLow, xHigh) : valueTicks(xLow, xHigh, 5);
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${options.title}">
${xTicks.map((x) => markup`<path d="M${place.x(x)} ${top}V${HEIGHT - BOTTOM}" stroke="#e3e7e4"/><text x="${place.x(x)}" y="${HEIGHT - BOTTOM + 15}" text-anchor="middle" class="tick">${formatTick(x)}</text>`)}
${valueTicks(yLow, yHigh, 5).map((y) => markup`<path d="M${LEFT} ${place.y(y)}H${WIDTH - RIGHT}" stroke="#e3e7e4"/><text x="${LEFT - 6}" y="${place.y(y) + 4}" text-anchor="end" class="tick">${formatTick(y)}</text>`)}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle" class="axis">${options.xLabel}</text>
<text x="14" y="${(top + HEIGHT - BOTTOM) / 2}" text-anchor="middle" class="axis" transform="rotate(-90 14 ${(top + HEIGHT - BOTTOM) / 2})">${options.yLabel}</text>
${options.hasDiagonal ? markup`<path d="M${place.x(Math.max(xLow, yLow))} ${place.y(Math.max(xLow, yLow))}L${place.x(Math.min(xHigh, yHigh))} ${place.y(Math.min(xHigh, yHigh))}" stroke="#8a958f" stroke-dasharray="4 4"/>` : markup``}
${series.map((one) => drawSeries(one, place))}
${legend.entries.map(({ name, colour, x, y }) => markup`<circle cx="${x}" cy="${y}" r="4.5" fill="${colour}"/><text x="${x + 10}" y="${y + 4}" class="tick">${name}</text>`)}
</svg>`;
}

/** Where the names of several series stand above the plot, in as many lines as they need; one alone needs no name. */
function layOutLegend(series: readonly PlotSeries[]) {
  let x = LEFT + 6;
  let lines = series.length > 1 ? 1 : 0;
  const entries = (series.length > 1 ? series : []).map(({ name, colour }) => {
    const width = 34 + LETTER_WIDTH * name.length;
    if (x + width > WIDTH - RIGHT && x > LEFT + 6) {
      x = LEFT + 6;
      lines++;
    }
    const entry = { name, colour, x: roundPixels(x), y: TOP + LEGEND_LINE * (lines - 1) };
    x += width;
    return entry;
  });
  return { entries, lines };
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function drawSeries({ points, colour, isLine }: PlotSeries, place: Place): Markup {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${place.x(x)} ${place.y(y)}`).join('');
  const line = isLine
    ? markup`<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>`
    : markup``;
  const marked = isLine && points.length > MOST_MARKS ? [] : points;
  const marks = marked.map(({ x, y, low, high, title }) => {
    const bar =
      low === undefined || high === undefined
        ? markup``
        : markup`<path d="M${place.x(x)} ${place.y(low)}V${place.y(high)}" stroke="${colour}" stroke-opacity="0.6"/>`;
    return markup`${bar}<circle cx="${place.x(x)}" cy="${place.y(y)}" r="3.6" fill="${colour}"><title>${title ?? `${x}, ${y}`}</title></circle>`;
  });
  return markup`${line}${marks}`;
}

function widen(low: number, high: number): [number, number] {
  const margin = high > low ? 0.06 * (high - low) : Math.max(0.5, 0.1 * Math.abs(low));
  return [low - margin, high + margin];
}

function decades(low: number, high: number): number[] {
  const factors = high - low > 3 ? [1] : [1, 2, 5];
  const values: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const factor of factors) {
      const exponent = power + Math.log10(factor);
      if (exponent >= low && exponent <= high) values.push(factor * 10 ** power);
    }
  }
  return values;
}

function formatTick(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (Math.abs(value) >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(value);
}
