import type { AttributeColumn, SeriesBatch } from '../../series/series-batch.js';
import type { TableLayout } from './table-layout.js';
import type { TextColumn } from './text-column.js';

/** The arrays of a batch while it fills. They leave with it. */
export interface BatchColumns {
  readonly displacements: Float32Array;
  readonly numbers: readonly Float64Array[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
}

export function createBatchColumns(layout: TableLayout, capacity: number): BatchColumns {
  const numbers = Array.from({ length: layout.numberCount }, () => new Float64Array(capacity));
  const isProjected = layout.epsg !== undefined;
  return {
    displacements: new Float32Array(capacity * layout.axis.days.length),
    numbers,
    longitude: isProjected ? new Float64Array(capacity) : numbers[layout.xSlot],
    latitude: isProjected ? new Float64Array(capacity) : numbers[layout.ySlot],
  };
}

/** Cuts the columns to the rows that are there and hands them over as a batch. */
export function closeBatch(
  layout: TableLayout,
  columns: BatchColumns,
  pids: readonly string[],
  texts: readonly TextColumn[],
): SeriesBatch {
  const count = pids.length;
  const cut = (values: Float64Array) => (values.length === count ? values : values.slice(0, count));
  const cells = count * layout.axis.days.length;
  const textValues = texts.map((column) => column.take());
  return {
    axis: layout.axis,
    count,
    pids,
    longitude: cut(columns.longitude),
    latitude: cut(columns.latitude),
    displacements:
      columns.displacements.length === cells ? columns.displacements : columns.displacements.slice(0, cells),
    attributes: layout.attributes.map(
      ({ name, kind, slot }): AttributeColumn =>
        kind === 'number'
          ? { name, kind, values: cut(columns.numbers[slot]) }
          : { name, kind, values: textValues[slot] },
    ),
  };
}
