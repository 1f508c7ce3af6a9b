import { GroundTrendError } from '../errors.js';
import type { Calibration } from '../network/inference-model.js';

/** No class of a map is thought rarer than this, so that the first point of a rare class can still be seen. */
export const LEAST_CLASS_SHARE = 0.002;
/** Below so many points the shares of a file are not estimated: there are too few of the rare classes among them. */
const FEWEST_POINTS_FOR_SHARES = 1000;
/** Shares of the paper's map, in the order of `TREND_CLASSES`: three quarters Stable, one in eighty PUE. */
export const PAPER_MAP_SHARES: readonly number[] = [0.73, 0.09, 0.08, 0.087, 0.013];

const MOST_KEPT_POINTS = 200_000;
const MOST_ROUNDS = 500;
const CONVERGED = 1e-7;

/** Shares of classes found in a file, and how many points they rest on. */
export interface EstimatedShares {
  /** One a class, adding up to one, none below `LEAST_CLASS_SHARE`. */
  readonly shares: Float64Array;
  readonly points: number;
  /** False where there were too few points: the shares are then those that the model was trained with. */
  readonly isEstimated: boolean;
}

/** Gathers probabilities batch by batch and finds the class shares behind them; memory stays bounded. */
export interface ShareEstimator {
  /** `probabilities`: row-major, `count` x classes, under the training shares. */
  add(probabilities: Float32Array, count: number): void;
  finish(): EstimatedShares;
}

/**
 * Estimates class shares as points go by. Of a large file every k-th point is kept (k doubles whenever 200,000 are
 * held), which is plenty: shares are then good to a tenth of a percent.
 */
export function createShareEstimator(
  classCount: number,
  trainingShares: ArrayLike<number> = evenShares(classCount),
): ShareEstimator {
  let kept = new Float32Array(0);
  let length = 0;
  let every = 1;
  let seen = 0;
  const grow = (needed: number): void => {
    if (needed <= kept.length) return;
    const larger = new Float32Array(Math.max(needed, 2 * kept.length, 4096 * classCount));
    larger.set(kept.subarray(0, length));
    kept = larger;
  };
  return {
    add(probabilities, count) {
      for (let row = 0; row < count; row++) {
        if (seen++ % every !== 0) continue;
        const values = probabilities.subarray(row * classCount, (row + 1) * classCount);
        if (!values.every(Number.isFinite)) continue;
        grow(length + classCount);
        kept.set(values, length);
        length += classCount;
        if (length < MOST_KEPT_POINTS * classCount) continue;
        const half = length / classCount / 2;
        for (let i = 0; i < half; i++) {
          kept.copyWithin(i * classCount, 2 * i * classCount, (2 * i + 1) * classCount);
        }
        length = half * classCount;
        every *= 2;
      }
    },
    finish() {
      const points = length / classCount;
      if (points < FEWEST_POINTS_FOR_SHARES) {
        return { shares: Float64Array.from(trainingShares), points, isEstimated: false };
      }
      const shares = estimateShares(kept.subarray(0, length), classCount, trainingShares);
      return { shares, points, isEstimated: true };
    },
  };
}

/**
 * The class shares under which calibrated probabilities explain a file best, by expectation-maximisation (Saerens,
 * Latinne and Decaestecker 2002): probabilities under the training shares are re-weighted by the ratio of shares, and
 * their mean becomes the next estimate, until nothing changes.
 *
 * `probabilities` is row-major, points x classes; no share falls below `LEAST_CLASS_SHARE`.
 */
export function estimateShares(
  probabilities: Float32Array,
  classCount: number,
  trainingShares: ArrayLike<number> = evenShares(classCount),
): Float64Array {
  const points = probabilities.length / classCount;
  let shares: Float64Array = Float64Array.from(trainingShares);
  const ratios = new Float64Array(classCount);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const sums = new Float64Array(classCount);
    for (let k = 0; k < classCount; k++) ratios[k] = shares[k] / trainingShares[k];
    for (let start = 0; start < probabilities.length; start += classCount) {
      let total = 0;
      for (let k = 0; k < classCount; k++) total += probabilities[start + k] * ratios[k];
      for (let k = 0; k < classCount; k++) sums[k] += (probabilities[start + k] * ratios[k]) / total;
    }
    const next = withFloor(sums.map((sum) => sum / points));
    const change = next.reduce((most, share, k) => Math.max(most, Math.abs(share - shares[k])), 0);
    shares = next;
    if (change < CONVERGED) break;
  }
  return shares;
}

