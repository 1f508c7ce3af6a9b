import type { PointColumns } from './active-points.js';

/** All that a classified map can tell about its points; what it lacks is left out. Missing numbers are `NaN`. */
export interface MapColumns extends PointColumns {
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
  /** mm/yr2. */
  readonly acceleration?: Float32Array;
  readonly accelerationError?: Float32Array;
  /** Whole days since 1970-01-01. */
  readonly breakDay?: Float32Array;
  /** mm/yr. */
  readonly velocityBefore?: Float32Array;
  readonly velocityAfter?: Float32Array;
}
