import type { EpochAxis } from './epoch-axis.js';

/** One attribute of the source, a value a point. Missing numbers are `NaN`, missing texts are empty. */
export type AttributeColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] };

/** The name and kind of an attribute, known before the first row is read. */
export interface AttributeField {
  readonly name: string;
  readonly kind: AttributeColumn['kind'];
}

/**
 * Some points of a dataset and their displacement series: the one shape that every room passes on.
 *
 * `displacements` is row-major, `count` x `axis.days.length`, in mm along the line of sight (or up, or east, as the
 * source has it), positive towards the satellite; `NaN` is missing. `longitude` and `latitude` are WGS84 degrees.
 * `attributes` holds every other column of the source, in the order of the dataset's `fields`.
 */
export interface SeriesBatch {
  readonly axis: EpochAxis;
  readonly count: number;
  readonly pids: readonly string[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  readonly displacements: Float32Array;
  readonly attributes: readonly AttributeColumn[];
}

/** The series of one point of a batch: a view, not a copy. */
export function seriesOf(batch: SeriesBatch, index: number): Float32Array {
  const epochs = batch.axis.days.length;
  return batch.displacements.subarray(index * epochs, (index + 1) * epochs);
}

/** The numbers of an attribute, or `undefined` where the batch has no such numeric column. */
export function numericAttribute(batch: SeriesBatch, name: string): Float64Array | undefined {
  const column = batch.attributes.find((attribute) => attribute.name === name);
  return column?.kind === 'number' ? column.values : undefined;
}
