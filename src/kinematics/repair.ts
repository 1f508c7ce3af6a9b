import type { SeriesBatch } from '../series/series-batch.js';
import type { Describer } from './describe.js';
import type { Description } from './description.js';
import type { JumpPath, SubCycleStep } from './jumps.js';
import { findJumps, findSubCycleStep } from './jumps.js';
import { MODEL_COUNT, SMOOTH_MODELS } from './model-fits.js';
import type { NeighbourSupport } from './neighbours.js';
import { createNeighbourIndex, supportOfJumps } from './neighbours.js';
import { NO_REASON } from './plan-dates.js';
import { isUsablePlan } from './series-plan.js';
import type { SeriesFitter } from './smooth-fit.js';
import { createSeriesFitter } from './smooth-fit.js';

/** Least improvement of the information criterion: odds of about 150 to 1. */
const CLEAR_GAIN = 10;
/** The same where neighbours make the same jump. */
const SUPPORTED_GAIN = 4;
/** Neighbours that count as support, and their least share of those around. */
const SUPPORTING_POINTS = 2;
const SUPPORTING_SHARE = 0.25;
const NEIGHBOUR_RADIUS_METRES = 100;
/** Changes from date to date below this share of a cycle are not looked at, unless a step explains the series better. */
const CANDIDATE_CHANGE_CYCLES = 0.5;

export interface RepairOptions {
  /** Points to search besides those that show a large change or a step: the ones classed PUE, say. */
  readonly points?: Iterable<number>;
}

/** What became of one series in which jumps, or a step of part of a cycle, were found. */
export interface RepairFinding {
  readonly point: number;
  readonly path: JumpPath | undefined;
  readonly subCycleStep: SubCycleStep | undefined;
  /** The points around that make the first jump too. */
  readonly support: NeighbourSupport;
  /** Whether the evidence is clear enough to put the series right. */
  readonly accepted: boolean;
  /** Why it is not, or ''. */
  readonly refusal: string;
}

/** One line of the log of changes. */
export interface RepairLogEntry {
  readonly pid: string;
  /** Whole days since 1970-01-01 of the first date that was moved. */
  readonly day: number;
  readonly cycles: number;
  /** See `JumpPath.gain`. */
  readonly evidence: number;
  readonly neighbours: number;
}

/**
 * Searches a batch for jumps of whole cycles and judges each: accepted where the smooth motion becomes clearly more
 * likely without them, every jump measures whole cycles within 0.35, and both hold of the series itself (neighbours
 * lower the bar, they never decide). Steps of part of a cycle are told, not repaired.
 */
export function findRepairs(
  describer: Describer,
  batch: SeriesBatch,
  description: Description,
  options: RepairOptions = {},
): RepairFinding[] {
  const { cycle } = describer;
  const candidates = new Set<number>(options.points);
  for (let point = 0; point < batch.count; point++) {
    if (isCandidate(description, point, cycle)) candidates.add(point);
  }
  const search = createSearch(describer, batch);
  const found: { point: number; path: JumpPath | undefined; subCycleStep: SubCycleStep | undefined }[] = [];
  for (const point of [...candidates].sort((left, right) => left - right)) {
    if (description.reason[point] !== NO_REASON) continue;
    const { fitter, series } = search(point);
    const path = findJumps(fitter, series, cycle);
    const subCycleStep =
      path?.wholeCycles === true ? undefined : findSubCycleStep(fitter, series, cycle, CLEAR_GAIN);
    if (path !== undefined || subCycleStep !== undefined) found.push({ point, path, subCycleStep });
  }
  if (found.length === 0) return [];

  const index = createNeighbourIndex(batch.longitude, batch.latitude, NEIGHBOUR_RADIUS_METRES);
  const located = found.flatMap(({ point, path }) =>
    (path?.jumps ?? []).map(({ epoch, cycles }) => ({ point, epoch, cycles })),
  );
  const supports = supportOfJumps(index, located);
  let first = 0;
  return found.map(({ point, path, subCycleStep }) => {
    const own = supports.slice(first, first + (path?.jumps.length ?? 0));
    first += own.length;
    // A path is as well supported as its least supported jump.
    const support = own.reduce((least, next) => (next.sharing < least.sharing ? next : least), own[0]) ?? {
      near: 0,
      sharing: 0,
    };
    const refusal = refuse(path, support);
    return { point, path, subCycleStep, support, accepted: refusal === '', refusal };
  });
}

