import { type ComponentComparison, compareComponents } from '../areas/decompose/compare-components.js';
import {
  type DecomposeOptions,
  type Decomposition,
  decomposeTracks,
} from '../areas/decompose/decompose-tracks.js';
import { type MotionDirection, projectDataset } from '../areas/decompose/project-series.js';
import { type ClassifySummary, classifyDatasets } from '../classify/classify-files.node.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { DisplacementUnit } from '../read/read-options.js';
import type { Dataset } from '../series/dataset.js';
import { showText } from '../shown-text.js';
import { checkOutputEnding } from '../write/open-writer.node.js';
import { openWriters } from '../write/output-set.node.js';
import { countOf, formatCount } from './numbers.js';
import { classifyDefaults } from './options.js';
import { formatTable } from './table.js';
import { writeDataset } from './write-dataset.js';

/** How series that come of others are read, classified and written. */
interface DerivedSeriesRequest {
  readonly outputs: readonly string[];
  readonly overwrite: boolean;
  readonly classify: boolean;
  readonly keepSeries: boolean;
  readonly threads: number;
  readonly materialMm: number;
  readonly units?: DisplacementUnit;
  readonly signal: AbortSignal;
}

export interface DecompositionRequest extends DerivedSeriesRequest, Omit<DecomposeOptions, 'signal'> {
  /** Files of EGMS L3 to hold the result against. */
  readonly references: readonly string[];
}

/** What was decomposed, written and compared, fit for printing or JSON. */
export interface DecompositionSummary extends Omit<Decomposition, 'dataset'> {
  readonly classified: ClassifySummary | undefined;
  readonly comparisons: readonly ComponentComparison[];
  readonly outputs: readonly string[];
}

export async function runDecomposition(
  files: readonly string[],
  request: DecompositionRequest,
): Promise<DecompositionSummary> {
  for (const path of request.outputs) checkOutputEnding(path);
  const { dataset, ...decomposition } = await decomposeTracks(
    await openDatasets(files, { units: request.units }),
    request,
  );
  const classified = await writeResult(dataset, request);
  const references = await openDatasets(request.references);
  const comparisons = await compareComponents(dataset, references);
  return { ...decomposition, classified, comparisons, outputs: request.outputs };
}

export interface ProjectionRequest extends DerivedSeriesRequest {
  readonly direction: MotionDirection;
}

/** One file's motion taken to be vertical or down a slope. Returns the classification, if any, and what was left out. */
export async function runProjection(
  file: string,
  request: ProjectionRequest,
): Promise<{ readonly classified: ClassifySummary | undefined; readonly notes: readonly string[] }> {
  for (const path of request.outputs) checkOutputEnding(path);
  const datasets = await openDatasets([file], { units: request.units });
  const dataset = projectDataset(datasets[0], request.direction);
  const classified = await writeResult(dataset, request);
  const { skipped } = dataset.report;
  return {
    classified,
    notes: skipped.map(({ reason, count }) => `left out: ${countOf(count, 'point')}, ${reason}`),
  };
}

/** Writes the series as they are, or sends them through the same classification as any file. */
async function writeResult(
  dataset: Dataset,
  request: DerivedSeriesRequest,
): Promise<ClassifySummary | undefined> {
  const { outputs, overwrite, signal } = request;
  if (outputs.length === 0) return undefined;
  if (!request.classify) {
    await writeDataset(dataset, outputs, { layer: 'groundtrend', overwrite, signal });
    return undefined;
  }
  return classifyDatasets(
    [dataset],
    {
      ...classifyDefaults(),
      keepSeries: request.keepSeries,
      threads: request.threads,
      materialMm: request.materialMm,
      signal,
    },
    async (schema, encodeGroup) => ({
      writers: await openWriters(outputs, schema, { overwrite, encodeGroup }),
    }),
  );
}

export function formatDecomposition(summary: DecompositionSummary): string {
  const lines = summary.inputs.map(
    ({ name, points, dates }) => `${showText(name)}: ${countOf(points, 'point')}, ${dates} dates`,
  );
  lines.push(
    `vertical and east at ${countOf(summary.sites, 'place')} (EPSG:${summary.epsg}); left out: ` +
      `${formatCount(summary.oneSided)} seen by one file only, ${formatCount(summary.illConditioned)} from too similar directions`,
    summary.offsetsMm === undefined
      ? 'offsets between the tracks: cannot be told from two tracks, taken as zero'
      : `offsets between the tracks, root mean square: ${summary.offsetsMm.map((value) => `${value.toFixed(2)} mm`).join(', ')}`,
  );
  if (summary.comparisons.length > 0) lines.push('', formatComparisons(summary.comparisons));
  return `${lines.join('\n')}\n`;
}

function formatComparisons(comparisons: readonly ComponentComparison[]): string {
  return formatTable(
    [
      { title: 'component' },
      { title: 'cells', align: 'right' },
      { title: 'dates', align: 'right' },
      { title: 'median cell mm', align: 'right' },
      { title: '95 % of cells mm', align: 'right' },
      { title: 'velocity correlation', align: 'right' },
      { title: 'median |dv| mm/yr', align: 'right' },
    ],
    comparisons.map((row) => [
      row.component,
      formatCount(row.cells),
      String(row.dates),
      row.medianCellMm.toFixed(3),
      row.highCellMm.toFixed(3),
      row.velocityCorrelation.toFixed(5),
      row.velocityDifference.toFixed(3),
    ]),
  );
}
