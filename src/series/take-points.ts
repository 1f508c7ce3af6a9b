import type { AttributeColumn, SeriesBatch } from './series-batch.js';

/** A new batch of the points at the given positions, in that order. */
export function takePoints(batch: SeriesBatch, positions: readonly number[]): SeriesBatch {
  const epochs = batch.axis.days.length;
  const displacements = new Float32Array(positions.length * epochs);
  positions.forEach((from, to) => {
    displacements.set(batch.displacements.subarray(from * epochs, (from + 1) * epochs), to * epochs);
  });
  return {
    axis: batch.axis,
    count: positions.length,
    pids: positions.map((i) => batch.pids[i]),
    longitude: Float64Array.from(positions, (i) => batch.longitude[i]),
    latitude: Float64Array.from(positions, (i) => batch.latitude[i]),
    displacements,
    attributes: batch.attributes.map((column) => takeValues(column, positions)),
  };
}

function takeValues(column: AttributeColumn, positions: readonly number[]): AttributeColumn {
  const { name } = column;
  return column.kind === 'number'
    ? { name, kind: 'number', values: Float64Array.from(positions, (i) => column.values[i]) }
    : { name, kind: 'text', values: positions.map((i) => column.values[i]) };
}
