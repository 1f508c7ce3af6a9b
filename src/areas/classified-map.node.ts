import { asyncBufferFromFile } from 'hyparquet';
import { tryFile } from '../read/file-source.node.js';
import { openResultFile, type ReadingOptions, type ResultFile } from '../read/result-file.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { MISSING_INT32 } from '../series/result-table.js';
import { TREND_CLASSES } from '../series/trend-class.js';

/** Stands for "no class" among the codes of the trends. */
const NO_CLASS = 255;

/** A classified map on disk, as far as areas, statistics and comparisons ask for it. */
export interface ClassifiedMap {
  readonly name: string;
  readonly points: number;
  /** Dates of the displacements, where the map holds any. */
  readonly axis: EpochAxis | undefined;
  has(column: string): boolean;
  readPositions(): Promise<{ readonly longitude: Float64Array; readonly latitude: Float64Array }>;
  /** Codes of `TREND_CLASSES` from a column of their names; 255 where there is none of them. */
  readCodes(column: string): Promise<Uint8Array>;
  /** Numbers with `NaN` for missing ones; dates as whole days since 1970-01-01. */
  readNumbers(column: string): Promise<Float32Array>;
  readTexts(column: string): Promise<readonly string[]>;
  /** One series, mm; quick for rising rows. */
  readSeries(row: number): Promise<Float32Array>;
}

/** The velocity of a point: ours, else that of the source; mm/yr. */
export const VELOCITY_COLUMNS: readonly string[] = ['velocity_mm_yr', 'mean_velocity'];

/** Opens a map that `classify` has written as GeoParquet. Throws `input` where it is none. */
export async function openClassifiedMap(path: string, options: ReadingOptions = {}): Promise<ClassifiedMap> {
  const file: ResultFile = await openResultFile(await tryFile(path, () => asyncBufferFromFile(path)), path);
  const names = new Set(file.fields.map(({ name }) => name));
  return {
    name: path,
    points: file.points,
    axis: file.axis,
    has: (column) => names.has(column),
    readPositions: () => file.readPositions(options),
    async readCodes(column) {
      const texts = (await file.readColumn(column, options)) as readonly string[];
      const codes = new Map<string, number>(TREND_CLASSES.map((name, code) => [name, code]));
      return Uint8Array.from(texts, (text) => codes.get(text) ?? NO_CLASS);
    },
    async readNumbers(column) {
      const values = await file.readColumn(column, options);
      return values instanceof Int32Array
        ? Float32Array.from(values, (value) => (value === MISSING_INT32 ? Number.NaN : value))
        : Float32Array.from(values as Float64Array);
    },
    readTexts: async (column) => (await file.readColumn(column, options)) as readonly string[],
    readSeries: (row) => file.readSeries(row),
  };
}
