import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { File, ready } from 'h5wasm/node';
import { writeDataset } from '../../src/cli/write-dataset.js';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import type { Dataset } from '../../src/series/dataset.js';
import { createEpochAxis, formatCompactDay } from '../../src/series/epoch-axis.js';
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

/** A raster of as many pixels, as MintPy lays it out, on a grid of degrees. */
export async function prepareMintpy({ csv, points }: BenchInput): Promise<string> {
  const path = csv.replace(/csv$/, 'h5');
  if (existsSync(path)) return path;
  const [dataset] = await openDatasets([csv]);
  const epochs = dataset.axis.days.length;
  const samples = 100;
  const lines = Math.floor(points / samples);
  const cube = new Float32Array(epochs * lines * samples);
  let pixel = 0;
  for await (const { count, displacements } of dataset.batches()) {
    for (let row = 0; row < count && pixel < lines * samples; row++, pixel++) {
      for (let epoch = 0; epoch < epochs; epoch++) {
        cube[epoch * lines * samples + pixel] = displacements[row * epochs + epoch] / 1000;
      }
    }
  }
  await ready;
  const temporary = `${path}.${process.pid}.tmp`;
  const file = new File(temporary, 'w');
  file.create_dataset({
    name: 'timeseries',
    data: cube,
    shape: [epochs, lines, samples],
    dtype: '<f',
    chunks: [1, lines, samples],
  });
  file.create_dataset({ name: 'date', data: Array.from(dataset.axis.days, formatCompactDay) });
  const grid = { X_FIRST: '13', X_STEP: '0.001', Y_FIRST: '39', Y_STEP: '-0.001', UNIT: 'm' };
  for (const [name, value] of Object.entries(grid)) file.create_attribute(name, value);
  file.close();
  await rename(temporary, path);
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
