import { hingeColumn } from './bases.js';
import { COEFFICIENTS } from './fit-geometry.js';
import { multiplyVector, solveWeightedLeastSquares } from './linear-algebra.js';
import type { ModelFits, ScanBuffers } from './model-fits.js';
import { createModelFits, createScanBuffers, fitModels } from './model-fits.js';
import { fillEdgeSums } from './model-scans.js';
import { DEVIATION_OF_MEDIAN, selectMedian } from './noise.js';
import type { SeriesPlan } from './series-plan.js';

/** Residuals beyond this many deviations count less (Huber). */
const HUBER = 2;
const PASSES = 4;
/** A hinge nearer to an end than this share of the span would rather follow a jump than a motion. */
const HINGE_MARGIN = 0.12;

/** Fits single series, one after the other, under one plan. */
export interface SeriesFitter {
  readonly plan: SeriesPlan;
  readonly fits: ModelFits;
  readonly buffers: ScanBuffers;
  /** Fills `fits` and `buffers` for a series (axis epochs; missing dates hold any finite value). */
  fit(series: Float64Array): void;
  /** The best smooth model of the last `fit` by information criterion. */
  bestSmooth(): number;
  /** A robust fit of that model, and its residuals' variance; values at the plan's dates in their order. */
  smooth(series: Float64Array): { readonly values: Float64Array; readonly variance: number };
}

export function createSeriesFitter(plan: SeriesPlan, cycle: number): SeriesFitter {
  const total = plan.axis.days.length;
  const { residual } = plan;
  const { columns } = plan.generalised.projection;
  const fits = createModelFits();
  const buffers = createScanBuffers(total);
  const first = plan.axis.years[plan.epochs[0]];
  const last = plan.axis.years[plan.epochs[plan.epochs.length - 1]];
  const pick = (column: ArrayLike<number>): Float64Array =>
    Float64Array.from(plan.epochs, (epoch) => column[epoch]);
  const squares = pick(plan.axis.years.map((year) => year * year));
  const base = columns.map(pick);

  const fitter: SeriesFitter = {
    plan,
    fits,
    buffers,
    fit(series) {
      const whitened = multiplyVector(residual, total, total, series);
      let sumOfSquares = 0;
      for (let i = 0; i < total; i++) sumOfSquares += series[i] * whitened[i];
      const [velocity, quadraticScore] = [COEFFICIENTS.glsVelocity, COEFFICIENTS.glsQuadratic].map(
        (index) => {
          let sum = 0;
          for (let i = 0; i < total; i++) sum += series[i] * plan.matrix[i * plan.columns + total + index];
          return sum;
        },
      );
      fillEdgeSums(plan, pick(whitened), 0, buffers);
      fitModels(plan, velocity, quadraticScore, Math.max(0, sumOfSquares), cycle, buffers, fits);
    },
    bestSmooth() {
      let best = 0;
      for (let model = 1; model < 3; model++) {
        if (fits.criterion[model] < fits.criterion[best]) best = model;
      }
      const share = (fits.breakFit.years - first) / (last - first);
      const central = share >= HINGE_MARGIN && share <= 1 - HINGE_MARGIN;
      return central && fits.criterion[3] < fits.criterion[best] ? 3 : best;
    },
    smooth(series) {
      const model = fitter.bestSmooth();
      const chosen = model === 0 ? base.filter((_, index) => index !== 1) : [...base];
      if (model === 2) chosen.push(squares);
      if (model === 3) chosen.push(pick(hingeColumn(plan.axis, fits.breakFit.years)));
      return fitRobustly(chosen, pick(series));
    },
  };
  return fitter;
}

/** Huber's estimate by weighting anew; the deviation comes from the median of absolute residuals. */
function fitRobustly(
  columns: readonly Float64Array[],
  values: Float64Array,
): { readonly values: Float64Array; readonly variance: number } {
  const count = values.length;
  const weights = new Float64Array(count).fill(1);
  const fitted = new Float64Array(count);
  const sizes = new Float64Array(count);
  let deviation = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const coefficients = solveWeightedLeastSquares(columns, values, weights);
    if (coefficients === undefined) break;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let index = 0; index < columns.length; index++) sum += coefficients[index] * columns[index][i];
      fitted[i] = sum;
      sizes[i] = Math.abs(values[i] - sum);
    }
    deviation = Math.max(0.1, DEVIATION_OF_MEDIAN * selectMedian(Float64Array.from(sizes), count));
    for (let i = 0; i < count; i++) weights[i] = Math.min(1, (HUBER * deviation) / Math.max(sizes[i], 1e-9));
  }
  return { values: fitted, variance: deviation * deviation };
}
