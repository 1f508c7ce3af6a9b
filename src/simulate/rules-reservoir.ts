import { throwIfCancelled } from '../errors.js';
import { createRandom, type Random } from '../random.js';
import type { BatchOptions, Dataset, ReadReport } from '../series/dataset.js';
import { DAYS_PER_YEAR, type EpochAxis, parseDay, spanYears } from '../series/epoch-axis.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { type TrendClass, trendCode } from '../series/trend-class.js';
import { cycleMm } from '../series/wavelength.js';
import { granadaCalendar } from './calendars.js';
import {
  createSeriesStatistics,
  EGMS_COLUMNS,
  EGMS_FIELDS,
  type EgmsRow,
  lineOfSight,
  projectToLaea,
  simulatedPid,
} from './egms-attributes.js';
import { drawJumps, TEXTBOOK_JUMP_PARAMETERS } from './jumps.js';
import { isClearly, MOTION_GRID, measureMotion, motionAt } from './material-label.js';
import { addWander } from './material-motions.js';
import { motionDisplacement, type TextbookMotion } from './motions.js';
import { addNoise, addSeason, roundToTenth, sigmaFromCoherence } from './noise.js';
import {
  createNoncentralityMeter,
  IDENTIFIABLE_NONCENTRALITY,
  type NoncentralityMeter,
  RIVALS,
} from './noncentrality.js';
import { fromLocal, landslides } from './reservoir-layout.js';
import { createSmoothField, drawReservoirPoints, type ReservoirPoint } from './reservoir-points.js';
import { createTruthTable, type SampleTruth } from './truth-table.js';

export { landslides };

/** Points of each class: 73 % Stable, 26 % moving, 56 errors of 4,459, as the paper's map has it. */
export const RULES_RESERVOIR_COUNTS: Readonly<Record<TrendClass, number>> = {
  Stable: 3247,
  Linear: 405,
  Quadratic: 360,
  Bilinear: 391,
  PUE: 56,
};

/** What is known of every point of a simulated scene. */
export interface SceneTruth {
  readonly pids: readonly string[];
  /** Class codes, 0 to 4. */
  readonly labels: Uint8Array;
  /** Name of the unstable area a point lies in, or empty. */
  readonly areas: readonly string[];
  readonly truth: SampleTruth;
}

export interface SimulatedScene extends SceneTruth {
  readonly dataset: Dataset;
}

/** Share of the variance of a series that is correlated in time, and for how long. */
const NOISE_COLOUR = { correlatedShare: 0.25, correlationDays: 40 };
/** Atmosphere that filters leave: the same for neighbours, new on every date. */
const ATMOSPHERE_MM = 0.5;
const ATMOSPHERE_SCALE_M = 2500;
const ATMOSPHERE_FIELDS = 6;
const INCIDENCE_DEGREES = 39;
const TRACK_DEGREES = -9;
/** Height of the ellipsoid above the geoid here, m. */
const GEOID_M = 48.6;
const DEFAULT_POINTS_PER_BATCH = 8192;

/**
 * Simulates the Rules Reservoir of Mirmazloumi et al. 2022: 4,459 points, 139 dates, the paper's class shares, and the
 * three landslides near their places. Motions, places and noise are invented; only the numbers above are the paper's.
 * Every motion has its class by the rules of materiality and stands out of its noise. The same seed gives the same
 * bytes.
 */
export function simulateRulesReservoir(seed: number | string = 2022): SimulatedScene {
  const random = createRandom(seed).fork('rules-reservoir');
  const axis = granadaCalendar(seed);
  const points = drawReservoirPoints(random.fork('points'));
  const { series, truth } = drawSceneSeries(axis, points, random.fork('series'));
  const pids = points.map((_, index) => simulatedPid(index));
  const labels = Uint8Array.from(points, (point) => trendCode(point.trend));
  const areas = points.map((point) => point.area);
  const batch = createSceneBatch(axis, points, pids, series, random.fork('attributes'));
  return { dataset: createSceneDataset(axis, batch), pids, labels, areas, truth };
}

