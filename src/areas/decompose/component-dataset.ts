import { throwIfCancelled } from '../../errors.js';
import type { BatchOptions, Dataset, ReadReport } from '../../series/dataset.js';
import { type EpochAxis, formatDay } from '../../series/epoch-axis.js';
import type { AttributeColumn, AttributeField, SeriesBatch } from '../../series/series-batch.js';
import type { MetricPlane } from '../metric-plane.js';
import { fitSlope } from '../series-slope.js';
import { COMPONENTS, type ComponentSolution, solveComponents } from './components.js';
import type { Sites } from './sites.js';
import {
  interpolateSeries,
  measureInterpolationNoise,
  type TimeInterpolation,
} from './time-interpolation.js';
import type { TrackMeans } from './track-means.js';
import { createOffsetEstimator } from './track-offsets.js';

const POINTS_PER_BATCH = 4096;
/** A mean series without noise would get all the weight; instruments are not better than this, mm. */
const LEAST_NOISE_MM = 0.01;

export interface ComponentSource {
  readonly axis: EpochAxis;
  readonly tracks: readonly TrackMeans[];
  readonly plans: readonly TimeInterpolation[];
  readonly sites: Sites;
  readonly plane: MetricPlane;
  readonly leastPoints: number;
  readonly greatestCondition: number;
  readonly alignTracks: boolean;
}

export interface ComponentDataset {
  readonly dataset: Dataset;
  readonly sites: number;
  readonly oneSided: number;
  readonly illConditioned: number;
  readonly offsetsMm: readonly number[] | undefined;
}

const FIELDS: readonly AttributeField[] = [
  { name: 'component', kind: 'text' },
  ...[
    'easting',
    'northing',
    'tracks',
    'points',
    'condition',
    'residual_mm',
    'displacement_se_mm',
    'mean_velocity',
  ].map((name) => ({ name, kind: 'number' as const })),
];

/** What one site's tracks say at the common dates, ready to be solved. */
interface SiteViews {
  readonly tracks: number[];
  readonly points: number;
  readonly up: number[];
  readonly east: number[];
  readonly noise: number[];
  readonly displacements: Float64Array[];
}

/** Solves site after site as the batches are asked for, so that the components are never all in memory. */
export function createComponentDataset(source: ComponentSource): ComponentDataset {
  const { axis, tracks, sites } = source;
  const usable: number[] = [];
  let oneSided = 0;
  let illConditioned = 0;
  const estimator = createOffsetEstimator(tracks.length, axis.days.length);
  for (let site = 0; site < sites.count; site++) {
    const present = tracksAt(source, site);
    if (present.length < 2) {
      oneSided++;
      continue;
    }
    const geometry = present.map((track) => tracks[track].geometryAt(site));
    const up = geometry.map(([, , value]) => value);
    const east = geometry.map(([value]) => value);
    const ones = up.map(() => 1);
    if (solveComponents(up, east, ones).condition > source.greatestCondition) {
      illConditioned++;
      continue;
    }
    usable.push(site);
    if (source.alignTracks && present.length > 2) {
      estimator.add(present, up, east, readViews(source, site, undefined).displacements);
    }
  }
  const offsets = estimator.solve();
  const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [] };

  async function* batches({ pointsPerBatch = POINTS_PER_BATCH, signal }: BatchOptions = {}) {
    report.rowsRead = 0;
    const sitesPerBatch = Math.max(1, Math.floor(pointsPerBatch / COMPONENTS.length));
    for (let start = 0; start < usable.length; start += sitesPerBatch) {
      throwIfCancelled(signal);
      const batch = solveBatch(source, usable.slice(start, start + sitesPerBatch), offsets);
      report.rowsRead += batch.count;
      yield batch;
    }
  }

  return {
    dataset: {
      name: tracks.map(({ name }) => name).join(' + '),
      format: `vertical and eastward series of ${usable.length} places, ${formatDay(axis.days[0])} on`,
      axis,
      fields: FIELDS,
      totalBytes: undefined,
      report,
      batches,
    },
    sites: usable.length,
    oneSided,
    illConditioned,
    offsetsMm: offsets && tracks.map((_, track) => rootMeanSquare(offsets, track, axis.days.length)),
  };
}

function tracksAt({ tracks, leastPoints }: ComponentSource, site: number): number[] {
  return tracks.flatMap((track, number) => (track.countAt(site) >= Math.max(1, leastPoints) ? [number] : []));
}

