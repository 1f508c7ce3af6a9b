import { GroundTrendError, throwIfCancelled } from '../errors.js';
import { createRandom, type Random, spreadBits } from '../random.js';
import type { BatchOptions, Dataset, ReadReport } from '../series/dataset.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { trendCode } from '../series/trend-class.js';
import { egmsCalendar } from './calendars.js';
import {
  createSeriesStatistics,
  EGMS_COLUMNS,
  EGMS_FIELDS,
  lineOfSight,
  projectToLaea,
  type SeriesStatistics,
  simulatedPid,
} from './egms-attributes.js';
import { coherenceFromSigma } from './noise.js';
import { simulateSamples } from './samples.js';

export interface EgmsLikeOptions {
  readonly points: number;
  /** Default the dates of the release 2020_2024. */
  readonly axis?: EpochAxis;
  readonly seed?: number | string;
}

/** A stream of series in the form of an EGMS file, cheap to make, for benchmarks. */
export interface EgmsLikeScene {
  readonly dataset: Dataset;
  /** Class code, 0 to 4, of the point with this number. */
  labelAt(index: number): number;
}

/** Distinct motions and distinct noises; every point is one of each, so few repeat together. */
const MOTIONS_PER_CLASS = 64;
/** Upper ends of the shares of the five classes. */
const SHARE_ENDS = [0.73, 0.85, 0.92, 0.985, 1];
/** Motions are drawn as if in a noise of 0.05 mm; this makes them stand out of one of 2.6 mm. */
const MOTION_SIGMA_MM = 0.05;
const MOTION_NONCENTRALITY = 40_000;
const NOISES = 1024;
const TILE_M = 100_000;
const CORNER: readonly [longitude: number, latitude: number] = [12.2, 41.4];
const INCIDENCE_DEGREES = 38.5;
const TRACK_DEGREES = 191.4;
const DEFAULT_POINTS_PER_BATCH = 8192;

/** Series in rows, in tenths of a millimetre, with what EGMS computes from each. */
interface Block {
  readonly tenths: Int32Array;
  readonly statistics: readonly SeriesStatistics[];
}

/**
 * Any number of EGMS-like points, in batches, with memory that does not grow. Motions and noises are drawn once; each
 * point adds one of each. Attributes follow from those of its two parts; `rmse` and coherence as if the two were
 * unrelated. About three in four points are Stable.
 */
export function simulateEgmsLike(options: EgmsLikeOptions): EgmsLikeScene {
  if (!(options.points >= 1)) throw new GroundTrendError('usage', 'A scene needs at least one point.');
  const random = createRandom(options.seed ?? 0).fork('egms-like');
  const axis = options.axis ?? egmsCalendar('2020_2024');
  const dates = axis.days.length;
  const measure = createSeriesStatistics(axis);
  const describe = (values: Float32Array): Block => ({
    tenths: Int32Array.from(values, (value) => Math.round(10 * value)),
    statistics: Array.from({ length: values.length / dates }, (_, row) =>
      measure(values.subarray(row * dates, (row + 1) * dates)),
    ),
  });
  const motions = describe(drawMotions(axis, random));
  const noises = describe(drawNoises(axis, random));
  const picks = createPicker(random.integer(1 << 30));
  const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [] };

  return {
    labelAt: (index) => picks(index).code,
    dataset: {
      name: 'simulated-egms-like',
      format: 'simulated EGMS-like scene',
      axis,
      fields: EGMS_FIELDS,
      totalBytes: undefined,
      report,
      async *batches(batchOptions: BatchOptions = {}) {
        const size = batchOptions.pointsPerBatch ?? DEFAULT_POINTS_PER_BATCH;
        report.rowsRead = 0;
        for (let start = 0; start < options.points; start += size) {
          throwIfCancelled(batchOptions.signal);
          const count = Math.min(size, options.points - start);
          yield createBatch(axis, start, count, motions, noises, picks);
          report.rowsRead += count;
        }
      },
    },
  };
}

