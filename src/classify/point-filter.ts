import { GroundTrendError } from '../errors.js';
import { type AttributeColumn, numericAttribute, type SeriesBatch } from '../series/series-batch.js';

/** West, south, east, north in WGS84 degrees. */
export type BoundingBox = readonly [west: number, south: number, east: number, north: number];

export interface PointFilter {
  readonly minCoherence?: number;
  readonly bbox?: BoundingBox;
}

export interface FilterCounts {
  belowCoherence: number;
  outsideBox: number;
}

/** The column that EGMS and most processors call by this name once read. */
const COHERENCE = 'temporal_coherence';

/**
 * Keeps the points that pass and counts the others. A missing coherence does not pass.
 * Throws `usage` where a coherence is asked for and the file has none.
 */
export function filterBatch(batch: SeriesBatch, filter: PointFilter, counts: FilterCounts): SeriesBatch {
  const { minCoherence, bbox } = filter;
  if (minCoherence === undefined && bbox === undefined) return batch;
  const coherence = numericAttribute(batch, COHERENCE);
  if (minCoherence !== undefined && coherence === undefined) {
    throw new GroundTrendError(
      'usage',
      `This file has no column ${COHERENCE}, so --min-coherence cannot apply.`,
    );
  }
  const kept: number[] = [];
  for (let i = 0; i < batch.count; i++) {
    if (bbox !== undefined && !isInside(bbox, batch.longitude[i], batch.latitude[i])) counts.outsideBox += 1;
    else if (minCoherence !== undefined && !(coherence![i] >= minCoherence)) counts.belowCoherence += 1;
    else kept.push(i);
  }
  return kept.length === batch.count ? batch : takePoints(batch, kept);
}

function isInside([west, south, east, north]: BoundingBox, longitude: number, latitude: number): boolean {
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}

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
