import type { RegionStatistics } from '../areas/regions/region-statistics.js';
import { DAYS_PER_YEAR } from '../series/epoch-axis.js';
import { TREND_CLASSES, TREND_COLOURS } from '../series/trend-class.js';
import { renderPage, renderTable } from './html-page.js';
import { type Markup, markup } from './markup.js';
import { drawPlot } from './plot.js';

const BAR_WIDTH = 420;
const BAR_HEIGHT = 16;
/** Regions whose series are drawn, those with the most points first. */
const DRAWN_SERIES = 24;

/** A page of what the points of every region do: shares of the trends as bars, velocities, mean series. */
export function renderRegionPage(statistics: readonly RegionStatistics[], title: string): string {
  const rows = statistics.map((row) => [
    row.region.name,
    String(row.points),
    drawShares(row),
    number(row.velocityMean),
    ...row.velocityQuantiles.map(number),
  ]);
  const drawn = statistics
    .filter(({ series }) => series !== undefined)
    .sort((left, right) => right.points - left.points)
    .slice(0, DRAWN_SERIES);
  const body = markup`<h1>${title}</h1>
<p>${TREND_CLASSES.map((name) => markup`<span class="swatch" style="background:${TREND_COLOURS[name]}"></span>${name} `)}</p>
${renderTable(['region', 'points', 'trends', 'mean mm/yr', '10 %', 'median', '90 %'], rows)}
${drawn.map(drawSeries)}`;
  return renderPage(title, body);
}

function drawShares({ region, points, trendCounts }: RegionStatistics): Markup {
  let start = 0;
  const bars = TREND_CLASSES.map((name, code) => {
    const width = points === 0 ? 0 : (BAR_WIDTH * trendCounts[code]) / points;
    const bar = markup`<rect x="${round(start)}" y="0" width="${round(width)}" height="${BAR_HEIGHT}" fill="${TREND_COLOURS[name]}"><title>${name}: ${trendCounts[code]}</title></rect>`;
    start += width;
    return bar;
  });
  return markup`<svg viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" style="min-width:160px" role="img" aria-label="Trends of ${region.name}">${bars}</svg>`;
}

function drawSeries({ region, series, points }: RegionStatistics): Markup {
  const { axis, mean, low, high } = series!;
  const lineOf = (values: Float32Array, name: string, colour: string) => ({
    name,
    colour,
    isLine: true,
    points: Array.from(values, (y, i) => ({ x: 1970 + axis.days[i] / DAYS_PER_YEAR, y })),
  });
  const lines = [
    lineOf(low, '10 % of the points', '#9aa5a1'),
    lineOf(mean, 'mean', '#0072b2'),
    lineOf(high, '90 % of the points', '#9aa5a1'),
  ];
  const options = { title: `Mean series of ${region.name}`, xLabel: 'year', yLabel: 'displacement, mm' };
  return markup`<h2>${region.name} (${points} points)</h2><div style="max-width:640px">${drawPlot(lines, options)}</div>`;
}

function number(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(1);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
