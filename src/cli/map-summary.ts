import type { ClassifySummary } from '../classify/classify-files.node.js';
import { describePlace } from '../errors.js';
import { showText } from '../shown-text.js';
import { countOf, formatCount, formatDuration, formatShare } from './numbers.js';
import { formatTable } from './table.js';

/** The summary as people read it: what was read, the class table, what was left out, what was written. */
export function formatSummary(summary: ClassifySummary): string {
  const lines: string[] = [];
  for (const { name, format, dates, noise } of summary.inputs) {
    lines.push(`${showText(name)}: ${format}, ${dates} dates`);
    if (noise !== '') lines.push(`  ${noise}`);
  }
  lines.push('', formatClassTable(summary), '');
  for (const { reason, count, examples } of summary.skipped) {
    const places = showText(examples.map(describePlace).join('; '));
    lines.push(`left out: ${countOf(count, 'row')}, ${reason} (${places})`);
  }
  const { belowCoherence, outsideBox } = summary.filtered;
  if (belowCoherence > 0)
    lines.push(`left out: ${countOf(belowCoherence, 'point')} below the coherence asked for`);
  if (outsideBox > 0) lines.push(`left out: ${countOf(outsideBox, 'point')} outside the box`);
  for (const warning of summary.warnings) lines.push(`note: ${showText(warning)}`);
  if (summary.repair) {
    const { points, jumps, subCycleSteps } = summary.repair;
    lines.push(
      `repaired: ${countOf(jumps, 'jump')} in ${countOf(points, 'point')}; left as they are: ${countOf(subCycleSteps, 'point')} with a step of part of a cycle`,
    );
  }
  for (const path of [...summary.outputs, ...(summary.repair?.files ?? [])])
    lines.push(`written: ${showText(path)}`);
  const rate = formatCount(summary.points / summary.seconds);
  lines.push(`${countOf(summary.points, 'point')} in ${formatDuration(summary.seconds)} (${rate} a second)`);
  return `${lines.join('\n')}\n`;
}

function formatClassTable({ classes }: ClassifySummary): string {
  return formatTable(
    [
      { title: 'class' },
      { title: 'points', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'mean confidence', align: 'right' },
    ],
    classes.map(({ className, points, share, meanConfidence }) => [
      className,
      formatCount(points),
      formatShare(share),
      meanConfidence === null ? '-' : meanConfidence.toFixed(2),
    ]),
  );
}
