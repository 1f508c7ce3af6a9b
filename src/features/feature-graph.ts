import type { Tensor } from '../network/graph.js';
import { tanh } from '../network/ops/activation.js';
import { absolute, add, divide, multiply, square, squareRoot, subtract } from '../network/ops/arithmetic.js';
import { concat, reshape } from '../network/ops/shape.js';
import type { EpochAxis } from '../series/epoch-axis.js';
import { type AxisMatrices, buildAxisMatrices, SHAPE_SHARES } from './axis-matrices.js';
import { measureEvidence } from './evidence-features.js';
import { measureExcursions, measureShifts } from './excursion-features.js';
import { createFeatureColumns } from './feature-columns.js';
import { type ExtentName, FEATURE_EXTENTS, type FeatureExtent } from './feature-extent.js';
import {
  applyRows,
  columns,
  firstRows,
  rowMax,
  rowMean,
  rowSum,
  rowSumOfSquares,
  shiftBack,
} from './graph-rows.js';
import { measureLocalSteps } from './local-steps.js';
import { measureNoise, smoothRobustly } from './noise-features.js';
import { courseAt, courseIn, takeOffCourse } from './own-course.js';
import { measureShape, type Shape } from './shape-features.js';
import { appendSieveFeatures } from './sieve-features.js';
import { measureSteps } from './step-features.js';

export interface FeatureSettings {
  /** What counts as material, mm: every length is measured in it. */
  readonly materialMm: number;
  /** Half a wavelength, mm. */
  readonly cycleMm: number;
}

/** The front end of the networks: numbers that describe a series whatever its dates. */
export interface FeatureTensors {
  /** [batch, names.length] */
  readonly features: Tensor;
  readonly names: readonly string[];
  /**
   * Appends [batch, SHAPE_GRID, GRID_CHANNELS]: the series as seen on a regular grid of normalised time. A sieve sees no
   * grid.
   */
  readonly grid?: () => Tensor;
}

export const GRID_CHANNELS = 7;

/**
 * Appends the front end to a graph: from displacements [batch, epochs] in mm, gaps filled, to features and grid.
 *
 * Only matrix products, elementwise functions and reductions along a row; see docs/model.md for what each is for.
 */
export function appendFeatures(
  displacement: Tensor,
  axis: EpochAxis,
  settings: FeatureSettings,
  name: ExtentName,
): FeatureTensors {
  if (name === 'sieve') return appendSieveFeatures(displacement, axis, settings);
  const extent = FEATURE_EXTENTS[name];
  return appendWholeFeatures(displacement, buildAxisMatrices(axis, extent), settings, extent);
}

function appendWholeFeatures(
  displacement: Tensor,
  matrices: AxisMatrices,
  settings: FeatureSettings,
  extent: FeatureExtent,
): FeatureTensors {
  const cycle = settings.cycleMm / settings.materialMm;
  const { y, course } = takeOffCourse(multiply(displacement, 1 / settings.materialMm), matrices.ownCourse);
  const features = createFeatureColumns();

  const robust = smoothRobustly(y, matrices.shortSmoother, extent);
  const { combined } = matrices;
  const measured = applyRows(robust.clipped, 'combined', combined.rows);
  const withCourse = add(measured, courseIn(course, 'combined', combined.rows, matrices.ownCourse.shapes));
  const partOf = ([start, end]: readonly [number, number], of = measured) => columns(of, start, end);
  const season = partOf(combined.seasonFit);
  features.add('annual', squareRoot(rowSumOfSquares(columns(season, 0, 2))));
  features.add('semiannual', squareRoot(rowSumOfSquares(columns(season, 2, 4))));

  const gridded = applyRows(robust.clipped, 'to_shape_grid', matrices.toShapeGrid);
  const shape = measureShape(gridded, course, extent, features);
  const clippedSquares = rowSumOfSquares(robust.clipped);
  // |x - Ws|^2 = |x|^2 - s'(2 W'x - W'W s): the series without its season itself is not needed.
  const seasonSquares = rowSum(
    multiply(
      season,
      subtract(multiply(partOf(combined.waves), 2), applyRows(season, 'season_gram', matrices.seasonGram)),
    ),
  );
  measureEvidence(
    {
      squares: subtract(clippedSquares, seasonSquares),
      left: square(partOf(combined.polynomials)),
      whole: square(partOf(combined.polynomials, withCourse)),
      hingeGain: rowMax(square(partOf(combined.hinges, withCourse))),
      noise: robust.clippedNoise,
    },
    matrices.epochs,
    features,
  );
  const nodes = applyRows(robust.clipped, 'long_smoother_gather', matrices.longSmoother.gather);
  const rest = subtract(y, applyRows(nodes, 'long_smoother_spread', matrices.longSmoother.spread));
  const restSize = absolute(rest);
  measureExcursions(rest, restSize, cycle, extent, features);
  const next = shiftBack(y, 1, 0);
  measureShifts(y, next, features);
  const stepRows = firstRows(matrices.steps.rows, matrices.steps.besideLine.length);
  measureSteps(
    {
      y,
      course: courseIn(course, 'steps', stepRows, matrices.ownCourse.shapes),
      squares: clippedSquares,
      left: square(partOf(combined.stepBasis)),
      whole: square(partOf(combined.stepBasis, withCourse)),
    },
    matrices.steps,
    cycle,
    features,
  );
  measureLocalSteps(y, matrices.localSteps, features);
  measureNoise(y, next, robust, { rest, size: restSize }, shape.lineRest, features);
  features.addFixed('span', Math.log(matrices.spanYears / 4));
  features.addFixed('dates', Math.log(matrices.epochs / 200));
  features.addFixed('step', Math.log(matrices.medianStepYears * 30));
  features.addFixed('cycle', Math.log(cycle / 5.5));

  const grid = () => {
    const rest = applyRows(y, 'to_fine_grid', matrices.toFineGrid);
    const slow = applyRows(nodes, 'long_nodes_to_fine_grid', matrices.longNodesToFineGrid);
    return drawGrid(add(rest, courseAt(course, 'fine_grid', SHAPE_SHARES)), subtract(rest, slow), shape);
  };
  return { ...features.finish(), grid };
}

/** Seven views of the series on the regular grid of the network, last axis the view. */
function drawGrid(raw: Tensor, rough: Tensor, shape: Shape): Tensor {
  const size = add(shape.range, 0.4);
  const views = [
    tanh(multiply(subtract(raw, rowMean(raw)), 1 / 5)),
    multiply(divide(shape.smooth, size), 2),
    divide(shape.lineRest, add(multiply(size, 0.25), 0.3)),
    divide(shape.parabolaRest, add(multiply(size, 0.15), 0.3)),
    tanh(multiply(rough, 1 / 3)),
    tanh(shape.lineRest),
    tanh(multiply(shape.smooth, 1 / 2)),
  ];
  return concat(
    views.map((view) => reshape(view, [...view.shape, 1])),
    2,
  );
}
