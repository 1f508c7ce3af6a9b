import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { File, ready } from 'h5wasm/node';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import type { BenchInput } from './stages.js';

const SAMPLES = 100;
/** Degrees: the first pixel, and the way to the next. */
const FIRST = { x: 13, y: 39 };
const STEP = 0.001;

/** As many pixels as points, dates x lines x samples. */
interface Cube {
  readonly days: Int32Array;
  readonly values: Float32Array;
  readonly shape: readonly [dates: number, lines: number, samples: number];
}

/** A raster as MintPy lays it out, on a grid of degrees. */
export function prepareMintpy(input: BenchInput): Promise<string> {
  return prepareRaster(input, 'mintpy.h5', 1000, (file, cube) => {
    addCube(file, 'timeseries', cube);
    file.create_dataset({ name: 'date', data: Array.from(cube.days, formatCompactDay) });
    const grid = { X_FIRST: FIRST.x, X_STEP: STEP, Y_FIRST: FIRST.y, Y_STEP: -STEP, UNIT: 'm' };
    for (const [name, value] of Object.entries(grid)) file.create_attribute(name, String(value));
  });
}

/** A raster as LiCSBAS lays it out. */
export function prepareLicsbas(input: BenchInput): Promise<string> {
  return prepareRaster(input, 'licsbas.h5', 1, (file, cube) => {
    addCube(file, 'cum', cube);
    const dates = Int32Array.from(cube.days, (day) => Number(formatCompactDay(day)));
    file.create_dataset({ name: 'imdates', data: dates });
    const grid = { corner_lon: FIRST.x, post_lon: STEP, corner_lat: FIRST.y, post_lat: -STEP };
    for (const [name, value] of Object.entries(grid)) {
      file.create_dataset({ name, data: Float64Array.of(value) });
    }
  });
}

/** A netCDF-4 cube by the CF conventions. */
export function prepareNetcdf(input: BenchInput): Promise<string> {
  return prepareRaster(input, 'nc', 1, (file, cube) => {
    addCube(file, 'displacement', cube).create_attribute('units', 'mm');
    const coordinates: readonly (readonly [name: string, units: string, values: Float64Array])[] = [
      ['time', 'days since 1970-01-01', Float64Array.from(cube.days)],
      ['lat', 'degrees_north', Float64Array.from({ length: cube.shape[1] }, (_, i) => FIRST.y - i * STEP)],
      ['lon', 'degrees_east', Float64Array.from({ length: cube.shape[2] }, (_, i) => FIRST.x + i * STEP)],
    ];
    for (const [name, units, data] of coordinates) {
      file.create_dataset({ name, data }).create_attribute('units', units);
    }
  });
}

/** Writes the points of a CSV once as a raster, in the unit of which so many millimetres are one. */
async function prepareRaster(
  { csv, points }: BenchInput,
  ending: string,
  mmPerUnit: number,
  fill: (file: File, cube: Cube) => void,
): Promise<string> {
  const path = csv.replace(/csv$/, ending);
  if (existsSync(path)) return path;
  const cube = await gatherCube(csv, Math.floor(points / SAMPLES), mmPerUnit);
  await ready;
  const temporary = `${path}.${process.pid}.tmp`;
  const file = new File(temporary, 'w');
  fill(file, cube);
  file.close();
  await rename(temporary, path);
  return path;
}

async function gatherCube(csv: string, lines: number, mmPerUnit: number): Promise<Cube> {
  const [dataset] = await openDatasets([csv]);
  const epochs = dataset.axis.days.length;
  const pixels = lines * SAMPLES;
  const values = new Float32Array(epochs * pixels);
  let pixel = 0;
  for await (const { count, displacements } of dataset.batches()) {
    for (let row = 0; row < count && pixel < pixels; row++, pixel++) {
      for (let epoch = 0; epoch < epochs; epoch++) {
        values[epoch * pixels + pixel] = displacements[row * epochs + epoch] / mmPerUnit;
      }
    }
  }
  return { days: dataset.axis.days, values, shape: [epochs, lines, SAMPLES] };
}

function addCube(file: File, name: string, { values, shape }: Cube) {
  const [, lines, samples] = shape;
  return file.create_dataset({
    name,
    data: values,
    shape: [...shape],
    dtype: '<f',
    chunks: [1, lines, samples],
  });
}
