import { attributeColumns, attributeResultFields, joinAttributes } from '../classify/result-columns.js';
import { GroundTrendError } from '../errors.js';
import type { Dataset } from '../series/dataset.js';
import { isSameAxis } from '../series/epoch-axis.js';
import type { ResultSchema } from '../series/result-table.js';
import { abortWriters, finishWriters, openWriters } from '../write/output-set.node.js';

export interface WriteDatasetOptions {
  readonly layer: string;
  readonly overwrite: boolean;
  /** Leave the displacements out. */
  readonly withoutSeries?: boolean;
  readonly signal?: AbortSignal;
  readonly onRows?: (rows: number) => void;
}

/** Writes the points of a dataset with their series and attributes to every path; returns how many there were. */
export async function writeDataset(
  dataset: Dataset,
  paths: readonly string[],
  options: WriteDatasetOptions,
): Promise<number> {
  return writeDatasets([dataset], paths, options);
}

/** The same of several datasets, one after the other. Throws `usage` where their dates differ and are to be written. */
export async function writeDatasets(
  datasets: readonly Dataset[],
  paths: readonly string[],
  { layer, overwrite, withoutSeries = false, signal, onRows }: WriteDatasetOptions,
): Promise<number> {
  const attributes = joinAttributes(datasets);
  const schema: ResultSchema = {
    layer,
    fields: [
      { name: 'pid', type: 'text', description: 'identifier' },
      ...attributeResultFields(attributes, ['pid', 'longitude', 'latitude']),
    ],
    series: withoutSeries ? undefined : requireSameDates(datasets),
    metadata: { 'groundtrend:source': datasets.map(({ name, format }) => `${name}: ${format}`).join('; ') },
  };
  const writers = await openWriters(paths, schema, { overwrite });
  let rows = 0;
  try {
    for (const dataset of datasets) {
      for await (const batch of dataset.batches({ signal })) {
        const columns = [batch.pids, ...attributeColumns(batch, attributes)];
        const displacements = withoutSeries ? undefined : batch.displacements;
        for (const writer of writers) await writer.write({ ...batch, columns, displacements });
        rows += batch.count;
        onRows?.(rows);
      }
    }
    await finishWriters(writers);
  } catch (error) {
    await abortWriters(writers);
    throw error;
  }
  return rows;
}

function requireSameDates([first, ...others]: readonly Dataset[]): Dataset['axis'] {
  const different = others.find(({ axis }) => !isSameAxis(axis, first.axis));
  if (different === undefined) return first.axis;
  throw new GroundTrendError('usage', `${different.name} has other dates than ${first.name}.`, {
    advice: 'Convert them one by one, or leave the series out (--no-series).',
  });
}
