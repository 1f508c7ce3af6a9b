import { COEFFICIENT_COUNT, COEFFICIENTS } from './fit-geometry.js';
import { multiplyPlain } from './matrix-product.js';
import { createEdgeSums, type EdgeSums, fillEdgeSums } from './model-scans.js';
import { clippedDeviation } from './noise.js';
import type { SeriesPlan } from './series-plan.js';

/**
 * What is measured of every series beside its coefficients, by its place. r are its residuals about line and season
 * (ordinary).
 */
export const MEASURES = {
  /** y'Py: the whitened sum of squares about line and season. */
  whitened: 0,
  /** r'r. */
  squares: 1,
  /** Over neighbouring dates a nominal revisit apart: sum of products of r. */
  products: 2,
  /** Over the same: deviation of changes of r, robust (`clippedDeviation`). */
  changes: 3,
  /** Over all neighbouring dates: largest absolute change of r. */
  largestChange: 4,
  /**
   * Of the plan's `hingeNodes`, the place of the hinge that explains most, and h'Py of the hinges at the node before it,
   * there, and at the node after it.
   */
  hinge: 5,
  scoreBefore: 6,
  score: 7,
  scoreAfter: 8,
} as const;
export const MEASURE_COUNT = 9;

/** All that the closed forms need of many series, a row a series. */
export interface SeriesMeasures {
  /** u = P y at the plan's `epochs`. */
  readonly whitened: Float32Array;
  /** `COEFFICIENTS`; the constants are those of the series less its mean. */
  readonly coefficients: Float32Array;
  /** `MEASURES`. */
  readonly measures: Float32Array;
}

/**
 * Measures series on the dates of a plan, missing ones left out: `rows` is `count` x `plan.epochs.length`, mm.
 *
 * A collaborator, so that a runtime with wide vectors can take the place of the plain loops. The same plan comes back
 * for every batch of one file: what is prepared for it may be kept. The next call may overwrite the arrays given back.
 */
export type MeasureSeries = (
  plan: SeriesPlan,
  rows: Float32Array,
  count: number,
) => SeriesMeasures | Promise<SeriesMeasures>;

/** The measures in plain TypeScript. */
export function measurePlain(plan: SeriesPlan, rows: Float32Array, count: number): SeriesMeasures {
  const { epochs, axis, columns } = plan;
  const total = axis.days.length;
  const centred = new Float32Array(count * total);
  for (let row = 0; row < count; row++) centreRow(rows, row * epochs.length, epochs, centred, row * total);
  const products = multiplyPlain(centred, count, total, plan.matrix, columns);
  const whitened = new Float32Array(count * epochs.length);
  const coefficients = new Float32Array(count * COEFFICIENT_COUNT);
  const measures = new Float32Array(count * MEASURE_COUNT);
  const residuals = new Float64Array(epochs.length);
  const changes = new Float32Array(epochs.length);
  const sums = createEdgeSums(total);
  for (let row = 0; row < count; row++) {
    const start = row * columns;
    const u = whitened.subarray(row * epochs.length, (row + 1) * epochs.length);
    for (let i = 0; i < u.length; i++) u[i] = products[start + epochs[i]];
    const own = products.subarray(start + total, start + columns);
    coefficients.set(own, row * COEFFICIENT_COUNT);
    fillResiduals(plan, centred, row * total, own, residuals);
    const into = measures.subarray(row * MEASURE_COUNT, (row + 1) * MEASURE_COUNT);
    measureResiduals(plan, residuals, u, changes, into);
    fillEdgeSums(plan, whitened, row * epochs.length, sums);
    measureHinges(plan, sums, into);
  }
  return { whitened, coefficients, measures };
}

/**
 * Spreads a series over the axis, less its mean and zero where missing: keeps single-precision products exact enough.
 */
function centreRow(
  rows: Float32Array,
  offset: number,
  epochs: Int32Array,
  centred: Float32Array,
  target: number,
): void {
  let sum = 0;
  for (let i = 0; i < epochs.length; i++) sum += rows[offset + i];
  const mean = sum / epochs.length;
  for (let i = 0; i < epochs.length; i++) centred[target + epochs[i]] = rows[offset + i] - mean;
}

/** Residuals about line and season (ordinary) at the plan's dates. */
function fillResiduals(
  { epochs, axis: { years }, sine, cosine }: SeriesPlan,
  centred: Float32Array,
  offset: number,
  coefficients: Float32Array,
  residuals: Float64Array,
): void {
  const constant = coefficients[COEFFICIENTS.olsConstant];
  const velocity = coefficients[COEFFICIENTS.olsVelocity];
  const sineShare = coefficients[COEFFICIENTS.olsSine];
  const cosineShare = coefficients[COEFFICIENTS.olsCosine];
  for (let i = 0; i < epochs.length; i++) {
    const k = epochs[i];
    residuals[i] =
      centred[offset + k] - (constant + velocity * years[k] + sineShare * sine[k] + cosineShare * cosine[k]);
  }
}

function measureHinges(
  { hingeNodes, epochs, axis: { years }, edges: { inverseHinge } }: SeriesPlan,
  { ramps, steps }: EdgeSums,
  measures: Float32Array,
): void {
  const scoreAt = (place: number): number => {
    const epoch = epochs[hingeNodes[place]];
    return ramps[epoch] - years[epoch] * steps[epoch];
  };
  let best = 0;
  // The nodes at both ends are there for their neighbours only.
  for (let place = 1; place + 1 < hingeNodes.length; place++) {
    const score = scoreAt(place);
    const gain = score * score * inverseHinge[epochs[hingeNodes[place]]];
    if (gain <= best) continue;
    best = gain;
    measures[MEASURES.hinge] = place;
    measures[MEASURES.scoreBefore] = scoreAt(place - 1);
    measures[MEASURES.score] = score;
    measures[MEASURES.scoreAfter] = scoreAt(place + 1);
  }
}

/** What is summed over the residuals, which give the same whitened sum of squares as the series itself. */
function measureResiduals(
  { revisits, revisitCount }: SeriesPlan,
  residuals: Float64Array,
  whitened: Float32Array,
  changes: Float32Array,
  measures: Float32Array,
): void {
  let whitenedSquares = 0;
  let squares = 0;
  let products = 0;
  let pairs = 0;
  let largest = 0;
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i];
    whitenedSquares += residual * whitened[i];
    squares += residual * residual;
    if (i + 1 === residuals.length) break;
    const change = Math.abs(residuals[i + 1] - residual);
    if (change > largest) largest = change;
    if (revisits[i] === 0) continue;
    products += residual * residuals[i + 1];
    changes[pairs++] = change;
  }
  measures[MEASURES.whitened] = whitenedSquares;
  measures[MEASURES.squares] = squares;
  measures[MEASURES.products] = products;
  measures[MEASURES.changes] = clippedDeviation(changes, revisitCount);
  measures[MEASURES.largestChange] = largest;
}
