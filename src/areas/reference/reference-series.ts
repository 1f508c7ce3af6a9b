import KDBush from 'kdbush';
import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import { createCommonStepCounter } from '../../kinematics/common-motion.js';
import type { BatchOptions, Dataset } from '../../series/dataset.js';
import { fillGaps } from '../../series/fill-gaps.js';
import type { Shape } from '../../series/result-table.js';
import { type SeriesBatch, seriesOf } from '../../series/series-batch.js';
import { chooseEpsg, createMetricPlane } from '../metric-plane.js';
import { createRegionTest } from '../regions/region-test.js';
import { createDateMedian, type DateMedian } from './date-median.js';
import { createStepwiseVelocity } from './stepwise-velocity.js';

/** What the displacements are to be counted from. */
export type Reference =
  /** The median, date by date, of all points around a place, or within polygons. */
  | {
      readonly kind: 'place';
      readonly longitude: number;
      readonly latitude: number;
      readonly radiusMetres: number;
    }
  | { readonly kind: 'region'; readonly shape: Shape }
  /** For every point, the median of the points within a radius of it: what is left is what it does by itself. */
  | { readonly kind: 'surroundings'; readonly radiusMetres: number }
  /**
   * What all points do together beside their own straight lines: atmosphere, orbits and steps of the reference, not
   * velocities.
   */
  | { readonly kind: 'common-mode' };

/** A dataset with its reference taken off. */
export interface ReferencedDataset extends Dataset {
  /** Points that the reference was made of. */
  readonly referencePoints: number;
  /** What was taken off at every date, mm; `undefined` where it is another series for every point. */
  readonly referenceSeries: Float32Array | undefined;
}

/** Points whose steps are counted: those that most make are among these. */
const MOST_POINTS_FOR_STEPS = 20_000;
/** Neighbours whose median a point is held against; the nearest where there are more. */
const MOST_NEIGHBOURS = 100;

/**
 * Reads a dataset to find the reference (twice for the common mode), and gives it again with the reference taken off
 * every series. Missing values stay missing; in the reference they are bridged by straight lines in time, so that a
 * point that drops out makes no step.
 *
 * Memory: constant for places, polygons and the common mode; for `surroundings` all series are held (4 bytes a value).
 * Throws `input` where no point is at the reference.
 */
export async function referenceDataset(
  dataset: Dataset,
  reference: Reference,
  options: BatchOptions = {},
): Promise<ReferencedDataset> {
  if (reference.kind === 'surroundings') {
    return referenceToSurroundings(dataset, reference.radiusMetres, options);
  }
  const median = createDateMedian(dataset.axis.days.length);
  const velocityOf =
    reference.kind === 'common-mode'
      ? createStepwiseVelocity(dataset.axis, await findCommonSteps(dataset, options))
      : undefined;
  let points = 0;
  let belongs: ((longitude: number, latitude: number) => boolean) | undefined;
  for await (const batch of dataset.batches(options)) {
    throwIfCancelled(options.signal);
    const filled = fillBatch(batch);
    for (let i = 0; i < batch.count; i++) {
      belongs ??= membershipOf(reference, batch.longitude[i], batch.latitude[i]);
      const series = seriesOf(filled, i);
      if (!belongs(batch.longitude[i], batch.latitude[i]) || isEmpty(batch, i)) continue;
      addSeries(median, velocityOf ? detrend(dataset.axis.years, series, velocityOf(series)) : series);
      points++;
    }
  }
  if (points === 0) throw noReference(dataset.name);
  const series = median.finish();
  return withSeries(dataset, { referencePoints: points, referenceSeries: series }, () => series);
}

function membershipOf(
  reference: Exclude<Reference, { kind: 'surroundings' }>,
  longitude: number,
  latitude: number,
): (longitude: number, latitude: number) => boolean {
  if (reference.kind === 'common-mode') return () => true;
  const { toMetres, ...plane } = createMetricPlane(chooseEpsg(longitude, latitude));
  if (reference.kind === 'region') {
    const { contains } = createRegionTest(reference.shape, { toMetres, ...plane }, 0);
    return (pointLongitude, pointLatitude) => contains(...toMetres(pointLongitude, pointLatitude));
  }
  const [x, y] = toMetres(reference.longitude, reference.latitude);
  return (pointLongitude, pointLatitude) => {
    const [px, py] = toMetres(pointLongitude, pointLatitude);
    return Math.hypot(px - x, py - y) <= reference.radiusMetres;
  };
}

function addSeries(median: DateMedian, series: ArrayLike<number>): void {
  for (let date = 0; date < series.length; date++) median.add(date, series[date]);
}