/** Noise-free series: 64 of each class, in the order of their codes. */
function drawMotions(axis: EpochAxis, random: Random): Float32Array {
  const classes = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'] as const;
  const dates = axis.days.length;
  const values = new Float32Array(classes.length * MOTIONS_PER_CLASS * dates);
  for (const label of classes) {
    const { displacements } = simulateSamples({
      kind: 'textbook',
      axis,
      seed: `${random.fork(label).integer(1 << 30)}`,
      classes: [label],
      seriesPerClass: MOTIONS_PER_CLASS,
      sigmaMm: MOTION_SIGMA_MM,
      leastNoncentrality: MOTION_NONCENTRALITY,
    });
    values.set(displacements, trendCode(label) * MOTIONS_PER_CLASS * dates);
  }
  return values;
}

/** Series of correlated noise around motions that hardly move. */
function drawNoises(axis: EpochAxis, random: Random): Float32Array {
  return simulateSamples({
    kind: 'textbook',
    axis,
    seed: `${random.fork('noises').integer(1 << 30)}`,
    classes: ['Stable'],
    seriesPerClass: NOISES,
    noise: 'correlated',
    hasSeason: false,
  }).displacements;
}

interface Pick {
  readonly code: number;
  readonly motion: number;
  readonly noise: number;
  /** Uniform in [0, 1), for the place. */
  readonly east: number;
  readonly north: number;
}

/** What a point is made of, from its number alone. */
function createPicker(seed: number): (index: number) => Pick {
  return (index) => {
    const first = spreadBits(index ^ seed);
    const second = spreadBits(first + 0x9e3779b9);
    const third = spreadBits(second + 0x9e3779b9);
    const fourth = spreadBits(third + 0x9e3779b9);
    const uniform = first / 4294967296;
    const code = SHARE_ENDS.findIndex((end) => uniform < end);
    return {
      code,
      motion: code * MOTIONS_PER_CLASS + (second % MOTIONS_PER_CLASS),
      noise: (second >>> 12) % NOISES,
      east: third / 4294967296,
      north: fourth / 4294967296,
    };
  };
}

function createBatch(
  axis: EpochAxis,
  start: number,
  count: number,
  motions: Block,
  noises: Block,
  picks: (index: number) => Pick,
): SeriesBatch {
  const dates = axis.days.length;
  const displacements = new Float32Array(count * dates);
  const longitude = new Float64Array(count);
  const latitude = new Float64Array(count);
  const pids = new Array<string>(count);
  const columns = EGMS_COLUMNS.map(([name]) => ({
    name,
    kind: 'number' as const,
    values: new Float64Array(count),
  }));
  const sight = lineOfSight(INCIDENCE_DEGREES, TRACK_DEGREES);
  for (let row = 0; row < count; row++) {
    const index = start + row;
    const { motion, noise, east, north } = picks(index);
    for (let i = 0; i < dates; i++) {
      displacements[row * dates + i] =
        (motions.tenths[motion * dates + i] + noises.tenths[noise * dates + i]) / 10;
    }
    pids[row] = simulatedPid(index);
    const x = east * TILE_M;
    const y = north * TILE_M;
    longitude[row] = CORNER[0] + x / 83_000;
    latitude[row] = CORNER[1] + y / 111_195;
    const [easting, northing] = projectToLaea(longitude[row], latitude[row]);
    const statistics = addStatistics(motions.statistics[motion], noises.statistics[noise]);
    const height = 120 + 0.003 * x;
    const values = {
      mp_type: 0,
      easting,
      northing,
      height,
      height_wgs84: height + 48.5,
      line: Math.floor(y / 14),
      pixel: Math.floor(x / 2.3),
      ...statistics,
      amplitude_dispersion: 0.12 + 0.1 * statistics.rmse,
      incidence_angle: INCIDENCE_DEGREES,
      track_angle: TRACK_DEGREES,
      ...sight,
    };
    for (const column of columns) column.values[row] = values[column.name];
  }
  return { axis, count, pids, longitude, latitude, displacements, attributes: columns };
}

function addStatistics(motion: SeriesStatistics, noise: SeriesStatistics): SeriesStatistics {
  const rmse = Math.hypot(motion.rmse, noise.rmse);
  const widening = rmse / noise.rmse;
  return {
    rmse,
    temporal_coherence: coherenceFromSigma(rmse),
    mean_velocity: motion.mean_velocity + noise.mean_velocity,
    mean_velocity_std: noise.mean_velocity_std * widening,
    acceleration: motion.acceleration + noise.acceleration,
    acceleration_std: noise.acceleration_std * widening,
    seasonality: Math.max(motion.seasonality, noise.seasonality),
    seasonality_std: noise.seasonality_std * widening,
  };
}
