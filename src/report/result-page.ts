import { TREND_COLOURS, TREND_MEANINGS, type TrendClass } from '../series/trend-class.js';
import { renderPage, renderTable } from './html-page.js';
import { type Markup, markup } from './markup.js';
import { drawPieChart } from './pie-chart.js';
import { drawPointMap, type MapOutline, type MapPoint } from './point-map.js';
import { drawSeriesFigure, type SeriesFigure } from './series-figure.js';

/** A class of a map in numbers; `NaN` where there is none. */
export interface ClassLine {
  readonly className: string;
  readonly points: number;
  readonly meanConfidence: number;
  readonly medianVelocityMmPerYear: number;
}

/** A point worth a look, and what is known of it. */
export interface NotablePoint {
  readonly pid: string;
  readonly className: string;
  readonly confidence: number;
  readonly longitude: number;
  readonly latitude: number;
  readonly velocityMmPerYear: number;
  /** Its series, where the map holds any. */
  readonly figure: SeriesFigure | undefined;
}

export interface ResultReport {
  readonly title: string;
  readonly points: number;
  /** The points drawn, the moving ones last; fewer than `points` on a large map. */
  readonly shown: readonly MapPoint[];
  readonly classes: readonly ClassLine[];
  readonly areas: readonly (MapOutline & { readonly counts: readonly number[] })[];
  readonly notable: readonly NotablePoint[];
  /** Inputs with their formats and dates, in words. */
  readonly inputs: readonly string[];
  /** `facts`: what its card says, where the model file is at hand; title and text. */
  readonly model: {
    readonly name: string;
    readonly fingerprint: string;
    readonly facts: readonly (readonly [title: string, text: string])[];
  };
}

/** The report of a classified map as one file that needs nothing else, fit to be printed. */
export function renderResultPage(report: ResultReport): string {
  const { title, points, shown, classes, areas, notable, inputs, model } = report;
  const slices = classes.map(({ className, points: value }) => ({
    label: className,
    value,
    colour: colourOf(className),
  }));
  const body = markup`<h1>${title}</h1>
<p>${formatCount(points)} points. ${inputs.join('; ')}</p>
<div class="columns even">
<figure>${drawPointMap(shown, [], `${title}: points by class`, areas)}
${shown.length < points ? markup`<figcaption>${formatCount(shown.length)} points drawn, evenly chosen over the file; the tables count all.</figcaption>` : markup``}</figure>
<div><div class="pie">${drawPieChart(slices, 'Share of each class')}</div>
${classTable(classes, points)}</div>
</div>
${areas.length > 0 ? areaSection(areas, classes) : markup``}
${notable.length > 0 ? notableSection(notable) : markup``}
<h2>How this was made</h2>
<p>Every displacement series was sorted into one of ${classes.length} classes by the model “${model.name}”: ${classes.map(({ className }) => `${className} (${TREND_MEANINGS[className as TrendClass] ?? 'as the model names it'})`).join(', ')}.
The confidence of a class is its calibrated probability. Classes describe series of satellite observations along the line of
sight, not causes; a doubtful point deserves a look at its series.</p>
<h3>The model</h3>
${renderTable(
  ['its card', ''],
  [['name', model.name], ['SHA-256 of its file', model.fingerprint], ...model.facts],
  'card',
)}
<footer>groundtrend</footer>`;
  return renderPage(title, body);
}

function classTable(classes: readonly ClassLine[], points: number): Markup {
  return renderTable(
    ['class', 'points', 'share', 'confidence', 'velocity, mm/yr'],
    classes.map(({ className, points: own, meanConfidence, medianVelocityMmPerYear }) => [
      swatch(className),
      formatCount(own),
      `${((100 * own) / Math.max(1, points)).toFixed(1)} %`,
      formatNumber(meanConfidence, 2),
      formatNumber(medianVelocityMmPerYear, 1),
    ]),
  );
}

function areaSection(areas: ResultReport['areas'], classes: readonly ClassLine[]): Markup {
  return markup`<h2>Areas</h2>${renderTable(
    ['area', 'points', ...classes.map(({ className }) => className)],
    areas.map(({ name, counts }) => [
      name,
      formatCount(counts.reduce((sum, count) => sum + count, 0)),
      ...counts.map(formatCount),
    ]),
  )}`;
}

const LEGEND =
  ': observations (grey), the fitted motion with its season (line), and where a series jumps, the observations with the jumps put right (pale).';

function notableSection(notable: readonly NotablePoint[]): Markup {
  const items = notable.map(
    ({ pid, className, confidence, longitude, latitude, velocityMmPerYear, figure }) => markup`<figure>
${figure ? drawSeriesFigure(figure) : markup`<strong>${pid}</strong>`}
<figcaption>${swatch(className)}: ${formatPlace(latitude, 'N', 'S')}, ${formatPlace(longitude, 'E', 'W')}; confidence ${formatNumber(confidence, 2)}; velocity ${formatNumber(velocityMmPerYear, 1)} mm/yr</figcaption>
</figure>`,
  );
  return markup`<h2>Points that stand out</h2>
<p>The fastest of each class among those that the model is sure of${notable.some(({ figure }) => figure) ? LEGEND : '.'}</p>
<div class="notable">${items}</div>`;
}

function formatPlace(degrees: number, positive: string, negative: string): string {
  return `${Math.abs(degrees).toFixed(5)}° ${degrees < 0 ? negative : positive}`;
}

function swatch(className: string): Markup {
  return markup`<span class="swatch" style="background:${colourOf(className)}"></span>${className}`;
}

export function colourOf(className: string): string {
  return TREND_COLOURS[className as TrendClass] ?? '#7f7f7f';
}

function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

function formatNumber(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : '–';
}