/**
 * Makes probabilities, in place, as sure of real series as labelled ones allow: p'(c) is proportional to
 * p(c)^(1 / temperature) exp(bias(c)). A network taught by simulations is too sure of real series near the borders of a
 * class, and expectation-maximisation on such probabilities lets the larger class swallow the smaller.
 */
export function calibrateForReal(
  probabilities: Float32Array,
  count: number,
  { temperature, biases }: Calibration,
): void {
  const classCount = biases.length;
  for (let row = 0; row < count; row++) {
    const values = probabilities.subarray(row * classCount, (row + 1) * classCount);
    let total = 0;
    for (let k = 0; k < classCount; k++) {
      values[k] = values[k] ** (1 / temperature) * Math.exp(biases[k]);
      total += values[k];
    }
    for (let k = 0; k < classCount; k++) values[k] /= total;
  }
}

/** Probabilities under other class shares, in place: p'(c) is proportional to p(c) times the ratio of the shares. */
export function applyShares(
  probabilities: Float32Array,
  count: number,
  shares: ArrayLike<number>,
  trainingShares: ArrayLike<number> = evenShares(shares.length),
): void {
  const classCount = shares.length;
  for (let row = 0; row < count; row++) {
    const start = row * classCount;
    let total = 0;
    for (let k = 0; k < classCount; k++) total += (probabilities[start + k] * shares[k]) / trainingShares[k];
    if (!(total > 0)) continue;
    for (let k = 0; k < classCount; k++) {
      probabilities[start + k] = (probabilities[start + k] * shares[k]) / trainingShares[k] / total;
    }
  }
}

/**
 * Reads class shares from text: JSON (`{"Stable": 0.8, ...}`) or lines of `class,share`. Classes that are not named get
 * the least share; the whole is scaled to one. Throws `input` for unknown classes, bad numbers, or nothing at all.
 */
export function parseShares(text: string, classes: readonly string[], file?: string): Float64Array {
  const found = new Map<string, number>();
  for (const [name, value] of shareEntries(text)) {
    const code = classes.findIndex((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (code < 0) throw badShares(`"${name}" is none of the model's classes (${classes.join(', ')}).`, file);
    if (!(value >= 0) || !Number.isFinite(value))
      throw badShares(`The share of ${name} is no number of 0 or more.`, file);
    found.set(classes[code], value);
  }
  const total = [...found.values()].reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) throw badShares('There are no class shares here.', file);
  return withFloor(Float64Array.from(classes, (name) => (found.get(name) ?? 0) / total));
}

function evenShares(classCount: number): Float64Array {
  return new Float64Array(classCount).fill(1 / classCount);
}

function shareEntries(text: string): [string, number][] {
  if (text.trim().startsWith('{')) {
    try {
      return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
        name,
        Number(value),
      ]);
    } catch (cause) {
      throw new GroundTrendError('input', 'The class shares are not JSON.', { cause });
    }
  }
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const cells = rows.map((line) => line.split(/[,;\t]/).map((cell) => cell.trim()));
  // A first line of titles has no number in it.
  const start = cells.length > 0 && Number.isNaN(Number(cells[0][1])) ? 1 : 0;
  return cells.slice(start).map(([name, value]) => [name, Number(value)]);
}

function badShares(what: string, file: string | undefined): GroundTrendError {
  return new GroundTrendError('input', what, {
    place: { file },
    advice: 'Give one line a class, such as Stable,0.8 - or JSON: {"Stable": 0.8, "Linear": 0.1, ...}.',
  });
}

/** Raises what is below the least share to it, at the cost of the others. */
function withFloor(shares: Float64Array): Float64Array {
  const low = shares.map((share) => (share < LEAST_CLASS_SHARE ? 1 : 0));
  const lowCount = low.reduce((sum, value) => sum + value, 0);
  const rest = shares.reduce((sum, share, k) => sum + (low[k] === 1 ? 0 : share), 0);
  const scale = (1 - lowCount * LEAST_CLASS_SHARE) / rest;
  return shares.map((share, k) => (low[k] === 1 ? LEAST_CLASS_SHARE : share * scale));
}