function readViews(source: ComponentSource, site: number, offsets: Float64Array | undefined): SiteViews {
  const { axis, plans } = source;
  const dates = axis.days.length;
  const present = tracksAt(source, site);
  const views: SiteViews = {
    tracks: present,
    points: present.reduce((sum, track) => sum + source.tracks[track].countAt(site), 0),
    up: [],
    east: [],
    noise: [],
    displacements: [],
  };
  for (const number of present) {
    const track = source.tracks[number];
    const series = track.seriesAt(site);
    const [east, north, up, northVelocity] = track.geometryAt(site);
    const values = new Float64Array(dates);
    interpolateSeries(plans[number], series, values);
    for (let date = 0; date < dates; date++) {
      values[date] -= north * northVelocity * axis.years[date];
      if (offsets) values[date] -= offsets[number * dates + date];
    }
    views.up.push(up);
    views.east.push(east);
    views.noise.push(Math.max(LEAST_NOISE_MM, measureInterpolationNoise(track.axis, series)));
    views.displacements.push(values);
  }
  return views;
}

function solveBatch(
  source: ComponentSource,
  sites: readonly number[],
  offsets: Float64Array | undefined,
): SeriesBatch {
  const { axis, plane } = source;
  const dates = axis.days.length;
  const count = sites.length * COMPONENTS.length;
  const numbers = Object.fromEntries(
    FIELDS.filter(({ kind }) => kind === 'number').map(({ name }) => [name, new Float64Array(count)]),
  );
  const displacements = new Float32Array(count * dates);
  const longitude = new Float64Array(count);
  const latitude = new Float64Array(count);
  sites.forEach((site, index) => {
    const views = readViews(source, site, offsets);
    const solution = solveComponents(
      views.up,
      views.east,
      views.noise.map((noise) => noise ** -2),
    );
    const first = index * COMPONENTS.length;
    const up = displacements.subarray(first * dates, (first + 1) * dates);
    const east = displacements.subarray((first + 1) * dates, (first + 2) * dates);
    const residual = applySolution(solution, views, up, east);
    const [easting, northing] = source.sites.positionOf(site);
    const degrees = plane.toDegrees(easting, northing);
    [solution.toUp, solution.toEast].forEach((shares, component) => {
      const row = first + component;
      longitude[row] = degrees[0];
      latitude[row] = degrees[1];
      numbers.easting[row] = easting;
      numbers.northing[row] = northing;
      numbers.tracks[row] = views.tracks.length;
      numbers.points[row] = views.points;
      numbers.condition[row] = solution.condition;
      numbers.residual_mm[row] = residual;
      numbers.displacement_se_mm[row] = medianError(source, views, shares);
      numbers.mean_velocity[row] = fitSlope(axis.years, component === 0 ? up : east);
    });
  });
  return {
    axis,
    count,
    pids: sites.flatMap((site) => ['U', 'E'].map((letter) => `${source.sites.nameOf(site)}-${letter}`)),
    longitude,
    latitude,
    displacements,
    attributes: FIELDS.map(
      ({ name, kind }): AttributeColumn =>
        kind === 'number'
          ? { name, kind, values: numbers[name] }
          : { name, kind, values: sites.flatMap(() => COMPONENTS) },
    ),
  };
}

/** Fills the two series; returns what they leave unexplained, root mean square, mm, `NaN` for two tracks. */
function applySolution(
  { toUp, toEast }: ComponentSolution,
  views: SiteViews,
  up: Float32Array,
  east: Float32Array,
): number {
  const tracks = views.tracks.length;
  let squares = 0;
  for (let date = 0; date < up.length; date++) {
    let [upward, eastward] = [0, 0];
    for (let k = 0; k < tracks; k++) {
      upward += toUp[k] * views.displacements[k][date];
      eastward += toEast[k] * views.displacements[k][date];
    }
    for (let k = 0; k < tracks; k++) {
      squares += (views.displacements[k][date] - views.up[k] * upward - views.east[k] * eastward) ** 2;
    }
    up[date] = upward;
    east[date] = eastward;
  }
  return tracks > 2 ? Math.sqrt(squares / (up.length * (tracks - 2))) : Number.NaN;
}

/** Median over the dates of the standard error of one value, from the tracks' noise and their interpolation. */
function medianError({ plans }: ComponentSource, { tracks, noise }: SiteViews, shares: Float64Array): number {
  const dates = plans[0].variance.length;
  const variances = new Float64Array(dates);
  tracks.forEach((track, k) => {
    const factor = (shares[k] * noise[k]) ** 2;
    for (let date = 0; date < dates; date++) variances[date] += factor * plans[track].variance[date];
  });
  return Math.sqrt(variances.sort()[dates >> 1]);
}

function rootMeanSquare(values: Float64Array, row: number, width: number): number {
  const part = values.subarray(row * width, (row + 1) * width);
  return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / width);
}