function drawSceneSeries(
  axis: EpochAxis,
  points: readonly ReservoirPoint[],
  random: Random,
): { series: Float32Array; truth: SampleTruth } {
  const dates = axis.days.length;
  const series = new Float32Array(points.length * dates);
  const truth = createTruthTable(axis, points.length);
  const meter = createNoncentralityMeter(axis, { sigmaMm: 1, ...NOISE_COLOUR }, true);
  const drift = createSmoothField(1800, random.fork('drift'));
  const seasonPhase = createSmoothField(3000, random.fork('season'));
  const atmosphere = createAtmosphere(axis, random.fork('atmosphere'));
  points.forEach((point, index) => {
    const draw = random.fork(`point-${index}`);
    const sigmaMm = sigmaFromCoherence(point.coherence);
    const row = new Float64Array(dates);
    addNoise(row, axis, { sigmaMm, ...NOISE_COLOUR }, draw);
    const amplitudeMm = Math.abs(0.9 * draw.normal());
    const phase = seasonPhase(point.x, point.y) + 0.4 * draw.normal();
    addSeason(row, axis, { amplitudeMm, phase, growth: 0, semiannualShare: 0 });
    atmosphere(row, point.x, point.y);
    const signal = drawPointSignal(point, axis, drift(point.x, point.y), sigmaMm, meter, draw);
    for (let i = 0; i < dates; i++) series[index * dates + i] = roundToTenth(row[i] + signal.clean[i]);
    truth.setMotion(index, signal.motion, signal.cycles, sigmaMm, signal.noncentrality);
  });
  return { series, truth: truth.finish() };
}

interface PointSignal {
  readonly motion: TextbookMotion;
  readonly cycles: ArrayLike<number>;
  /** Motion, wander and jumps together, mm a date. */
  readonly clean: Float64Array;
  readonly noncentrality: number;
}

/**
 * Draws until the motion is clearly of its class and shows through its noise, with a slightly greater rate each time.
 */
function drawPointSignal(
  point: ReservoirPoint,
  axis: EpochAxis,
  drift: number,
  sigmaMm: number,
  meter: NoncentralityMeter,
  random: Random,
): PointSignal {
  const { years } = axis;
  const span = spanYears(axis);
  const isError = point.trend === 'PUE';
  const baseTrend = point.trend === 'PUE' ? (random.chance(0.4) ? 'Linear' : 'Stable') : point.trend;
  const grid = new Float64Array(MOTION_GRID);
  for (let rate = Math.max(4, point.rateMmPerYear); ; rate *= 1.06) {
    const motion = drawPointMotion(baseTrend, point, axis, rate, drift, random);
    for (let i = 0; i < MOTION_GRID; i++)
      grid[i] = motionDisplacement(motion, (span * i) / (MOTION_GRID - 1));
    addWander(grid, span, random.between(0, 2.2), random);
    if (!isClearly(baseTrend, measureMotion(grid))) continue;
    const clean = years.map((year) => motionAt(grid, year / span));
    const cycles = isError
      ? drawJumps(axis, random, TEXTBOOK_JUMP_PARAMETERS).cycles
      : new Float64Array(years.length);
    for (let i = 0; i < clean.length; i++) clean[i] += cycles[i] * cycleMm();
    const noncentrality = meter.least(clean, RIVALS[point.trend]) / sigmaMm ** 2;
    if (noncentrality >= IDENTIFIABLE_NONCENTRALITY) return { motion, cycles, clean, noncentrality };
  }
}

/** All slopes move away from the satellite. */
function drawPointMotion(
  trend: TextbookMotion['trend'],
  point: ReservoirPoint,
  axis: EpochAxis,
  rate: number,
  drift: number,
  random: Random,
): TextbookMotion {
  const span = spanYears(axis);
  const still = {
    trend,
    velocityMmPerYear: 0,
    accelerationMmPerYear2: 0,
    breakYears: Number.NaN,
    velocityChangeMmPerYear: 0,
  };
  const scatter = 1 + 0.08 * random.normal();
  switch (trend) {
    case 'Stable':
      return {
        ...still,
        velocityMmPerYear: Math.max(-0.6, Math.min(0.6, 0.2 * drift + 0.12 * random.normal())),
      };
    case 'Linear':
      return { ...still, velocityMmPerYear: -rate * scatter };
    case 'Quadratic': {
      const acceleration = (-1.9 * rate * scatter) / span;
      return {
        ...still,
        velocityMmPerYear: -rate * random.between(-0.15, 0.1),
        accelerationMmPerYear2: acceleration,
      };
    }
    case 'Bilinear': {
      const breakDay = (parseDay(point.breakDate) as number) + 20 * random.normal();
      return {
        ...still,
        velocityMmPerYear: -rate * random.between(-0.02, 0.06),
        breakYears: (breakDay - axis.days[0]) / DAYS_PER_YEAR,
        velocityChangeMmPerYear: -1.5 * rate * scatter,
      };
    }
  }
}

