import { formatDay } from '../series/epoch-axis.js';
import { valueTicks, yearTicks } from './axis-ticks.js';
import { type Markup, markup } from './markup.js';
import { roundPixels } from './pixels.js';

/** One series to draw; days since 1970-01-01, displacements in mm, `NaN` = missing. */
export interface SeriesFigure {
  readonly title: string;
  readonly days: ArrayLike<number>;
  readonly observed: ArrayLike<number>;
  /** The same with its jumps put right. */
  readonly repaired?: ArrayLike<number>;
  readonly model?: ArrayLike<number>;
  readonly colour: string;
  readonly breakInterval?: { readonly day: number; readonly low: number; readonly high: number };
}

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 48;
const RIGHT = 14;
const TOP = 30;
const BOTTOM = 28;

/** A displacement series with its fitted model, as SVG that stands alone. */
export function drawSeriesFigure(figure: SeriesFigure): Markup {
  const { days, observed, repaired, model, colour, breakInterval, title } = figure;
  const values = [...Array.from(observed), ...Array.from(repaired ?? []), ...Array.from(model ?? [])].filter(
    Number.isFinite,
  );
  const first = days[0];
  const last = days[days.length - 1];
  const low = values.length === 0 ? 0 : Math.min(...values);
  const high = values.length === 0 ? 1 : Math.max(...values);
  const margin = 0.06 * (high - low) || 1;
  const x = (day: number) => roundPixels(LEFT + ((WIDTH - LEFT - RIGHT) * (day - first)) / (last - first));
  const y = (value: number) =>
    roundPixels(TOP + ((HEIGHT - TOP - BOTTOM) * (high + margin - value)) / (high - low + 2 * margin));
  const dots = (series: ArrayLike<number>) =>
    Array.from(series, (value, i) => (Number.isFinite(value) ? `M${x(days[i])} ${y(value)}h0` : '')).join('');
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="11">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="18" font-size="13" font-weight="600" fill="#12303b">${title}</text>
<text x="${WIDTH - RIGHT}" y="18" text-anchor="end" fill="#55646a">displacement, mm</text>
${breakInterval ? drawBreak(breakInterval, x) : markup``}
${valueTicks(low - margin, high + margin).map((tick) => markup`<path d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}" stroke="#e4e9ea"/><text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end" fill="#55646a">${String(tick).replace('-', '−')}</text>`)}
${yearTicks(first, last).map(({ day, year }) => markup`<path d="M${x(day)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#e4e9ea"/><text x="${x(day)}" y="${HEIGHT - 9}" text-anchor="middle" fill="#55646a">${year}</text>`)}
<path d="${dots(observed)}" stroke="#5b6b70" stroke-width="3.4" stroke-linecap="round"/>
${repaired ? markup`<path d="${dots(repaired)}" stroke="${colour}" stroke-width="3.4" stroke-linecap="round" opacity="0.6"/>` : markup``}
${model ? markup`<path d="${Array.from(model, (value, i) => `${i === 0 ? 'M' : 'L'}${x(days[i])} ${y(value)}`).join('')}" fill="none" stroke="${colour}" stroke-width="2"/>` : markup``}
</svg>`;
}

function drawBreak(
  { day, low, high }: NonNullable<SeriesFigure['breakInterval']>,
  x: (day: number) => number,
): Markup {
  return markup`<rect x="${x(low)}" y="${TOP}" width="${Math.max(0, roundPixels(x(high) - x(low)))}" height="${HEIGHT - TOP - BOTTOM}" fill="#e69f00" opacity="0.18"/>
<path d="M${x(day)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#9a5b00" stroke-dasharray="5 4"/>
<text x="${x(day) + 4}" y="${TOP + 11}" fill="#7a4700">break ${formatDay(day)}</text>`;
}
