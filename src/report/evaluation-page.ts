import type { AccuracyPart, Evaluation } from '../evaluate/evaluate-classifier.js';
import type { PairedComparison } from '../evaluate/paired-test.js';
import type { ReadingAgreement } from '../evaluate/reading-agreement.js';
import { accuracyTable, interval } from './accuracy-table.js';
import { drawConfusionMatrix } from './confusion-figure.js';
import { renderPage, renderTable } from './html-page.js';
import { type Markup, markup } from './markup.js';
import { drawPlot } from './plot.js';

/** Everything that a report of an evaluation shows. */
export interface EvaluationReport {
  readonly samples: string;
  /** Who says what is true: the simulator, or who read the labels. */
  readonly truth: string;
  readonly isSimulated: boolean;
  readonly evaluation: Evaluation;
  readonly agreement?: ReadingAgreement;
  readonly comparison?: { readonly name: string; readonly paired: PairedComparison };
}

/** A self-contained page: the paper's table 2 and figure 3 for this model, and what the paper does not show. */
export function renderEvaluationPage(report: EvaluationReport): string {
  const { evaluation, agreement, comparison } = report;
  const { metrics, matrix, calibration, map, model } = evaluation;
  const title = `Evaluation of ${model.name}`;
  // What somebody read in a real series is not known to be true.
  const rowAxis = report.isSimulated ? 'true' : 'labelled';
  const body = markup`<h1>${title}</h1>
<p class="notice">${report.samples}. <strong>${report.truth}</strong></p>
<h2>Table 2: accuracy by class</h2>
${accuracyTable(metrics)}
<p>On ${metrics.points} series; intervals are 95 %. The paper's figures are for its own 1,000 labelled series of Granada, which were never
published: they stand here for orientation, not as a contest on equal data.</p>
<div class="columns even"><div><h2>Is its confidence to be believed?</h2>
${drawPlot(
  [
    {
      name: 'bins of confidence',
      colour: '#0072b2',
      points: calibration.bins.map(({ meanConfidence, accuracy, count }) => ({
        x: meanConfidence,
        y: accuracy.value,
        low: accuracy.low,
        high: accuracy.high,
        title: `${count} series`,
      })),
    },
  ],
  {
    title: 'Share of right answers against confidence',
    xLabel: 'confidence',
    yLabel: 'share right',
    yRange: [0, 1.03],
    hasDiagonal: true,
  },
)}</div>
<div><h2>Figure 3: confusion matrix</h2>
${drawConfusionMatrix(matrix, `Confusion matrix: ${rowAxis} classes down, predicted across`, rowAxis)}</div></div>
<p>Expected calibration error: ${calibration.expectedError.toFixed(3)}. On the dashed line, 80 % sure means right in 80 of 100 cases.</p>
${map === undefined ? markup`` : forecastText(map)}
${agreement === undefined ? markup`` : agreementPart(agreement)}
${comparison === undefined ? markup`` : comparisonPart(model.name, comparison)}
${partTable('By how far the signal stands out of the noise (least noncentrality)', evaluation.byNoncentrality)}
${partTable('By number of dates', evaluation.byDates)}
${partTable('By share of missing dates', evaluation.byMissing)}
${partTable('By source', evaluation.bySource)}
<footer>Model ${model.fingerprint.slice(0, 16)} · groundtrend</footer>`;
  return renderPage(`${title} · groundtrend`, body);
}

function forecastText(map: NonNullable<Evaluation['map']>): Markup {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return markup`<p>At the class shares of the paper's map (${map.shares.map(percent).join(', ')}) it would be right on ${percent(map.accuracy)} of the points;
${percent(map.stableLost)} of the Stable points would be mapped as moving, which would be ${percent(map.falseAlarms)} of all points mapped as moving.</p>`;
}

function agreementPart(agreement: ReadingAgreement): Markup {
  const rows = [
    ['agreed labels met, five classes', interval(agreement.met)],
    ['the same, Quadratic and Bilinear as one', interval(agreement.metMerged)],
    ['called PUE where the readings agree on another', interval(agreement.falsePue)],
    ['kappa with each reading, Other counted', agreement.kappas.map((kappa) => kappa.toFixed(3)).join(', ')],
    ...agreement.bySource.map(({ source, met, agreed }) => [`${source} (${agreed})`, interval(met)]),
  ];
  return markup`<h2>Agreement with readings of real series</h2>
${renderTable(['', ''], rows)}
<div style="max-width:560px">${drawConfusionMatrix(agreement.matrix, 'Agreed labels down, answers across', 'labelled')}</div>`;
}

function comparisonPart(
  name: string,
  { name: other, paired }: { name: string; paired: PairedComparison },
): Markup {
  return markup`<h2>Against ${other}</h2>
<p>On the same ${paired.series} series: only ${name} is right on ${paired.onlyFirst}, only ${other} on ${paired.onlySecond}.
McNemar's exact test: p = ${paired.pValue.toPrecision(2)}.</p>`;
}

function partTable(title: string, parts: readonly AccuracyPart[]): Markup {
  if (parts.length < 2) return markup``;
  return markup`<h2>${title}</h2>${renderTable(
    ['', 'series', 'accuracy'],
    parts.map(({ range, series, accuracy }) => [range, String(series), interval(accuracy)]),
  )}`;
}
