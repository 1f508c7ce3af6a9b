import { open } from 'node:fs/promises';
import { GroundTrendError } from '../errors.js';
import { openDatasets } from '../read/open-datasets.node.js';
import type { ResultFile } from '../read/result-file.js';
import { isSameAxis } from '../series/epoch-axis.js';

export interface CollectedSeries {
  readonly days: Int32Array;
  /** Points of the map that the source does not have. */
  readonly missing: number;
}

export interface CollectOptions {
  readonly signal?: AbortSignal;
  readonly onPoints?: (done: number) => void;
}

/**
 * Writes the series of a map's points, found by pid in the files that were classified, as 32-bit floats (little-endian,
 * mm), a row a point in the map's order: the page then reads single ones by their place.
 *
 * Throws `input` where the files lie on several date axes or know none of the points.
 */
export async function collectSeries(
  result: ResultFile,
  source: string,
  target: string,
  options: CollectOptions = {},
): Promise<CollectedSeries> {
  const datasets = await openDatasets([source]);
  const [{ axis }] = datasets;
  const odd = datasets.find((dataset) => !isSameAxis(dataset.axis, axis));
  if (odd) {
    throw new GroundTrendError('input', 'These files do not share their dates.', {
      place: { file: odd.name },
      advice: 'Explore them one at a time, or classify with --keep-series.',
    });
  }
  const rows = new Map<string, number>();
  const pids = (await result.readColumn('pid')) as readonly string[];
  pids.forEach((pid, row) => {
    rows.set(pid, row);
  });
  const epochs = axis.days.length;
  const bytesPerRow = epochs * 4;
  const file = await open(target, 'w');
  let found = 0;
  try {
    await fillWithMissing(file, pids.length, epochs);
    for (const dataset of datasets) {
      for await (const batch of dataset.batches({ signal: options.signal })) {
        // Points mostly come in the map's order: neighbours are written together.
        for (let i = 0; i < batch.count; ) {
          const row = rows.get(batch.pids[i]);
          if (row === undefined) {
            i++;
            continue;
          }
          let length = 1;
          while (i + length < batch.count && rows.get(batch.pids[i + length]) === row + length) length++;
          const values = batch.displacements.slice(i * epochs, (i + length) * epochs);
          await file.write(new Uint8Array(values.buffer), 0, values.byteLength, row * bytesPerRow);
          found += length;
          i += length;
        }
        options.onPoints?.(found);
      }
    }
  } finally {
    await file.close();
  }
  if (found > 0) return { days: axis.days, missing: Math.max(0, pids.length - found) };
  throw new GroundTrendError('input', 'No point of the map is in this file.', {
    place: { file: source },
    advice: 'Name the file that the map was classified from.',
  });
}

const ROWS_AT_ONCE = 4096;

async function fillWithMissing(
  file: Awaited<ReturnType<typeof open>>,
  rows: number,
  epochs: number,
): Promise<void> {
  const block = new Uint8Array(
    new Float32Array(Math.min(rows, ROWS_AT_ONCE) * epochs).fill(Number.NaN).buffer,
  );
  for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
    await file.write(block, 0, Math.min(ROWS_AT_ONCE, rows - row) * epochs * 4);
  }
}
