import { type OpenOptions, openDatasets } from '../read/open-datasets.node.js';
import { showText } from '../shown-text.js';
import { writeDatasets } from './write-dataset.js';

export interface ConversionRequest extends OpenOptions {
  readonly series: boolean;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onPoints: (points: number) => void;
}

export interface ConversionSummary {
  readonly points: number;
  /** What the reading left out or found odd. */
  readonly notes: readonly string[];
}

/** Writes everything that one input holds to every output. */
export async function runConversion(
  input: string,
  outputs: readonly string[],
  request: ConversionRequest,
): Promise<ConversionSummary> {
  const datasets = await openDatasets([input], request);
  const points = await writeDatasets(datasets, outputs, {
    layer: 'points',
    overwrite: request.overwrite,
    withoutSeries: !request.series,
    signal: request.signal,
    onRows: request.onPoints,
  });
  const notes = datasets.flatMap(({ name, report }) => [
    ...report.skipped.map(({ reason, count }) => `${showText(name)}: left out ${count} rows, ${reason}`),
    ...report.warnings.map((warning) => showText(`${name}: ${warning}`)),
  ]);
  return { points, notes };
}
