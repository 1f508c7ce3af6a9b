import {
  type ColumnValues,
  createCsvEncoder,
  createGeojsonEncoder,
  createGeoparquetEncoder,
  createMemorySink,
  GroundTrendError,
  MISSING_INT32,
  type ResultField,
} from '../../../src/index.js';
import { type Column, textAt } from '../data/column.js';
import type { LoadedMap } from '../data/loaded-map.js';
import { latitudeOf, longitudeOf } from '../map/mercator.js';

export type ExportFormat = 'parquet' | 'geojson' | 'csv';

const ENCODERS = {
  parquet: createGeoparquetEncoder,
  geojson: createGeojsonEncoder,
  csv: createCsvEncoder,
} as const;

/** The rows in the mask with all their columns, by the same encoders as the command line's. */
export async function encodeRows(
  loaded: LoadedMap,
  mask: Uint8Array,
  format: ExportFormat,
  signal?: AbortSignal,
  report?: (fraction: number) => void,
): Promise<Blob> {
  const rows: number[] = [];
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows.push(row);
  const columns: ColumnValues[] = [];
  for (const field of loaded.fields) {
    if (signal?.aborted) throw new GroundTrendError('cancelled', 'Stopped before the work was done.');
    columns.push(takeRows(field, await loaded.readColumn(field.name), rows));
    report?.((columns.length / loaded.fields.length) * 0.9);
  }
  const sink = createMemorySink();
  const encoder = ENCODERS[format](sink, {
    layer: 'groundtrend',
    fields: loaded.fields,
    metadata: loaded.metadata,
  });
  await encoder.write({
    count: rows.length,
    // Mercator there and back costs less than the tenth decimal of a degree.
    longitude: Float64Array.from(rows, (row) => Number(longitudeOf(loaded.x[row]).toFixed(9))),
    latitude: Float64Array.from(rows, (row) => Number(latitudeOf(loaded.y[row]).toFixed(9))),
    columns,
  });
  await encoder.finish();
  return new Blob([sink.toBytes()]);
}

function takeRows({ type }: ResultField, column: Column, rows: readonly number[]): ColumnValues {
  if (column.kind === 'text') return rows.map((row) => textAt(column, row));
  const { values } = column;
  if (type === 'float32') return Float32Array.from(rows, (row) => values[row]);
  if (type === 'float64') return Float64Array.from(rows, (row) => values[row]);
  return Int32Array.from(rows, (row) => (Number.isNaN(values[row]) ? MISSING_INT32 : values[row]));
}
