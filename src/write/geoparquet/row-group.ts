import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { listSeriesColumns } from '../result-encoder.js';
import { roundOutwards } from '../round-outwards.js';
import type { GroupColumns } from './encoded-group.js';
import { createGroupColumn } from './group-columns.js';
import type { Allocate, LeafColumn } from './leaf-column.js';
import { COVERING_MEMBERS } from './parquet-schema.js';
import { createPlaceColumn } from './place-column.js';

/** The rows that wait to be written together, held column by column. */
export interface RowGroupBuffer {
  readonly rows: number;
  /** Takes rows of a batch from `start` on until the group is full; returns how many. */
  append(batch: ResultBatch, start: number): number;
  /** The columns in the order of the file's schema; views of the group until it is cleared. */
  columns(): GroupColumns;
  clear(): void;
}

/** `isShared`: all values but shapes lie in memory that other threads can read without a copy. */
export function createRowGroup(
  schema: ResultSchema,
  geometry: string,
  covering: string,
  capacity: number,
  isShared: boolean,
): RowGroupBuffer {
  const allocate: Allocate = (bytes) => (isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const fields = schema.fields.map((field) => createGroupColumn(field, capacity, allocate));
  const place = createPlaceColumn(schema, geometry, capacity, allocate);
  const seriesNames = listSeriesColumns(schema);
  const epochs = seriesNames.length;
  const series = seriesNames.map(() => new Float32Array(allocate(4 * capacity)));
  let rows = 0;

  function* leaves(): Iterable<LeafColumn> {
    for (const field of fields) yield field.leaf(rows);
    yield place.leaf;
    for (const member of COVERING_MEMBERS) {
      const values = new Float32Array(rows);
      const direction = member.endsWith('min') ? -1 : 1;
      for (let row = 0; row < rows; row++) values[row] = roundOutwards(place.sideOf(row, member), direction);
      yield { path: [covering, member], isOptional: true, kind: 'float32', values };
    }
    for (let epoch = 0; epoch < epochs; epoch++) {
      yield { path: [seriesNames[epoch]], isOptional: true, kind: 'float32', values: series[epoch] };
    }
  }

  return {
    get rows() {
      return rows;
    },
    append(batch, start) {
      const count = Math.min(batch.count - start, capacity - rows);
      place.put(batch, start, count, rows);
      const columns = batch.packed ?? batch.columns;
      fields.forEach((field, index) => {
        field.put(columns[index], start, count, rows);
      });
      if (batch.displacements) {
        transpose(batch.displacements.subarray(start * epochs), count, series, rows);
      }
      rows += count;
      return count;
    },
    columns: () => ({ rows, leaves: [...leaves()] }),
    clear() {
      rows = 0;
      for (const field of fields) field.clear();
    },
  };
}

/** Spreads row-major displacements over one array a date, in tiles that stay in the processor's cache. */
function transpose(source: Float32Array, count: number, series: readonly Float32Array[], offset: number) {
  const epochs = series.length;
  const tileRows = 32;
  for (let first = 0; first < count; first += tileRows) {
    const last = Math.min(first + tileRows, count);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const target = series[epoch];
      for (let row = first; row < last; row++) target[offset + row] = source[row * epochs + epoch];
    }
  }
}
