import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { TREND_CLASSES } from '../../series/trend-class.js';
import { type ComparedColumns, type MapComparison, SIGNIFICANT_ERRORS } from './compare-maps.js';
import type { NamedPoints } from './match-points.js';

/** The map of a comparison: a row a matched point, with `class` the new one, so that it is drawn in its colour. */
export function describeComparisonTable(metadata: Readonly<Record<string, string>>): ResultSchema {
  return {
    layer: 'comparison',
    fields: [
      { name: 'pid', type: 'text', description: 'identifier of the point in the new map' },
      { name: 'class', type: 'text', description: 'trend in the new map' },
      { name: 'class_old', type: 'text', description: 'trend in the old map' },
      { name: 'class_changed', type: 'boolean', description: 'the two differ' },
      { name: 'velocity_change_mm_yr', type: 'float32', description: 'new less old, mm/yr' },
      { name: 'velocity_change_errors', type: 'float32', description: 'the same in standard errors' },
      {
        name: 'velocity_changed',
        type: 'boolean',
        description: `more than ${SIGNIFICANT_ERRORS} standard errors`,
      },
    ],
    metadata,
  };
}

/** The rows of `describeComparisonTable`. */
export function tabulateComparison(
  { newRows, oldRows, velocityChange, velocityScore }: MapComparison,
  older: ComparedColumns,
  newer: ComparedColumns & NamedPoints,
): ResultBatch {
  const nameOf = (code: number) => TREND_CLASSES[code] ?? '';
  return {
    count: newRows.length,
    longitude: Float64Array.from(newRows, (row) => newer.longitude[row]),
    latitude: Float64Array.from(newRows, (row) => newer.latitude[row]),
    columns: [
      Array.from(newRows, (row) => newer.pids[row]),
      Array.from(newRows, (row) => nameOf(newer.codes[row])),
      Array.from(oldRows, (row) => nameOf(older.codes[row])),
      newRows.map((row, i) => (newer.codes[row] === older.codes[oldRows[i]] ? 0 : 1)),
      velocityChange,
      velocityScore,
      Int32Array.from(velocityScore, (score) => (Math.abs(score) > SIGNIFICANT_ERRORS ? 1 : 0)),
    ],
  };
}
