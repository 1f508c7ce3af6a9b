import { describePlace } from '../errors.js';
import { type DatasetSurvey, type Spread, surveyDataset } from '../evaluate/dataset-survey.js';
import { explainNoiseModel } from '../kinematics/noise-model.js';
import { type OpenOptions, openDatasets } from '../read/open-datasets.node.js';
import { showText } from '../shown-text.js';
import type { ResolutionLimits } from '../simulate/noncentrality.js';
import { formatCount, formatShare } from './numbers.js';
import { formatTable } from './table.js';

export interface InspectionRequest extends OpenOptions {
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Surveys every file and returns what to print. */
export async function runInspection(files: readonly string[], request: InspectionRequest): Promise<string> {
  const surveys: DatasetSurvey[] = [];
  for (const dataset of await openDatasets(files, request)) {
    surveys.push(await surveyDataset(dataset, request.signal));
  }
  if (request.json) return `${JSON.stringify(surveys, null, 2)}\n`;
  return surveys.map(formatSurvey).join('\n');
}

function formatSurvey(survey: DatasetSurvey): string {
  const { dates, extent, noiseMm, coherence, limits } = survey;
  const [west, south, east, north] = extent.map((degrees) => degrees.toFixed(4));
  const steps = dates.steps.slice(0, 4).map(({ days, count }) => `${days} days x ${count}`);
  const gaps = dates.gaps.slice(0, 5).map(({ after, days }) => `${days} days after ${after}`);
  const more = dates.gaps.length > gaps.length ? ` and ${dates.gaps.length - gaps.length} more` : '';
  const lines = [
    showText(survey.name),
    `  what        ${survey.format}`,
    survey.points === 0
      ? '  points      none that can be used'
      : `  points      ${formatCount(survey.points)}, ${west} to ${east} east, ${south} to ${north} north`,
    `  dates       ${dates.count}, ${dates.first} to ${dates.last} (${dates.spanYears.toFixed(2)} years)`,
    `  steps       ${steps.join(', ')}`,
    `  gaps        ${gaps.length === 0 ? 'none of more than twice the usual step' : gaps.join(', ') + more}`,
  ];
  if (survey.points > 0) {
    lines.push(
      `  missing     ${formatShare(survey.missingShare)} of the values`,
      `  noise       ${formatSpread(noiseMm, 1)} mm from date to date`,
      `              ${explainNoiseModel(survey.noise)}`,
    );
  }
  lines.push(
    `  coherence   ${coherence === undefined ? 'not given' : formatSpread(coherence, 2)}`,
    `  attributes  ${showText(survey.attributes.join(', ')) || 'none'}`,
  );
  for (const { reason, count, examples } of survey.skipped) {
    const rows = count === 1 ? 'one row' : `${formatCount(count)} rows`;
    const first = showText(describePlace({ ...examples[0], file: undefined }));
    lines.push(`  left out    ${rows}, ${reason} (first: ${first})`);
  }
  for (const warning of survey.warnings) lines.push(`  note        ${showText(warning)}`);
  if (limits) lines.push('', ...formatLimits(limits.white, limits.correlated));
  return `${lines.join('\n')}\n`;
}

function formatLimits(white: ResolutionLimits, correlated: ResolutionLimits): string[] {
  const rows: [string, keyof ResolutionLimits, string][] = [
    ['velocity', 'velocityMmPerYear', 'mm/yr'],
    ['acceleration', 'accelerationMmPerYear2', 'mm/yr2'],
    ['change of velocity at mid-span', 'velocityChangeMmPerYear', 'mm/yr'],
    ['the same, told from a parabola', 'sharpVelocityChangeMmPerYear', 'mm/yr'],
  ];
  const table = formatTable(
    [
      { title: 'smallest that a median point can show' },
      { title: 'unit' },
      { title: 'white noise', align: 'right' },
      { title: 'noise as it is', align: 'right' },
    ],
    rows.map(([title, key, unit]) => [title, unit, white[key].toFixed(2), correlated[key].toFixed(2)]),
  );
  return table.split('\n').map((line) => `  ${line}`);
}

function formatSpread({ low, median, high }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (10 % below ${low.toFixed(digits)}, 10 % above ${high.toFixed(digits)})`;
}
