import { DAYS_PER_YEAR, type EpochAxis } from '../series/epoch-axis.js';
import { type Jump, jumpsOfCycles } from './jumps.js';
import { labelCode } from './material-label.js';
import type { TextbookMotion } from './motions.js';

/** What is known of simulated series, a value each; `NaN` where it does not apply. */
export interface SampleTruth {
  /** At the first date for textbook motions; the mean over the span for material ones. */
  readonly velocityMmPerYear: Float32Array;
  readonly accelerationMmPerYear2: Float32Array;
  /** Days since 1970-01-01. */
  readonly breakDay: Float64Array;
  readonly velocityChangeMmPerYear: Float32Array;
  readonly sigmaMm: Float32Array;
  /** The least noncentrality against the rivals of the class. */
  readonly noncentrality: Float32Array;
  /** Codes with jumps set aside. */
  readonly trends: Uint8Array;
  /** One row a jump: the series, the day from which it counts, and its cycles. */
  readonly jumpSeries: Int32Array;
  readonly jumpDay: Int32Array;
  readonly jumpCycles: Float32Array;
}

/** A `SampleTruth` under way; series may be set in any order, each once. */
export interface TruthTable {
  setMotion(
    index: number,
    motion: TextbookMotion,
    cycles: ArrayLike<number>,
    sigmaMm: number,
    noncentrality: number,
  ): void;
  /** For motions that no formula describes. */
  setMaterial(
    index: number,
    trend: number,
    meanVelocityMmPerYear: number,
    jumps: readonly Jump[],
    sigmaMm: number,
  ): void;
  finish(): SampleTruth;
}

export function createTruthTable(axis: EpochAxis, count: number): TruthTable {
  const unknown = (): Float32Array => new Float32Array(count).fill(Number.NaN);
  const truth = {
    velocityMmPerYear: unknown(),
    accelerationMmPerYear2: unknown(),
    breakDay: new Float64Array(count).fill(Number.NaN),
    velocityChangeMmPerYear: unknown(),
    sigmaMm: unknown(),
    noncentrality: unknown(),
    trends: new Uint8Array(count),
  };
  const rows: { index: number; day: number; cycles: number }[] = [];

  function addJumps(index: number, jumps: readonly Jump[]): void {
    for (const jump of jumps) rows.push({ index, day: axis.days[jump.epoch], cycles: jump.cycles });
  }
  return {
    setMotion(index, motion, cycles, sigmaMm, noncentrality) {
      truth.trends[index] = labelCode(motion.trend);
      truth.velocityMmPerYear[index] = motion.velocityMmPerYear;
      truth.accelerationMmPerYear2[index] = motion.accelerationMmPerYear2;
      truth.breakDay[index] = axis.days[0] + motion.breakYears * DAYS_PER_YEAR;
      truth.velocityChangeMmPerYear[index] = motion.velocityChangeMmPerYear;
      truth.sigmaMm[index] = sigmaMm;
      truth.noncentrality[index] = noncentrality;
      addJumps(index, jumpsOfCycles(cycles));
    },
    setMaterial(index, trend, meanVelocityMmPerYear, jumps, sigmaMm) {
      truth.trends[index] = trend;
      truth.velocityMmPerYear[index] = meanVelocityMmPerYear;
      truth.sigmaMm[index] = sigmaMm;
      addJumps(index, jumps);
    },
    finish() {
      rows.sort((left, right) => left.index - right.index || left.day - right.day);
      return {
        ...truth,
        jumpSeries: Int32Array.from(rows, (row) => row.index),
        jumpDay: Int32Array.from(rows, (row) => row.day),
        jumpCycles: Float32Array.from(rows, (row) => row.cycles),
      };
    },
  };
}
