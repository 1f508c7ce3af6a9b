import type { ConfusionMatrix } from '../evaluate/confusion-matrix.js';
import type { Metrics } from '../evaluate/metrics.js';
import { PAPER_MAP } from '../evaluate/paper-figures.js';
import { TREND_CLASSES, TREND_COLOURS, TREND_MEANINGS } from '../series/trend-class.js';
import { accuracyTable } from './accuracy-table.js';
import { drawConfusionMatrix } from './confusion-figure.js';
import { renderPage, renderTable } from './html-page.js';
import { type Markup, markup } from './markup.js';
import { drawPieChart } from './pie-chart.js';
import { drawPointMap, type MapCircle, type MapPoint } from './point-map.js';

/** A simulated scene after classification, with what was true of it. */
export interface ClassifiedScene {
  readonly longitude: ArrayLike<number>;
  readonly latitude: ArrayLike<number>;
  /** Codes of the five trends. */
  readonly predicted: ArrayLike<number>;
  readonly circles: readonly MapCircle[];
  readonly matrix: ConfusionMatrix;
  readonly metrics: Metrics;
  readonly dates: { readonly first: string; readonly last: string; readonly count: number };
  readonly model: { readonly name: string; readonly fingerprint: string };
}

/** The demo's page: map, shares and accuracy laid out like the paper's figures 2 and 3 and its table 2. */
export function renderScenePage(scene: ClassifiedScene): string {
  const { metrics, matrix, dates, model } = scene;
  const counts = countClasses(scene.predicted);
  const title = 'Rules Reservoir, simulated scene';
  const body = markup`<h1>${title}</h1>
<p class="notice"><strong>Simulated data.</strong> No point on this map was measured: the series, their places and their noise
are invented to have the number of points, dates and classes that Mirmazloumi et al. (2022) report for the Rules Reservoir
(Granada, Spain). The landslide circles are approximate.</p>
<p>${metrics.points} points, ${dates.count} dates from ${dates.first} to ${dates.last}, classified by “${model.name}”.</p>
<div class="columns">
<figure style="margin:0">${drawPointMap(mapPoints(scene), scene.circles, `${title}: classified map`)}</figure>
<div>
<div class="pie">${drawPieChart(pieSlices(counts), 'Share of each class')}</div>
${shareTable(counts, matrix)}
</div>
</div>
<h2>How right is it, on this simulated scene?</h2>
${accuracyTable(metrics)}
<p>Intervals are 95 %. The paper's figures are for its own labelled series of Granada, which were never published: they stand
here for orientation, not as a contest on equal data. On real series agreement is lower than on simulated ones; see docs/model.md.</p>
<figure style="margin:16px 0;max-width:520px">${drawConfusionMatrix(matrix, 'Confusion matrix of the simulated scene')}</figure>
<footer>Model ${model.fingerprint.slice(0, 16)}… · groundtrend</footer>`;
  return renderPage(`${title} · groundtrend`, body);
}

function countClasses(codes: ArrayLike<number>): number[] {
  const counts = TREND_CLASSES.map(() => 0);
  for (let i = 0; i < codes.length; i++) counts[codes[i]] += 1;
  return counts;
}

/** Stable points first, so that what moves is drawn on top. */
function mapPoints({ longitude, latitude, predicted }: ClassifiedScene): MapPoint[] {
  const order = Array.from(predicted, (_, index) => index).sort(
    (a, b) => predicted[a] - predicted[b] || a - b,
  );
  return order.map((i) => ({
    longitude: longitude[i],
    latitude: latitude[i],
    colour: TREND_COLOURS[TREND_CLASSES[predicted[i]]],
  }));
}

function pieSlices(counts: readonly number[]) {
  return TREND_CLASSES.map((label, code) => ({ label, value: counts[code], colour: TREND_COLOURS[label] }));
}

function shareTable(counts: readonly number[], matrix: ConfusionMatrix): Markup {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const size = TREND_CLASSES.length;
  const rows = TREND_CLASSES.map((name, code) => {
    const truth = matrix.counts.slice(code * size, (code + 1) * size).reduce((sum, count) => sum + count, 0);
    return [
      markup`<span class="swatch" style="background:${TREND_COLOURS[name]}"></span><span title="${TREND_MEANINGS[name]}">${name}</span>`,
      String(counts[code]),
      percent(counts[code] / total),
      String(truth),
    ];
  });
  return markup`${renderTable(['class', 'points', 'share', 'simulated'], rows)}
<p>The paper's map: ${PAPER_MAP.points} points, about ${Math.round(100 * PAPER_MAP.stableShare)} % Stable, ${PAPER_MAP.puePoints} PUE.</p>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
