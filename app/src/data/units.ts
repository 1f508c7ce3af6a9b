import { formatDay } from '../../../src/index.js';
import type { NumberColumn } from './column.js';

/** Units as columns spell them at the end of their names. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_mm_yr2$/, 'mm/yr²'],
  [/_mm_yr$/, 'mm/yr'],
  [/_mm$/, 'mm'],
  [/_days?$/, 'days'],
  [/_doy$/, 'day of year'],
  [/_degrees$|_angle$/, '°'],
];

/** Units of EGMS's own attributes, from its product description. */
const KNOWN: Readonly<Record<string, string>> = {
  mean_velocity: 'mm/yr',
  mean_velocity_std: 'mm/yr',
  acceleration: 'mm/yr²',
  acceleration_std: 'mm/yr²',
  seasonality: 'mm',
  seasonality_std: 'mm',
  rmse: 'mm',
  height: 'm',
  height_wgs84: 'm',
  easting: 'm',
  northing: 'm',
};

export function unitOf(column: string): string {
  return KNOWN[column] ?? UNITS.find(([pattern]) => pattern.test(column))?.[1] ?? '';
}

/** `velocity_mm_yr` -> `velocity`. */
export function titleOf(column: string): string {
  const bare = KNOWN[column] ? column : column.replace(/_mm_yr2$|_mm_yr$|_mm$|_doy$/, '');
  return bare
    .replace(/^p_(.*)$/, 'probability of $1')
    .replace(/_(se|std)$/, ', standard error')
    .replace(/_ols$/, ', least squares')
    .replaceAll('_', ' ');
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-GB', { maximumFractionDigits: digits }).replace('-', '−');
}

/** A value of a column as people read it. */
export function formatValue(kind: NumberColumn['kind'], value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (kind === 'date') return formatDay(value);
  if (kind === 'boolean') return value ? 'yes' : 'no';
  return formatNumber(value);
}
