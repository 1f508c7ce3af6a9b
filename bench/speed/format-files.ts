import { existsSync } from 'node:fs';
import { writeDataset } from '../../src/cli/write-dataset.js';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import type { Dataset } from '../../src/series/dataset.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import type { BenchInput } from './stages.js';

/** What the table of a shapefile has room for beside the attributes. */
const SHAPEFILE_DATES = 200;

/** The same points in another format, written once by our own writers and kept beside the CSV. */
export async function prepareFormat({ csv }: BenchInput, ending: string): Promise<string> {
  const path = csv.replace(/csv$/, ending);
  if (!existsSync(path)) {
    const [dataset] = await openDatasets([csv]);
    await writeDataset(ending === 'shp' ? keepDates(dataset, SHAPEFILE_DATES) : dataset, [path], {
      layer: 'points',
      overwrite: false,
    });
  }
  return path;
}

function keepDates(dataset: Dataset, most: number): Dataset {
  const epochs = dataset.axis.days.length;
  if (epochs <= most) return dataset;
  const axis = createEpochAxis(dataset.axis.days.subarray(0, most));
  return {
    ...dataset,
    axis,
    async *batches(options) {
      for await (const batch of dataset.batches(options)) {
        const displacements = new Float32Array(batch.count * most);
        for (let row = 0; row < batch.count; row++) {
          displacements.set(batch.displacements.subarray(row * epochs, row * epochs + most), row * most);
        }
        yield { ...batch, axis, displacements };
      }
    },
  };
}
