import type { AccuracyPart, Evaluation } from '../evaluate/evaluate-classifier.js';
import type { EvaluationReport } from '../report/evaluation-page.js';
import { showText } from '../shown-text.js';
import type { ReferenceSamples } from '../train/reference-samples.js';
import { formatAgreement } from './agreement-table.js';
import { formatMetricsTable, formatPercent } from './metrics-table.js';
import { formatCount, formatShare } from './numbers.js';
import { describeSamples } from './run-training.js';
import { formatTable } from './table.js';

/**
 * An evaluation as it stands in a terminal. `cost`: lines on what a series costs; `page`: the report written, if any.
 */
export function formatEvaluation(
  report: EvaluationReport,
  cost: readonly string[],
  labelled: ReferenceSamples | undefined,
  page: string | undefined,
): string {
  const { evaluation, agreement, comparison } = report;
  const lines = [...cost, report.samples, report.truth, ...(labelled ? describeSamples(labelled) : []), ''];
  lines.push(formatMatrix(evaluation, report.isSimulated), '', formatMetricsTable(evaluation.metrics), '');
  lines.push(`expected calibration error ${evaluation.calibration.expectedError.toFixed(3)}`);
  const { map } = evaluation;
  if (map !== undefined) {
    lines.push(
      `at the shares of the paper's map: ${formatShare(map.stableLost)} of the Stable points mapped as moving, ` +
        `${formatShare(map.falseAlarms)} of the points mapped as moving are Stable, ${formatShare(map.accuracy)} right in all`,
    );
  }
  lines.push(
    ...formatParts('least noncentrality', evaluation.byNoncentrality),
    ...formatParts('dates', evaluation.byDates),
    ...formatParts('missing', evaluation.byMissing),
    ...formatParts('source', evaluation.bySource),
  );
  if (agreement !== undefined) {
    lines.push(
      '',
      formatAgreement(agreement),
      '',
      'Neighbouring series may be among them: they are not as many independent cases.',
    );
  }
  if (comparison !== undefined) {
    const { name, paired } = comparison;
    lines.push(
      '',
      `against ${showText(name)}: only the first right ${paired.onlyFirst}, only the second ${paired.onlySecond}, both ${paired.bothRight} of ${paired.series}; McNemar's exact p = ${paired.pValue.toPrecision(2)}`,
    );
  }
  if (page !== undefined) lines.push('', `written: ${showText(page)}`);
  return `${lines.join('\n')}\n`;
}

function formatMatrix({ matrix }: Evaluation, isSimulated: boolean): string {
  const { classes, counts } = matrix;
  const size = classes.length;
  return formatTable(
    [
      { title: `${isSimulated ? 'true' : 'labelled'} \\ predicted` },
      ...classes.map((title) => ({ title, align: 'right' as const })),
    ],
    classes.map((name, row) => {
      const values = counts.subarray(row * size, (row + 1) * size);
      const total = values.reduce((sum, count) => sum + count, 0);
      return [
        name,
        ...Array.from(values, (count) => (total === 0 ? '0' : `${count} (${formatShare(count / total)})`)),
      ];
    }),
  );
}

function formatParts(title: string, parts: readonly AccuracyPart[]): string[] {
  if (parts.length < 2) return [];
  const rows = parts.map(({ range, series, accuracy }) => [
    shortName(range),
    formatCount(series),
    formatPercent(accuracy),
  ]);
  const columns = [
    { title },
    { title: 'series', align: 'right' as const },
    { title: 'accuracy', align: 'right' as const },
  ];
  return ['', formatTable(columns, rows)];
}

/** A file without its folders. */
export function shortName(name: string): string {
  return name.split(/[\\/]/).at(-1)!;
}
