import type { PackedTexts } from '../../series/packed-texts.js';
import { type ColumnType, MISSING_INT32 } from '../../series/result-table.js';
import { hasPosition } from '../bounds.js';

/** The physical kinds of column that a result has. */
export type LeafKind = 'point' | 'shape' | ColumnType;

/** One leaf of the Parquet schema and the values of the row group under way, as far as `rows` of the group goes. */
export type LeafColumn = { readonly path: readonly string[]; readonly isOptional: boolean } & LeafValues;

export type LeafValues =
  | { readonly kind: 'point'; readonly longitude: Float64Array; readonly latitude: Float64Array }
  /** Well-known binary. */
  | { readonly kind: 'shape'; readonly values: Uint8Array[] }
  | { readonly kind: 'text'; readonly texts: PackedTexts }
  | { readonly kind: 'float64'; readonly values: Float64Array }
  | { readonly kind: 'float32'; readonly values: Float32Array }
  | { readonly kind: 'int32' | 'date' | 'boolean'; readonly values: Int32Array };

/** Zeroed memory of so many bytes, of whatever kind. */
export type Allocate = (bytes: number) => ArrayBufferLike;

export type NumberValues = Exclude<LeafValues, { readonly kind: 'point' | 'shape' | 'text' }>;

/** Room for so many rows of a field of numbers. */
export function allocateNumbers(
  kind: Exclude<ColumnType, 'text'>,
  capacity: number,
  allocate: Allocate,
): NumberValues {
  switch (kind) {
    case 'float64':
      return { kind, values: new Float64Array(allocate(8 * capacity)) };
    case 'float32':
      return { kind, values: new Float32Array(allocate(4 * capacity)) };
    default:
      return { kind, values: new Int32Array(allocate(4 * capacity)) };
  }
}

let presenceMemory = new Uint8Array(0);

/**
 * 1 where a row has a value, 0 where it is missing; `undefined` where none is missing. In memory that the next call
 * writes to.
 */
export function findPresence(leaf: LeafColumn, rows: number): Uint8Array | undefined {
  if (!leaf.isOptional) return undefined;
  if (presenceMemory.length < rows) presenceMemory = new Uint8Array(rows);
  const presence = presenceMemory.subarray(0, rows);
  let present = 0;
  switch (leaf.kind) {
    case 'point':
      for (let row = 0; row < rows; row++) {
        present += presence[row] = hasPosition(leaf.longitude[row], leaf.latitude[row]) ? 1 : 0;
      }
      break;
    case 'shape':
      present = presence.fill(1).length;
      break;
    case 'text':
      for (let row = 0; row < rows; row++) present += presence[row] = leaf.texts.lengths[row] === 0 ? 0 : 1;
      break;
    case 'float64':
    case 'float32': {
      const { values } = leaf;
      for (let row = 0; row < rows; row++) present += presence[row] = Number.isNaN(values[row]) ? 0 : 1;
      break;
    }
    default:
      for (let row = 0; row < rows; row++) {
        present += presence[row] = leaf.values[row] === MISSING_INT32 ? 0 : 1;
      }
  }
  return present === rows ? undefined : presence;
}
