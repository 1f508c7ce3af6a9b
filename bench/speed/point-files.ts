import { existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { openDatasets } from '../../src/read/open-datasets.node.js';
import type { Dataset } from '../../src/series/dataset.js';
import { formatCompactDay } from '../../src/series/epoch-axis.js';
import type { BenchInput } from './stages.js';

/** MATLAB counts days from the year 0. */
const MATLAB_DAYS = 719_529;
/** Of a level-5 file: kinds of elements, and of arrays. */
const MI = { int8: 1, int32: 5, uint32: 6, single: 7, double: 9, matrix: 14 };
const MX = { double: 6, single: 7 };

/** Rows of text with blanks, as GMT and others write points. */
export function prepareRowsOfText(input: BenchInput): Promise<string> {
  return preparePoints(input, 'txt', async (handle, dataset) => {
    await handle.write(`name lon lat ${Array.from(dataset.axis.days, formatCompactDay).join(' ')}\n`);
    const epochs = dataset.axis.days.length;
    for await (const { count, pids, longitude, latitude, displacements } of dataset.batches()) {
      const rows = Array.from({ length: count }, (_, i) => {
        const series = displacements.subarray(i * epochs, (i + 1) * epochs);
        return `${pids[i]} ${longitude[i]} ${latitude[i]} ${Array.from(series, (value) => value.toFixed(1)).join(' ')}\n`;
      });
      await handle.write(rows.join(''));
    }
  });
}

/** What StaMPS saves for its plots, as MATLAB's level 5 without compression; a cell that is missing stays missing. */
export function prepareStamps(input: BenchInput): Promise<string> {
  return preparePoints(input, 'ps_plot_ts_v-do.mat', async (handle, dataset) => {
    const epochs = dataset.axis.days.length;
    const { points } = input;
    const series = new Float32Array(points * epochs);
    const places = new Float64Array(2 * points);
    let point = 0;
    for await (const { count, longitude, latitude, displacements } of dataset.batches()) {
      for (let i = 0; i < count; i++, point++) {
        places[point] = longitude[i];
        places[points + point] = latitude[i];
        // MATLAB stores column after column.
        for (let k = 0; k < epochs; k++) series[k * points + point] = displacements[i * epochs + k];
      }
    }
    const head = Buffer.alloc(128, ' ');
    head.write('MATLAB 5.0 MAT-file');
    head.writeUInt16LE(0x0100, 124);
    head.write('IM', 126);
    await handle.write(head);
    await writeMatrix(handle, 'ph_mm', series, [points, epochs]);
    await writeMatrix(handle, 'lonlat', places, [points, 2]);
    const days = Float64Array.from(dataset.axis.days, (day) => day + MATLAB_DAYS);
    await writeMatrix(handle, 'day', days, [epochs, 1]);
    await writeMatrix(handle, 'master_day', days.slice(0, 1), [1, 1]);
    await writeMatrix(handle, 'n_ps', Float64Array.of(points), [1, 1]);
  });
}

/** One array of numbers (MAT-File Level 5 format, The MathWorks). */
async function writeMatrix(
  handle: FileHandle,
  name: string,
  values: Float32Array | Float64Array,
  [rows, columns]: readonly [number, number],
): Promise<void> {
  const isSingle = values instanceof Float32Array;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const label = Buffer.alloc(8 * Math.ceil(name.length / 8));
  label.write(name);
  const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8);
  const head = Buffer.alloc(56 + label.length);
  const words = [
    ...[MI.matrix, head.length - 8 + bytes.length + padding.length],
    ...[MI.uint32, 8, isSingle ? MX.single : MX.double, 0],
    ...[MI.int32, 8, rows, columns],
    ...[MI.int8, name.length],
  ];
  words.forEach((word, i) => {
    head.writeUInt32LE(word, 4 * i);
  });
  label.copy(head, 48);
  head.writeUInt32LE(isSingle ? MI.single : MI.double, 48 + label.length);
  head.writeUInt32LE(bytes.length, 52 + label.length);
  for (const part of [head, bytes, padding]) await handle.write(part);
}

/** Writes the points of a CSV once in another form. */
async function preparePoints(
  { csv }: BenchInput,
  ending: string,
  fill: (handle: FileHandle, dataset: Dataset) => Promise<void>,
): Promise<string> {
  const path = csv.replace(/csv$/, ending);
  if (existsSync(path)) return path;
  const [dataset] = await openDatasets([csv]);
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  await fill(handle, dataset).finally(() => handle.close());
  await rename(temporary, path);
  return path;
}