/** The accepted findings as corrected series: a copy, row-major, points x epochs; the batch keeps its own. */
export function correctSeries(
  batch: SeriesBatch,
  findings: readonly RepairFinding[],
  cycle: number,
): Float32Array {
  const epochs = batch.axis.days.length;
  const corrected = Float32Array.from(batch.displacements);
  for (const { point, path, accepted } of findings) {
    if (!accepted || path === undefined) continue;
    for (let i = 0; i < epochs; i++) corrected[point * epochs + i] -= path.cycles[i] * cycle;
  }
  return corrected;
}

/** One entry a change made. */
export function logRepairs(batch: SeriesBatch, findings: readonly RepairFinding[]): RepairLogEntry[] {
  return findings.flatMap(({ point, path, accepted, support }) =>
    accepted && path !== undefined
      ? path.jumps.map(({ epoch, cycles }) => ({
          pid: batch.pids[point],
          day: batch.axis.days[epoch],
          cycles,
          evidence: path.gain,
          neighbours: support.sharing,
        }))
      : [],
  );
}

function isCandidate(description: Description, point: number, cycle: number): boolean {
  if (description.reason[point] !== NO_REASON) return false;
  if (description.largestChange[point] > CANDIDATE_CHANGE_CYCLES * cycle) return true;
  const start = point * MODEL_COUNT;
  const criterion = description.criterion.subarray(start, start + MODEL_COUNT);
  return Math.min(...criterion.subarray(SMOOTH_MODELS)) < Math.min(...criterion.subarray(0, SMOOTH_MODELS));
}

function refuse(path: JumpPath | undefined, support: NeighbourSupport): string {
  if (path === undefined) return 'part of a cycle only';
  if (!path.wholeCycles) return 'not of whole cycles';
  if (!path.lasting) return 'the months before and after do not differ, or are too few';
  if (!path.smoothAfter) return 'not smooth once repaired';
  const supported =
    support.sharing >= SUPPORTING_POINTS && support.sharing >= SUPPORTING_SHARE * support.near;
  return path.gain >= (supported ? SUPPORTED_GAIN : CLEAR_GAIN) ? '' : 'evidence too weak';
}

/** Gives each point's series about zero and a fitter for its dates; points of one pattern share the fitter. */
function createSearch(
  describer: Describer,
  batch: SeriesBatch,
): (point: number) => { readonly fitter: SeriesFitter; readonly series: Float64Array } {
  const epochs = batch.axis.days.length;
  const fitters = new Map<string, SeriesFitter>();
  return (point) => {
    const series = Float64Array.from(batch.displacements.subarray(point * epochs, (point + 1) * epochs));
    const missing: number[] = [];
    let sum = 0;
    for (let i = 0; i < epochs; i++) {
      if (Number.isFinite(series[i])) sum += series[i];
      else missing.push(i);
    }
    const mean = sum / (epochs - missing.length);
    for (let i = 0; i < epochs; i++) series[i] = Number.isFinite(series[i]) ? series[i] - mean : 0;
    const key = missing.join(',');
    let fitter = fitters.get(key);
    if (fitter === undefined) {
      const plan = describer.planWithout(missing);
      if (!isUsablePlan(plan)) throw new RangeError('A series without numbers was to be searched for jumps.');
      fitter = createSeriesFitter(plan, describer.cycle);
      if (fitters.size < 8) fitters.set(key, fitter);
    }
    return { fitter, series };
  };
}
