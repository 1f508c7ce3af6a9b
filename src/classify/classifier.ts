import type { Calibration } from '../network/inference-model.js';
import type { EpochAxis } from '../series/epoch-axis.js';

/** What the trend head of a network tells apart: jumps set aside, there is no PUE, but Other. */
export const TRENDS_WITHOUT_JUMPS = ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'Other'] as const;

/**
 * What a model says of some series.
 *
 * `probabilities` is row-major, `count` x classes, every row summing to one. `outOfFamily` is the probability that no
 * class describes the series honestly and `jump` that it jumps by about a cycle, whatever its trend; they may be absent
 * where a model does not tell.
 */
export interface ClassScores {
  readonly probabilities: Float32Array;
  readonly outOfFamily?: Float32Array;
  readonly jump?: Float32Array;
  /** Positions in `TRENDS_WITHOUT_JUMPS`: the likeliest trend with jumps set aside. */
  readonly trend?: Uint8Array;
}

/** A classifier made ready for one date axis. */
export interface BoundClassifier {
  /**
   * `displacements`: row-major, `count` x epochs, mm, `NaN` = missing. Where the caller knows that nothing is missing,
   * `isComplete` spares the search.
   */
  classify(displacements: Float32Array, count: number, isComplete?: boolean): Promise<ClassScores>;
  /** Gives back what the runtime holds. */
  dispose(): Promise<void>;
}

/** Anything that sorts series into named classes: a network from a model file, or the classical test tree. */
export interface Classifier {
  readonly name: string;
  readonly classes: readonly string[];
  /** SHA-256 of the model file, or a version name for a classifier without one. */
  readonly fingerprint: string;
  /** How sure the probabilities may be of real series, where that is known: see `calibrateForReal`. */
  readonly realCalibration?: Calibration;
  /** Throws `model` where this classifier cannot take the axis, and says what it can take. */
  checkAxis(axis: EpochAxis): void;
  /** Makes everything ready that depends on the dates alone. Throws as `checkAxis` does. */
  bind(axis: EpochAxis): Promise<BoundClassifier>;
}
