import { medianOf, type StageReport } from './measure.js';
import { SCANNER } from './programs.js';
import { MERGE_SHARDS } from './shard-stages.js';
import { formatSizing } from './sizing.js';
import { formatAims, formatGrowth } from './verdict.js';

export interface BenchReport {
  readonly machine: string;
  readonly node: string;
  readonly date: string;
  readonly stages: readonly StageReport[];
}

/** `runs`: how often a stage ran at the most. */
function introduce(runs: number): string {
  const often = runs === 1 ? 'once' : `${runs} times; medians are shown`;
  return `# Speed

Written by \`npm run bench\`; nothing here is typed by hand. Every stage ran in a process of its own, ${often}.
"of the scanner" is the time of the bare byte scanner on the same file in the same run over the time of the stage, a
point: 1 would be as fast as merely looking at every byte. On files of a million points the stages that aims are about
are run so often, the others once. The scanner uses one core. The same numbers as JSON: \`results.json\`.
`;
}

/** The report as Markdown: one table an input. */
export function formatReport({ machine, node, date, stages }: BenchReport): string {
  const most = Math.max(1, ...stages.map(({ runs }) => runs.length));
  const lines = [introduce(most), `Machine: ${machine}, Node ${node}, ${date}.`];
  lines.push('', '## What it is held to', '', ...formatAims(stages));
  lines.push('', '## How time grows', '', ...formatGrowth(stages));
  if (stages.some(({ stage, points }) => stage === MERGE_SHARDS && points >= 100_000)) {
    lines.push('', '## How large a job is', '', formatSizing(stages, [1e5, 1e7, 1e10]));
  }
  const inputs = new Map(
    stages
      .filter(({ stage }) => stage === SCANNER)
      .map(({ points, dates }) => [`${points} points x ${dates} dates`, { points, dates }]),
  );
  for (const [title, { points, dates }] of inputs) {
    const own = stages.filter((stage) => stage.points === points && stage.dates === dates);
    lines.push(
      '',
      `## ${title}`,
      '',
      '| stage | points/s | s | MB/s | peak MB | of the scanner |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
    );
    const scanner = own.find(({ stage }) => stage === SCANNER);
    const limit = scanner && rateOf(scanner);
    lines.push(...own.map((stage) => formatRow(stage, limit)));
  }
  return `${lines.join('\n')}\n`;
}

function formatRow(report: StageReport, limit: number | undefined): string {
  if (report.runs.length === 0) return `| ${report.stage} | absent: ${report.absent} | | | | |`;
  const seconds = medianOf(report.runs.map((run) => run.seconds));
  const rate = rateOf(report)!;
  const [{ bytes, peakBytes }] = report.runs;
  const peak =
    peakBytes === undefined ? undefined : Math.max(...report.runs.map((run) => run.peakBytes ?? 0));
  return `| ${[
    report.stage,
    Math.round(rate).toLocaleString('en-GB'),
    seconds.toFixed(2),
    bytes === undefined ? '' : Math.round(bytes / seconds / 1e6),
    peak === undefined ? '' : Math.round(peak / 1e6),
    limit === undefined ? '' : (rate / limit).toFixed(3),
  ].join(' | ')} |`;
}

/** Median points a second. */
export function rateOf({ runs }: StageReport): number | undefined {
  return runs.length === 0 ? undefined : medianOf(runs.map(({ points, seconds }) => points / seconds));
}
