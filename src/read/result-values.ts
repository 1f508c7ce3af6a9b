import { type ColumnType, type ColumnValues, MISSING_INT32 } from '../series/result-table.js';
import { readWkbPoint } from './wkb-point.js';

/** Places of points, degrees in WGS84. */
export interface PointPositions {
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
}

export function allocatePositions(points: number): PointPositions {
  return {
    longitude: new Float64Array(points).fill(Number.NaN),
    latitude: new Float64Array(points).fill(Number.NaN),
  };
}

/** Puts points in well-known binary into places from `row` on; what is none leaves its place as it is. */
export function copyPositions(
  source: ArrayLike<unknown>,
  { longitude, latitude }: PointPositions,
  row: number,
): void {
  const place = [Number.NaN, Number.NaN];
  const count = Math.min(source.length, longitude.length - row);
  for (let i = 0; i < count; i++) {
    const bytes = source[i];
    if (!(bytes instanceof Uint8Array) || !readWkbPoint(bytes, place)) continue;
    longitude[row + i] = place[0];
    latitude[row + i] = place[1];
  }
}

/** Room for so many values of a field, all of them missing. */
export function allocateColumn(type: ColumnType, points: number): ColumnValues {
  switch (type) {
    case 'text':
      return new Array<string>(points).fill('');
    case 'float32':
      return new Float32Array(points).fill(Number.NaN);
    case 'float64':
      return new Float64Array(points).fill(Number.NaN);
    default:
      return new Int32Array(points).fill(MISSING_INT32);
  }
}

/** Puts values as hyparquet gives them into a column from `row` on. */
export function copyValues(
  type: ColumnType,
  source: ArrayLike<unknown>,
  target: ColumnValues,
  row: number,
): void {
  if (type === 'text') {
    const texts = target as string[];
    for (let i = 0; i < source.length && row + i < texts.length; i++)
      texts[row + i] = String(source[i] ?? '');
  } else {
    const missing = type === 'float32' || type === 'float64' ? Number.NaN : MISSING_INT32;
    copyNumbers(source, target as Float64Array, row, missing);
  }
}

export function copyNumbers(
  source: ArrayLike<unknown>,
  target: Float64Array | Float32Array | Int32Array,
  row: number,
  missing: number,
): void {
  const count = Math.min(source.length, target.length - row);
  for (let i = 0; i < count; i++) {
    const value = source[i];
    target[row + i] = value === undefined || value === null ? missing : Number(value);
  }
}
