import type { EpochAxis, ResultField } from '../../../src/index.js';
import type { Bounds } from '../map/mercator.js';
import type { Column } from './column.js';
import type { SeriesSource } from './series-source.js';

/** Stands for a row without a class. */
export const NO_CLASS = 255;

/** A classified map in the page. Columns come when they are asked for; series one by one. */
export interface LoadedMap {
  readonly name: string;
  readonly points: number;
  /** Columns of all points, for colours and filters. */
  readonly fields: readonly ResultField[];
  /** What `readRow` tells of a point. */
  readonly rowFields: readonly ResultField[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly axis: EpochAxis | undefined;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly index: ArrayBuffer;
  readonly classes: readonly string[];
  /** Class code by row, `NO_CLASS` where there is none. */
  readonly codes: Uint8Array;
  /** The bytes themselves, where the page made or was given them. */
  readonly file: Blob | undefined;
  /** Where only the points of a view are here: their rows are numbered anew for every view. */
  readonly tiling: Tiling | undefined;
  readColumn(name: string): Promise<Column>;
  readRow(row: number): Promise<ReadonlyMap<string, string | number>>;
  readSeries(row: number): Promise<Float32Array>;
  pidOf(row: number): string;
  /** The row of a pid, or -1. */
  findPid(pid: string): number;
  close(): void;
}

/** What sets a map that is drawn from tiles apart: its points are those of the view. */
export interface Tiling {
  /** All points of the map, and of every class. */
  readonly total: number;
  readonly classCounts: readonly number[];
  /** Exact numbers of what lies in the tiles in view, drawn or not. */
  readonly inView: number;
  readonly viewCounts: readonly number[];
  /** Every point in view is drawn. */
  readonly isWhole: boolean;
  readonly bounds: Bounds;
  /** The same map with the points of another view; rows that are pinned stay. */
  collect(bounds: Bounds, zoom: number, pinned: readonly number[]): Promise<LoadedMap | undefined>;
}

export interface LoadOptions {
  readonly series?: SeriesSource;
  /** Tiles to draw in place of all points. */
  readonly tiles?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}
