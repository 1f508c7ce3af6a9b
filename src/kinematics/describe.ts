import type { EpochAxis } from '../series/epoch-axis.js';
import { areFinite } from '../series/finite-values.js';
import type { SeriesBatch } from '../series/series-batch.js';
import { cycleMm } from '../series/wavelength.js';
import { calibrateBreaks, UNCALIBRATED } from './break-calibration.js';
import type { PointSettings } from './describe-point.js';
import { createPointBuffers, describePoint } from './describe-point.js';
import type { Description } from './description.js';
import { clearDescription, createDescription } from './description.js';
import type { NoiseModel } from './noise-model.js';
import { WHITE_NOISE } from './noise-model.js';
import { REASON_FEW_VALUES } from './plan-dates.js';
import type { MeasureSeries } from './series-measures.js';
import { measurePlain } from './series-measures.js';
import type { EmptyPlan, SeriesPlan } from './series-plan.js';
import { isUsablePlan, planSeries, precisionOf } from './series-plan.js';

/** Series measured at once: few enough to stay in cache, many enough to pay for the call. */
const SERIES_PER_CALL = 256;
/** Groups of fewer points than this are measured here: a runtime would spend longer on preparing the matrices. */
const MIN_POINTS_FOR_COLLABORATOR = 64;
/** Plans of missing patterns that are kept from batch to batch. */
const KEPT_PLANS = 16;

export interface DescriberOptions {
  readonly axis: EpochAxis;
  /** How the noise hangs together; independent dates where left out. */
  readonly noise?: NoiseModel;
  /** Measures the series; plain loops where left out. `createRuntimeMeasurer` is faster. */
  readonly measure?: MeasureSeries;
  /** Radar wavelength; Sentinel-1's where left out. */
  readonly wavelengthMm?: number;
}

/** The points of a batch that are looked at more closely than others, which takes time. */
export interface CloseSearch {
  /** Whether a point is searched for steps whatever it looks like; others are where some change suggests one. */
  readonly seeksSteps: (point: number) => boolean;
  /** Whether a point is told its break. */
  readonly tellsBreak: (point: number) => boolean;
}

const EVERY_POINT: CloseSearch = { seeksSteps: () => true, tellsBreak: () => true };

/** Describes the batches of one file; what depends on dates only is worked out once. */
export interface Describer {
  readonly axis: EpochAxis;
  readonly noise: NoiseModel;
  /** Displacement of one cycle of phase, mm. */
  readonly cycle: number;
  /** The plan of these dates without the given ones. */
  planWithout(missing: readonly number[]): SeriesPlan | EmptyPlan;
  /**
   * The numbers of every point of a batch on this axis. Points without enough to go on get a reason instead. All are
   * searched closely unless `closely` says which. Where the caller knows that no displacement is missing, `isComplete`
   * spares the search.
   */
  describe(batch: SeriesBatch, closely?: CloseSearch, isComplete?: boolean): Promise<Description>;
  /** Takes a description back that nobody needs any more: the next one of as many points is written into its memory. */
  recycle(description: Description): void;
}

/**
 * Prepares the fits for one axis; `describe` then gives rates, accelerations, breaks, jumps, season and noise of
 * batches.
 *
 * ```ts
 * import { createDescriber, createEpochAxis, fitMotion } from 'groundtrend';
 *
 * const axis = createEpochAxis(Array.from({ length: 100 }, (_, i) => 18_000 + 12 * i));
 * const describer = createDescriber({ axis, wavelengthMm: 55.47 });
 * const series = Float32Array.from(axis.years, (year, i) => -8 * year + (i % 2 ? 0.5 : -0.5));
 * const fitted = await fitMotion(describer, series, { shape: 'linear' });
 * console.log(fitted?.description.velocity[0].toFixed(1)); // -8.0
 * ```
 */
