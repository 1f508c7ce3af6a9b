import { formatDay } from '../series/epoch-axis.js';
import { TREND_COLOURS, type TrendClass } from '../series/trend-class.js';
import { valueTicks, yearTicks } from './axis-ticks.js';
import { type Markup, markup } from './markup.js';
import { roundPixels } from './pixels.js';
import type { PointDrawing, Stroke } from './point-drawing.js';

const WIDTH = 760;
const LEFT = 56;
const RIGHT = 16;
/** Top and height of the two panels: displacements above, what the motion leaves below. */
const SERIES = { top: 74, height: 280 };
const RESIDUALS = { top: 396, height: 90 };
const HEIGHT = 520;
/** A label a jump, one above the other; a series with more of them has a figure full enough. */
const MOST_JUMP_LABELS = 6;
const OBSERVED = '#5b6b70';
const REPAIRED = '#009e73';
const BREAK = '#9a5b00';
const FALLBACK_COLOUR = '#0072b2';

interface Panel {
  readonly top: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  x(day: number): number;
  y(value: number): number;
}

/**
 * A figure for a report, as SVG that stands alone: observations, fitted motion, break with its interval, jumps, the
 * repaired series, and the residuals. `lines` are printed under the title.
 */
export function drawPointFigure(drawing: PointDrawing, lines: readonly string[]): string {
  const { days, observed, repaired, motion, seasonal, residuals, breakMark, jumps, title } = drawing;
  const colour = TREND_COLOURS[drawing.className as TrendClass] ?? FALLBACK_COLOUR;
  const drawn = [observed, repaired ?? [], ...motion.map(({ values }) => values)].flatMap((values) =>
    Array.from(values),
  );
  const series = panel(SERIES, days, drawn);
  const below = residuals && panel(RESIDUALS, days, Array.from(residuals), true);
  const height = below ? HEIGHT : SERIES.top + SERIES.height + 36;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${LEFT}" y="20" font-size="15" font-weight="600" fill="#12303b">${title}</text>
${lines.slice(0, 2).map((line, i) => markup`<text x="${LEFT}" y="${36 + 14 * i}" fill="#55646a">${line}</text>`)}
${drawLegend(drawing, colour)}
${breakMark ? drawBreak(breakMark, series) : markup``}
${drawGrid(series, days, 'displacement, mm', 4)}
${jumps.map((jump, i) => drawJump(jump, i < MOST_JUMP_LABELS, i, series))}
<path d="${dots(days, observed, series)}" stroke="${OBSERVED}" stroke-width="3.6" stroke-linecap="round"/>
${repaired ? markup`<path d="${dots(days, repaired, series)}" stroke="${REPAIRED}" stroke-width="3.2" stroke-linecap="round"/>` : markup``}
${seasonal.map((stroke) => markup`<path d="${line(stroke, series)}" fill="none" stroke="${colour}" stroke-width="1" opacity="0.7"/>`)}
${motion.map((stroke) => markup`<path d="${line(stroke, series)}" fill="none" stroke="${colour}" stroke-width="2.4" stroke-linejoin="round"/>`)}
${below ? markup`${drawGrid(below, days, 'residual, mm', 2)}<path d="M${LEFT} ${below.y(0)}H${WIDTH - RIGHT}" stroke="#9aa5a1"/><path d="${dots(days, residuals ?? [], below)}" stroke="${OBSERVED}" stroke-width="3" stroke-linecap="round"/>` : markup``}
</svg>
`.html;
}

function panel(
  { top, height }: { readonly top: number; readonly height: number },
  days: Int32Array,
  values: readonly number[],
  isAboutZero = false,
): Panel {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, isAboutZero ? -Math.abs(value) : value);
    high = Math.max(high, isAboutZero ? Math.abs(value) : value);
  }
  if (low > high) [low, high] = [0, 1];
  const margin = 0.06 * (high - low) || 1;
  low -= margin;
  high += margin;
  const first = days[0];
  const span = days[days.length - 1] - first;
  return {
    top,
    height,
    low,
    high,
    x: (day) => roundPixels(LEFT + ((WIDTH - LEFT - RIGHT) * (day - first)) / span),
    y: (value) => roundPixels(top + (height * (high - value)) / (high - low)),
  };
}

function drawGrid(place: Panel, days: Int32Array, label: string, most: number): Markup {
  const bottom = place.top + place.height;
  const values = valueTicks(place.low, place.high, most);
  const years = yearTicks(days[0], days[days.length - 1]);
  return markup`${values.map((value) => markup`<path d="M${LEFT} ${place.y(value)}H${WIDTH - RIGHT}" stroke="#e4e9ea"/><text x="${LEFT - 6}" y="${place.y(value) + 4}" text-anchor="end" fill="#55646a">${String(value).replace('-', '−')}</text>`)}
${years.map(({ day, year }) => markup`<path d="M${place.x(day)} ${place.top}V${bottom}" stroke="#e4e9ea"/><text x="${place.x(day)}" y="${bottom + 15}" text-anchor="middle" fill="#55646a">${year}</text>`)}
<text x="14" y="${place.top + place.height / 2}" text-anchor="middle" fill="#55646a" transform="rotate(-90 14 ${place.top + place.height / 2})">${label}</text>`;
}

function drawBreak({ day, low, high }: NonNullable<PointDrawing['breakMark']>, place: Panel): Markup {
  const bottom = place.top + place.height;
  const isLate = place.x(day) > WIDTH - 170;
  return markup`<rect class="interval" x="${place.x(low)}" y="${place.top}" width="${Math.max(0, roundPixels(place.x(high) - place.x(low)))}" height="${place.height}" fill="#e69f00" opacity="0.18"/>
<path class="break" d="M${place.x(day)} ${place.top}V${bottom}" stroke="${BREAK}" stroke-dasharray="5 4"/>
<text x="${place.x(day) + (isLate ? -5 : 5)}" y="${place.top + 12}" text-anchor="${isLate ? 'end' : 'start'}" fill="#7a4700">break ${formatDay(day)}</text>`;
}

function drawJump(
  { day, label, isBelieved }: PointDrawing['jumps'][number],
  isLabelled: boolean,
  row: number,
  place: Panel,
): Markup {
  const bottom = place.top + place.height;
  const isLate = place.x(day) > WIDTH - 220;
  const [stroke, fill] = isBelieved ? ['#9b30a0', '#7a1f80'] : ['#9aa5a1', '#55646a'];
  return markup`<path class="jump" d="M${place.x(day)} ${place.top}V${bottom}" stroke="${stroke}" stroke-dasharray="2 3"/>
<text x="${place.x(day) + (isLate ? -5 : 5)}" y="${bottom - 6 - 13 * row}" text-anchor="${isLate ? 'end' : 'start'}" fill="${fill}">${isLabelled ? label : ''}</text>`;
}

function drawLegend({ repaired, seasonal, motion }: PointDrawing, colour: string): Markup {
  const entries = [
    { name: 'observed', colour: OBSERVED, lineWidth: 0 },
    ...(repaired ? [{ name: 'jumps put right', colour: REPAIRED, lineWidth: 0 }] : []),
    ...(motion.length > 0 ? [{ name: 'fitted motion', colour, lineWidth: 2.4 }] : []),
    ...(seasonal.length > 0 ? [{ name: 'with season', colour, lineWidth: 1 }] : []),
  ];
  return markup`${entries.map(({ name, colour: own, lineWidth }, i) => {
    const x = LEFT + 130 * i;
    const mark =
      lineWidth > 0
        ? markup`<path d="M${x} 63h16" stroke="${own}" stroke-width="${lineWidth}"/>`
        : markup`<circle cx="${x + 8}" cy="63" r="2.6" fill="${own}"/>`;
    return markup`${mark}<text x="${x + 22}" y="67" fill="#12303b">${name}</text>`;
  })}`;
}

function dots(days: Int32Array, values: ArrayLike<number>, place: Panel): string {
  return Array.from(values, (value, i) =>
    Number.isFinite(value) ? `M${place.x(days[i])} ${place.y(value)}h0` : '',
  ).join('');
}

function line({ days, values }: Stroke, place: Panel): string {
  return days.map((day, i) => `${i === 0 ? 'M' : 'L'}${place.x(day)} ${place.y(values[i])}`).join('');
}