/** The dates at which most points step together. */
async function findCommonSteps(dataset: Dataset, options: BatchOptions): Promise<readonly number[]> {
  const counter = createCommonStepCounter(dataset.axis);
  let points = 0;
  for await (const batch of dataset.batches(options)) {
    throwIfCancelled(options.signal);
    counter.add(batch);
    points += batch.count;
    if (points >= MOST_POINTS_FOR_STEPS) break;
  }
  return counter.finish().map(({ day }) => day);
}

/** The series less its velocity and its mean. */
function detrend(years: Float64Array, series: Float32Array, velocity: number): Float64Array {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  const middle = years.reduce((sum, value) => sum + value, 0) / years.length;
  return Float64Array.from(series, (value, i) => value - mean - velocity * (years[i] - middle));
}

async function referenceToSurroundings(
  dataset: Dataset,
  radiusMetres: number,
  options: BatchOptions,
): Promise<ReferencedDataset> {
  const blocks: Float32Array[] = [];
  const [longitudes, latitudes]: [number[], number[]] = [[], []];
  const epochs = dataset.axis.days.length;
  for await (const batch of dataset.batches(options)) {
    throwIfCancelled(options.signal);
    const filled = fillBatch(batch);
    for (let i = 0; i < batch.count; i++) {
      longitudes.push(batch.longitude[i]);
      latitudes.push(batch.latitude[i]);
      blocks.push(seriesOf(filled, i).slice());
    }
  }
  if (blocks.length === 0) throw noReference(dataset.name);
  const plane = createMetricPlane(chooseEpsg(longitudes[0], latitudes[0]));
  const places = longitudes.map((longitude, i) => plane.toMetres(longitude, latitudes[i]));
  const index = new KDBush(places.length);
  for (const [x, y] of places) index.add(x, y);
  index.finish();

  function seriesAround(row: number): Float32Array | undefined {
    const [x, y] = places[row];
    const near = nearestOf(index.within(x, y, radiusMetres), places, row);
    if (near.length === 0) return undefined;
    const values = new Float64Array(near.length);
    return Float32Array.from({ length: epochs }, (_, date) => {
      near.forEach((other, k) => {
        values[k] = blocks[other][date];
      });
      values.sort();
      return (values[(near.length - 1) >> 1] + values[near.length >> 1]) / 2;
    });
  }
  return withSeries(dataset, { referencePoints: blocks.length, referenceSeries: undefined }, seriesAround);
}

/** The nearest of some points, without the point itself: sorted only where there are too many of them. */
function nearestOf(
  near: readonly number[],
  places: readonly (readonly [number, number])[],
  row: number,
): number[] {
  const others = near.filter((other) => other !== row);
  if (others.length <= MOST_NEIGHBOURS) return others;
  const [x, y] = places[row];
  const squared = Float64Array.from(
    others,
    (other) => (places[other][0] - x) ** 2 + (places[other][1] - y) ** 2,
  );
  const farthest = squared.slice().sort()[MOST_NEIGHBOURS - 1];
  // Of those equally far away the first ones.
  return others.filter((_, i) => squared[i] <= farthest).slice(0, MOST_NEIGHBOURS);
}

/** A dataset with what was found before taken off every series, date by date, as `referenceDataset` does. */
export function takeOffSeries(dataset: Dataset, series: Float32Array): Dataset {
  return withSeries(dataset, {}, () => series);
}

/** The dataset with a series taken off every point; a point without one keeps its own. */
function withSeries<Facts extends object>(
  dataset: Dataset,
  facts: Facts,
  seriesFor: (row: number) => Float32Array | undefined,
): Dataset & Facts {
  const epochs = dataset.axis.days.length;
  return {
    ...facts,
    name: dataset.name,
    format: dataset.format,
    axis: dataset.axis,
    fields: dataset.fields,
    totalBytes: dataset.totalBytes,
    get report() {
      return dataset.report;
    },
    async *batches(options?: BatchOptions) {
      let row = 0;
      for await (const batch of dataset.batches(options)) {
        const displacements = batch.displacements.slice(0, batch.count * epochs);
        for (let i = 0; i < batch.count; i++, row++) {
          const series = seriesFor(row);
          if (series === undefined) continue;
          for (let date = 0; date < epochs; date++) displacements[i * epochs + date] -= series[date];
        }
        yield { ...batch, displacements };
      }
    },
  };
}

function fillBatch(batch: SeriesBatch): SeriesBatch {
  return { ...batch, displacements: fillGaps(batch.axis, batch.displacements, batch.count) };
}

/** A series without any value says nothing, and would count as zeros once its gaps are filled. */
function isEmpty(batch: SeriesBatch, index: number): boolean {
  return seriesOf(batch, index).every(Number.isNaN);
}

function noReference(file: string): GroundTrendError {
  return new GroundTrendError('input', 'No point is at the reference.', {
    place: { file },
    advice: 'Give a place where there are points, or a larger radius.',
  });
}
