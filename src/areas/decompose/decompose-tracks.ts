import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import type { Dataset } from '../../series/dataset.js';
import { createEpochAxis, type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import { fillGaps } from '../../series/fill-gaps.js';
import { numericAttribute, type SeriesBatch, seriesOf } from '../../series/series-batch.js';
import { chooseEpsg, createMetricPlane, type MetricPlane } from '../metric-plane.js';
import { type ComponentSource, createComponentDataset } from './component-dataset.js';
import { linesOfSightOf } from './line-of-sight.js';
import { createGridSites, createPointSites, type PointSites, type Sites } from './sites.js';
import { planInterpolation } from './time-interpolation.js';
import { createTrackMeans, type GrowingTrackMeans } from './track-means.js';

export interface DecomposeOptions {
  /**
   * Cells of a grid, or the points of the first dataset, each with the mean of the other datasets' points around it.
   */
  readonly sites:
    | { readonly kind: 'grid'; readonly spacingMetres: number }
    | { readonly kind: 'points'; readonly radiusMetres: number };
  /** Days from one date of the result to the next. */
  readonly stepDays: number;
  /** Northward velocity, mm/yr, taken off before solving; `gnss` takes it from the column `gnss_velocity_n`. */
  readonly northVelocity: number | 'gnss';
  /** Take off what three or more tracks say against one another on the whole, date by date. */
  readonly alignTracks: boolean;
  /** Points that a dataset must have at a site to be used there. */
  readonly leastPoints: number;
  /** Sites with a worse condition are left out. */
  readonly greatestCondition: number;
  /** Plane of the grid; by default chosen from the first point. */
  readonly epsg?: number;
  readonly signal?: AbortSignal;
  readonly onPoints?: (points: number) => void;
}

/** Vertical and eastward series of the sites that are seen from two sides. */
export interface Decomposition {
  readonly epsg: number;
  readonly inputs: readonly { readonly name: string; readonly points: number; readonly dates: number }[];
  readonly sites: number;
  readonly oneSided: number;
  readonly illConditioned: number;
  /** Root mean square over the dates of the offset taken off each input, mm; `undefined` where none can be told. */
  readonly offsetsMm: readonly number[] | undefined;
  /** Two rows a site, vertical and east. */
  readonly dataset: Dataset;
}

/**
 * Takes displacements along two or more lines of sight apart into vertical and eastward series (science: EGMS ATBD
 * section 9). Every dataset is a track of its own: the series of its points at a site are averaged, brought to common
 * dates by straight lines in time, freed of the northward motion and solved by least squares, each track weighted by
 * the noise of its mean series.
 *
 * Common dates run in equal steps from the latest first date to the earliest last one. Throws `input` where there is
 * no such time, no line of sight, or no site seen from two sides.
 */
export async function decomposeTracks(
  datasets: readonly Dataset[],
  options: DecomposeOptions,
): Promise<Decomposition> {
  if (datasets.length < 2) {
    throw new GroundTrendError('usage', 'Vertical and east take at least two tracks, this is one.', {
      advice: 'Give ascending and descending files, or use --project for a single track.',
    });
  }
  const axis = chooseCommonAxis(datasets, options.stepDays);
  const gathered = await gatherTracks(datasets, options);
  const source: ComponentSource = {
    axis,
    tracks: gathered.tracks,
    plans: gathered.tracks.map((track) => planInterpolation(track.axis, axis)),
    sites: gathered.sites,
    plane: gathered.plane,
    leastPoints: options.leastPoints,
    greatestCondition: options.greatestCondition,
    alignTracks: options.alignTracks,
  };
  const { dataset, ...summary } = createComponentDataset(source);
  if (summary.sites === 0) {
    throw new GroundTrendError('input', 'No place is seen from two sides by these files.', {
      advice: `${summary.oneSided} places are seen by one file only, ${summary.illConditioned} from too similar directions.`,
    });
  }
  return {
    epsg: gathered.plane.epsg,
    inputs: datasets.map((input, index) => ({
      name: input.name,
      points: gathered.points[index],
      dates: input.axis.days.length,
    })),
    ...summary,
    dataset,
  };
}

function chooseCommonAxis(datasets: readonly Dataset[], stepDays: number): EpochAxis {
  const first = Math.max(...datasets.map(({ axis }) => axis.days[0]));
  const last = Math.min(...datasets.map(({ axis }) => axis.days[axis.days.length - 1]));
  const days: number[] = [];
  for (let day = first; day <= last; day += stepDays) days.push(day);
  if (days.length >= 2) return createEpochAxis(days);
  throw new GroundTrendError('input', 'The files have no time in common.', {
    advice: datasets
      .map(
        ({ name, axis: { days: own } }) =>
          `${name}: ${formatDay(own[0])} to ${formatDay(own[own.length - 1])}`,
      )
      .join('; '),
  });
}

interface GatheredTracks {
  readonly tracks: readonly GrowingTrackMeans[];
  readonly points: readonly number[];
  readonly sites: Sites;
  readonly plane: MetricPlane;
}

async function gatherTracks(
  datasets: readonly Dataset[],
  options: DecomposeOptions,
): Promise<GatheredTracks> {
  const grid = options.sites.kind === 'grid' ? createGridSites(options.sites.spacingMetres) : undefined;
  const around = options.sites.kind === 'points' ? createPointSites(options.sites.radiusMetres) : undefined;
  const tracks = datasets.map(({ name, axis }) => createTrackMeans(name, axis));
  const points = datasets.map(() => 0);
  let plane = options.epsg === undefined ? undefined : createMetricPlane(options.epsg);
  let total = 0;
  for (const [number, dataset] of datasets.entries()) {
    for await (const batch of dataset.batches({ signal: options.signal })) {
      throwIfCancelled(options.signal);
      if (batch.count === 0) continue;
      plane ??= createMetricPlane(chooseEpsg(batch.longitude[0], batch.latitude[0]));
      const ownSites = number === 0 ? around : undefined;
      addBatch(batch, dataset.name, tracks[number], (grid ?? around)!, ownSites, plane, options);
      points[number] += batch.count;
      total += batch.count;
      options.onPoints?.(total);
    }
  }
  if (plane === undefined) throw new GroundTrendError('input', 'These files hold no point.');
  return { tracks, points, sites: (grid ?? around)!, plane };
}

function addBatch(
  batch: SeriesBatch,
  name: string,
  track: GrowingTrackMeans,
  sites: Sites,
  ownSites: PointSites | undefined,
  plane: MetricPlane,
  { northVelocity }: DecomposeOptions,
): void {
  const sight = linesOfSightOf(batch, name);
  const north = northVelocity === 'gnss' ? numericAttribute(batch, 'gnss_velocity_n') : undefined;
  if (northVelocity === 'gnss' && north === undefined) {
    throw new GroundTrendError('input', 'This file has no column gnss_velocity_n.', {
      place: { file: name },
      advice: 'Give the northward velocity in mm/yr with --north-velocity.',
    });
  }
  const positions = readPositions(batch, plane);
  const whole = { ...batch, displacements: fillGaps(batch.axis, batch.displacements, batch.count) };
  for (let i = 0; i < batch.count; i++) {
    const velocity = north ? north[i] : (northVelocity as number);
    const geometry = [sight.east[i], sight.north[i], sight.up[i], velocity] as const;
    const [easting, northing] = positions(i);
    if (!geometry.every(Number.isFinite) || !Number.isFinite(easting + northing)) continue;
    const series = seriesOf(whole, i);
    if (ownSites) track.add(ownSites.add(batch.pids[i], easting, northing), series, geometry);
    else sites.visit(easting, northing, (site) => track.add(site, series, geometry));
  }
}

/** A file's own metres are taken where they are those of the plane: degrees are rounded and may change the cell. */
function readPositions(
  batch: SeriesBatch,
  plane: MetricPlane,
): (i: number) => readonly [easting: number, northing: number] {
  const eastings = numericAttribute(batch, 'easting');
  const northings = numericAttribute(batch, 'northing');
  const project = (i: number) => plane.toMetres(batch.longitude[i], batch.latitude[i]);
  if (eastings === undefined || northings === undefined) return project;
  const [easting, northing] = project(0);
  const isSame = Math.hypot(eastings[0] - easting, northings[0] - northing) < 2;
  return isSame ? (i) => [eastings[i], northings[i]] : project;
}
