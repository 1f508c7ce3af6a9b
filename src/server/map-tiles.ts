import { rm, stat } from 'node:fs/promises';
import type { ResultFile } from '../read/result-file.js';
import type { ResultField } from '../series/result-table.js';
import { TREND_CLASSES } from '../series/trend-class.js';
import { openWriter } from '../write/open-writer.node.js';

/** The row of a point in the map's own file, by which a click finds everything else. */
export const ROW_FIELD = 'row';
/** What a tile tells of its points, the first that the map has of each line: the rest is read on a click. */
const TILE_COLUMNS = [
  ['pid'],
  ['class'],
  ['confidence'],
  ['velocity_mm_yr', 'mean_velocity'],
  ['acceleration_mm_yr2', 'acceleration'],
  ['temporal_coherence', 'coherence'],
  ['break_date'],
] as const;

export interface TilingOptions {
  readonly signal?: AbortSignal;
  readonly onPoints?: (done: number) => void;
}

/** Whether tiles that were made before are of the map as it is now. */
export async function areTilesFresh(tiles: string, map: string): Promise<boolean> {
  try {
    return (await stat(tiles)).mtimeMs > (await stat(map)).mtimeMs;
  } catch {
    return false;
  }
}

/**
 * Cuts a map into PMTiles for the page: in every tile the exact number of points of each class, at the largest zoom all
 * points, at the others those that move. Memory: some 30 bytes a point.
 */
export async function makeTiles(result: ResultFile, target: string, options: TilingOptions): Promise<void> {
  const fields = TILE_COLUMNS.flatMap((names): ResultField[] => {
    const found = names.flatMap((name) => result.fields.find((field) => field.name === name) ?? []);
    return found.slice(0, 1);
  });
  const writer = await openWriter(
    target,
    {
      layer: 'groundtrend',
      fields: [{ name: ROW_FIELD, type: 'int32' }, ...fields],
      metadata: {
        'groundtrend:classes': result.metadata['groundtrend:classes'] ?? TREND_CLASSES.join(','),
        'groundtrend:tile_fields': JSON.stringify(fields),
      },
    },
    { overwrite: true },
  );
  try {
    const names = fields.map(({ name }) => name);
    for await (const { start, count, longitude, latitude, columns } of result.batches(names, options)) {
      const rows = Int32Array.from({ length: count }, (_, i) => start + i);
      await writer.write({ count, longitude, latitude, columns: [rows, ...columns] });
      options.onPoints?.(start + count);
    }
    await writer.finish();
  } catch (error) {
    await writer.abort();
    await rm(target, { force: true });
    throw error;
  }
}
