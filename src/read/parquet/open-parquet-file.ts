import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { GroundTrendError } from '../../errors.js';
import type { EpochAxis } from '../../series/epoch-axis.js';
import type { RandomAccess } from '../random-access.js';
import type { ListSeries } from './list-series.js';
import type { ParquetColumn } from './parquet-columns.js';
import type { ParquetGeometry } from './parquet-geometry.js';

/** A file, and what was found to read of it. */
export interface OpenParquet {
  readonly file: string;
  readonly access: RandomAccess;
  /** The same for hyparquet, which believes what pages say: they are looked through first. */
  readonly checked: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly geometry: ParquetGeometry | undefined;
  readonly list: ListSeries | undefined;
  readonly axis: EpochAxis | undefined;
}

/** Makes damage of whatever the libraries throw. */
export async function guardParquet<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainDamage(file, error);
  }
}

export function explainDamage(file: string, error: unknown): GroundTrendError {
  if (error instanceof GroundTrendError) return error;
  return new GroundTrendError('input', 'This Parquet file ends early or is damaged.', {
    place: { file },
    advice: `Download or copy it again. (${(error as Error).message})`,
    cause: error,
  });
}
