import type { Estimate } from '../evaluate/interval.js';
import type { Metrics } from '../evaluate/metrics.js';
import { formatCount } from './numbers.js';
import { formatTable } from './table.js';

/** Precision, recall and F1 of every class and the overall accuracy, each with its 95 % interval. */
export function formatMetricsTable({ classes, overallAccuracy, macroF1, points }: Metrics): string {
  const table = formatTable(
    [
      { title: 'class' },
      { title: 'series', align: 'right' },
      { title: 'precision', align: 'right' },
      { title: 'recall', align: 'right' },
      { title: 'F1', align: 'right' },
    ],
    classes.map(({ className, support, precision, recall, f1 }) => [
      className,
      formatCount(support),
      ...[precision, recall, f1].map(formatEstimate),
    ]),
  );
  const overall = `overall accuracy ${formatPercent(overallAccuracy)}, mean F1 ${formatEstimate(macroF1)}, on ${formatCount(points)} series (95 % intervals)`;
  return `${table}\n${overall}`;
}

/** `0.95 (0.93-0.97)` */
export function formatEstimate({ value, low, high }: Estimate): string {
  return Number.isNaN(value) ? '-' : `${value.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}

/** `92.30 % (91.2-93.4)` */
export function formatPercent({ value, low, high }: Estimate): string {
  const percent = (share: number, digits: number) => (100 * share).toFixed(digits);
  return `${percent(value, 2)} % (${percent(low, 1)}-${percent(high, 1)})`;
}
