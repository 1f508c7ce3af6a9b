import { throwIfCancelled } from '../../errors.js';
import { allocateSeries, cutBlocks, type RowStretch, splitRows } from '../tables/cut-blocks.js';
import type { RowBlock, RowRequest } from '../tables/table-source.js';
import type { NumberArray } from './hdf5-file.node.js';
import type { RasterLayer, RasterLayout } from './raster-layout.js';

/** Displacements held at a time, in bytes. */
const LARGEST_STRETCH_BYTES = 32 << 20;

/** What netCDF fills floats with that nothing was written to is just above; no length is so large. */
const LEAST_FILL = 9.9e36;

/** The columns that a raster gives: a name for every pixel (`line_sample`), then its attributes. */
export const PIXEL_NAME = 'pid';

/**
 * Streams the pixels of a raster line by line, in slices of all dates and some lines. Pixels outside the mask, without
 * any value and with nothing but zeros (which stand for no data) are passed over and counted.
 */
export function readRasterRows(
  layout: RasterLayout,
  totalBytes: number,
  request: RowRequest,
): AsyncIterable<RowBlock> {
  return cutBlocks(readStretches(layout, totalBytes, request), request);
}

async function* readStretches(
  layout: RasterLayout,
  totalBytes: number,
  request: RowRequest,
): AsyncGenerator<RowStretch> {
  const { lines, samples } = layout;
  const linesAtOnce = Math.max(1, Math.floor(LARGEST_STRETCH_BYTES / (4 * request.epochs * samples)));
  let firstRow = 0;
  for (let line = 0; line < lines; line += linesAtOnce) {
    throwIfCancelled(request.signal);
    const count = Math.min(linesAtOnce, lines - line);
    const stretch = readLines(layout, request, line, count, firstRow);
    yield stretch;
    firstRow += stretch.count;
    request.onBytes?.((totalBytes * (line + count)) / lines);
  }
}

function readLines(
  layout: RasterLayout,
  request: RowRequest,
  line: number,
  count: number,
  firstRow: number,
): RowStretch {
  const { uses, epochs, mmPerUnit } = request;
  const { samples, place } = layout;
  const pixels = count * samples;
  const readLayer = (layer: RasterLayer) =>
    readPacked(layer, [
      [line, line + count],
      [0, samples],
    ]);
  const stack = readPacked(layout.stack, [
    [0, epochs],
    [line, line + count],
    [0, samples],
  ]);
  const mask = layout.mask && readLayer(layout.mask);
  const kept = Array.from({ length: pixels }, (_, pixel) => pixel).filter(
    (pixel) => (mask === undefined || mask[pixel] > 0) && hasData(stack, pixel, pixels, epochs),
  );

  const displacements = allocateSeries(kept.length, request);
  for (const { block, start, end } of splitRows(kept.length, request.rowsPerBlock)) {
    for (let row = start; row < end; row++) {
      const at = (row - start) * epochs;
      for (let epoch = 0; epoch < epochs; epoch++) {
        displacements[block][at + epoch] = stack[epoch * pixels + kept[row]] * mmPerUnit;
      }
    }
  }
  const lineOf = (pixel: number) => line + Math.floor(pixel / samples);
  const isGrid = 'stepX' in place;
  const xLayer = isGrid ? undefined : readLayer(place.x);
  const yLayer = isGrid ? undefined : readLayer(place.y);
  return {
    firstRow,
    count: kept.length,
    passedOver: pixels - kept.length,
    x: Float64Array.from(kept, (pixel) =>
      isGrid ? place.firstX + place.stepX * (pixel % samples) : xLayer![pixel],
    ),
    y: Float64Array.from(kept, (pixel) =>
      isGrid ? place.firstY + place.stepY * lineOf(pixel) : yLayer![pixel],
    ),
    displacements,
    columns: uses.map((use, column) => {
      if (use === 'unused') return undefined;
      if (column === 0) return kept.map((pixel) => `${lineOf(pixel)}_${pixel % samples}`);
      const values = readLayer(layout.attributes[column - 1]);
      return Float64Array.from(kept, (pixel) => values[pixel]);
    }),
  };
}

function readPacked(
  { file, dataset, packing }: RasterLayer,
  ranges: readonly (readonly [number, number])[],
): NumberArray {
  const values = file.readNumbers(dataset, ranges);
  if (packing === undefined) return values;
  const { missing = Number.NaN, factor, offset } = packing;
  const unpacked = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const isThere = value !== missing && Math.abs(value) < LEAST_FILL;
    unpacked[i] = isThere ? value * factor + offset : Number.NaN;
  }
  return unpacked;
}

function hasData(stack: NumberArray, pixel: number, pixels: number, epochs: number): boolean {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const value = stack[epoch * pixels + pixel];
    if (value !== 0 && !Number.isNaN(value)) return true;
  }
  return false;
}
