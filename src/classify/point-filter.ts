import { GroundTrendError } from '../errors.js';
import { numericAttribute, type SeriesBatch } from '../series/series-batch.js';
import { takePoints } from '../series/take-points.js';

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
  const passing = findPassing(batch, filter, counts);
  return passing === undefined ? batch : takePoints(batch, passing);
}

/** Positions of the points that `filterBatch` keeps; `undefined` where it keeps all. */
export function findPassing(
  batch: SeriesBatch,
  { minCoherence, bbox }: PointFilter,
  counts: FilterCounts,
): number[] | undefined {
  if (minCoherence === undefined && bbox === undefined) return undefined;
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
  return kept.length === batch.count ? undefined : kept;
}

function isInside([west, south, east, north]: BoundingBox, longitude: number, latitude: number): boolean {
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}