/** Adds what neighbours share: a few smooth fields, with new weights on every date. */
function createAtmosphere(
  axis: EpochAxis,
  random: Random,
): (target: Float64Array, x: number, y: number) => void {
  const fields = Array.from({ length: ATMOSPHERE_FIELDS }, (_, index) => ({
    valueAt: createSmoothField(ATMOSPHERE_SCALE_M, random.fork(`field-${index}`)),
    weights: Float64Array.from(
      axis.days,
      () => (ATMOSPHERE_MM * random.normal()) / Math.sqrt(ATMOSPHERE_FIELDS),
    ),
  }));
  return (target, x, y) => {
    for (const { valueAt, weights } of fields) {
      const value = valueAt(x, y);
      for (let i = 0; i < target.length; i++) target[i] += value * weights[i];
    }
  };
}

function createSceneBatch(
  axis: EpochAxis,
  points: readonly ReservoirPoint[],
  pids: readonly string[],
  displacements: Float32Array,
  random: Random,
): SeriesBatch {
  const count = points.length;
  const longitude = new Float64Array(count);
  const latitude = new Float64Array(count);
  const columns = EGMS_COLUMNS.map(([name]) => ({
    name,
    kind: 'number' as const,
    values: new Float64Array(count),
  }));
  const measure = createSeriesStatistics(axis);
  const dates = axis.days.length;
  points.forEach((point, index) => {
    const [east, north] = fromLocal(point.x, point.y);
    longitude[index] = roundTo(east, 6);
    latitude[index] = roundTo(north, 6);
    const [easting, northing] = projectToLaea(longitude[index], latitude[index]);
    const incidence = INCIDENCE_DEGREES + point.x / 20_000;
    const row: EgmsRow = {
      mp_type: 0,
      easting,
      northing,
      height: point.heightM,
      height_wgs84: point.heightM + GEOID_M,
      line: Math.round(700 - point.y / 14),
      pixel: Math.round(9000 + point.x / 2.3),
      amplitude_dispersion: 0.12 + 0.1 * sigmaFromCoherence(point.coherence) + 0.03 * random.uniform(),
      incidence_angle: incidence,
      track_angle: TRACK_DEGREES,
      ...lineOfSight(incidence, TRACK_DEGREES),
      ...measure(displacements.subarray(index * dates, (index + 1) * dates)),
    };
    EGMS_COLUMNS.forEach(([name, decimals], column) => {
      columns[column].values[index] = roundTo(row[name], decimals);
    });
  });
  return { axis, count, pids, longitude, latitude, displacements, attributes: columns };
}

function roundTo(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals + 0;
}

function createSceneDataset(axis: EpochAxis, whole: SeriesBatch): Dataset {
  const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [] };
  return {
    name: 'simulated-rules-reservoir',
    format: 'simulated scene (Rules Reservoir)',
    axis,
    fields: EGMS_FIELDS,
    totalBytes: undefined,
    report,
    async *batches(options: BatchOptions = {}) {
      const size = options.pointsPerBatch ?? DEFAULT_POINTS_PER_BATCH;
      report.rowsRead = 0;
      for (let start = 0; start < whole.count; start += size) {
        throwIfCancelled(options.signal);
        const batch = sliceBatch(whole, start, Math.min(whole.count, start + size));
        report.rowsRead += batch.count;
        yield batch;
      }
    },
  };
}

function sliceBatch(batch: SeriesBatch, start: number, end: number): SeriesBatch {
  const dates = batch.axis.days.length;
  return {
    axis: batch.axis,
    count: end - start,
    pids: batch.pids.slice(start, end),
    longitude: batch.longitude.slice(start, end),
    latitude: batch.latitude.slice(start, end),
    displacements: batch.displacements.slice(start * dates, end * dates),
    attributes: batch.attributes.map((column) =>
      column.kind === 'number'
        ? { ...column, values: column.values.slice(start, end) }
        : { ...column, values: column.values.slice(start, end) },
    ),
  };
}
