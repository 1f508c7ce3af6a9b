import { openWriters } from '../classify/classify-files.node.js';
import { attributeColumns, attributeResultFields } from '../classify/result-columns.js';
import type { Dataset } from '../series/dataset.js';
import type { ResultSchema } from '../series/result-table.js';

export interface WriteDatasetOptions {
  readonly layer: string;
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
  readonly onRows?: (rows: number) => void;
}

/** Writes the points of a dataset with their series and attributes to every path; returns how many there were. */
export async function writeDataset(
  dataset: Dataset,
  paths: readonly string[],
  { layer, overwrite, signal, onRows }: WriteDatasetOptions,
): Promise<number> {
  const schema: ResultSchema = {
    layer,
    fields: [
      { name: 'pid', type: 'text', description: 'identifier' },
      ...attributeResultFields(dataset.fields, ['pid', 'longitude', 'latitude']),
    ],
    series: dataset.axis,
    metadata: { 'groundtrend:source': `${dataset.name}: ${dataset.format}` },
  };
  const writers = await openWriters(paths, schema, overwrite);
  let rows = 0;
  try {
    for await (const batch of dataset.batches({ signal })) {
      const columns = [batch.pids, ...attributeColumns(batch, dataset.fields)];
      for (const writer of writers) await writer.write({ ...batch, columns });
      rows += batch.count;
      onRows?.(rows);
    }
    for (const writer of writers) await writer.finish();
  } catch (error) {
    await Promise.allSettled(writers.map((writer) => writer.abort()));
    throw error;
  }
  return rows;
}
