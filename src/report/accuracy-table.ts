import type { Estimate } from '../evaluate/interval.js';
import type { Metrics } from '../evaluate/metrics.js';
import { PAPER_OVERALL_ACCURACY, PAPER_TABLE2 } from '../evaluate/paper-figures.js';
import { renderTable } from './html-page.js';
import type { Markup } from './markup.js';

/** Precision, recall and F1 laid out like the paper's table 2, with the paper's own figures beside. */
export function accuracyTable({ classes, overallAccuracy, macroF1 }: Metrics): Markup {
  const rows = classes.map(({ className, precision, recall, f1 }) => {
    const paper = PAPER_TABLE2.find((row) => row.className === className);
    return [
      className,
      ...[precision, recall, f1].map(interval),
      ...[paper?.precision, paper?.recall, paper?.f1].map((value) => value?.toFixed(2) ?? ''),
    ];
  });
  const overall = [
    'overall accuracy; mean F1',
    interval(overallAccuracy),
    '',
    interval(macroF1),
    PAPER_OVERALL_ACCURACY.toFixed(3),
    '',
    '',
  ];
  const titles = ['class', 'precision', 'recall', 'F1', "paper's precision", "paper's recall", "paper's F1"];
  return renderTable(titles, [...rows, overall]);
}

/** `0.950 (0.930–0.970)`, a dash where there is no value. */
export function interval({ value, low, high }: Estimate): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