export function createDescriber(options: DescriberOptions): Describer {
  const { axis, noise = WHITE_NOISE, measure = measurePlain } = options;
  const cycle = cycleMm(options.wavelengthMm);
  const epochs = axis.days.length;
  const precision = precisionOf(noise, axis);
  const complete = planSeries(axis, noise, precision);
  // Worked out when the first series asks for it, since it takes the measurer.
  let settings: Promise<PointSettings> | undefined;
  const buffers = createPointBuffers(epochs);
  const kept = new Map<string, SeriesPlan | EmptyPlan>();
  let spare: Description | undefined;

  async function prepareSettings(): Promise<PointSettings> {
    return {
      cycle,
      breakCalibration: isUsablePlan(complete) ? await calibrateBreaks(complete, measure) : UNCALIBRATED,
    };
  }

  function planWithout(missing: readonly number[]): SeriesPlan | EmptyPlan {
    if (missing.length === 0) return complete;
    const key = missing.join(',');
    let plan = kept.get(key);
    if (plan === undefined) {
      plan = planSeries(axis, noise, precision, missing);
      const oldest = kept.size >= KEPT_PLANS ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
    } else {
      kept.delete(key);
    }
    kept.set(key, plan);
    return plan;
  }

  async function describeGroup(
    batch: SeriesBatch,
    { missing, points }: PointGroup,
    description: Description,
    { seeksSteps, tellsBreak }: CloseSearch,
  ): Promise<void> {
    const plan = planWithout(missing);
    if (!isUsablePlan(plan)) {
      for (let i = 0; i < points.length; i++) description.reason[points[i]] = plan.reason;
      return;
    }
    settings ??= prepareSettings();
    const pointSettings = await settings;
    const measureGroup = points.length >= MIN_POINTS_FOR_COLLABORATOR ? measure : measurePlain;
    let gathered: Float32Array | undefined;
    for (let start = 0; start < points.length; start += SERIES_PER_CALL) {
      const count = Math.min(SERIES_PER_CALL, points.length - start);
      const first = points[start];
      let rows: Float32Array;
      if (plan === complete && points[start + count - 1] - first + 1 === count) {
        rows = batch.displacements.subarray(first * epochs, (first + count) * epochs);
      } else {
        gathered ??= new Float32Array(Math.min(SERIES_PER_CALL, points.length) * plan.epochs.length);
        rows = gatherRows(batch, points.slice(start, start + count), plan, gathered);
      }
      const measures = await measureGroup(plan, rows, count);
      for (let row = 0; row < count; row++) {
        const point = points[start + row];
        describePoint(
          plan,
          measures,
          row,
          pointSettings,
          buffers,
          description,
          point,
          seeksSteps(point),
          tellsBreak(point),
        );
      }
    }
  }

  return {
    axis,
    noise,
    cycle,
    planWithout,
    async describe(batch, closely = EVERY_POINT, isComplete = false) {
      const isRoom = spare?.count === batch.count;
      const description = isRoom ? clearDescription(spare!) : createDescription(batch.count);
      spare = undefined;
      const groups = groupPoints(batch.displacements, batch.count, epochs, isComplete, description.reason);
      for (const group of groups) await describeGroup(batch, group, description, closely);
      return description;
    },
    recycle(description) {
      spare = description;
    },
  };
}

/** Points that lack the same dates. */
interface PointGroup {
  readonly missing: readonly number[];
  readonly points: number[];
}

const NOTHING_MISSING: readonly number[] = [];

/** The points of a batch, those without a gap first; what takes too few values gets that for a reason instead. */
function groupPoints(
  displacements: Float32Array,
  count: number,
  epochs: number,
  isComplete: boolean,
  reasons: Uint8Array,
): Iterable<PointGroup> {
  const complete: PointGroup = { missing: NOTHING_MISSING, points: [] };
  const groups = new Map<string, PointGroup>();
  for (let point = 0; point < count; point++) {
    const missing = isComplete ? NOTHING_MISSING : missingEpochs(displacements, point * epochs, epochs);
    if (missing.length < epochs && hasFewValues(displacements, point * epochs, epochs)) {
      reasons[point] = REASON_FEW_VALUES;
    } else if (missing.length === 0) complete.points.push(point);
    else {
      const key = missing.join(',');
      const group = groups.get(key);
      if (group) group.points.push(point);
      else groups.set(key, { missing, points: [point] });
    }
  }
  return complete.points.length > 0 ? [complete, ...groups.values()] : groups.values();
}

function missingEpochs(values: Float32Array, offset: number, epochs: number): readonly number[] {
  if (areFinite(values, offset, offset + epochs)) return NOTHING_MISSING;
  const missing: number[] = [];
  for (let i = 0; i < epochs; i++) if (!Number.isFinite(values[offset + i])) missing.push(i);
  return missing;
}

/** Whether a series takes fewer than three distinct values. */
function hasFewValues(values: Float32Array, offset: number, epochs: number): boolean {
  let first = Number.NaN;
  let second = Number.NaN;
  for (let i = 0; i < epochs; i++) {
    const value = values[offset + i];
    if (!Number.isFinite(value) || value === first || value === second) continue;
    if (Number.isNaN(first)) first = value;
    else if (Number.isNaN(second)) second = value;
    else return false;
  }
  return true;
}

/** The values of some points at the dates of a plan. */
function gatherRows(
  { axis, displacements }: SeriesBatch,
  points: readonly number[],
  { epochs }: SeriesPlan,
  gathered: Float32Array,
): Float32Array {
  const total = axis.days.length;
  points.forEach((point, row) => {
    for (let i = 0; i < epochs.length; i++) {
      gathered[row * epochs.length + i] = displacements[point * total + epochs[i]];
    }
  });
  return gathered.subarray(0, points.length * epochs.length);
}
