import type { Tensor } from '../network/graph.js';
import { add, multiply, subtract, unary } from '../network/ops/arithmetic.js';
import { applyRows, columns, combineRows, rowVector } from './graph-rows.js';
import { ridgeRows } from './ridge-rows.js';
import { multiplyRows, type Rows, rowsOf, transposeRows } from './rows.js';

/** The parabola of a series on one axis, and how it is fitted. */
export interface OwnCourse {
  /** Rows that fit level, rise and sag by least squares. */
  readonly fit: Rows;
  /** What a rise and a sag of 1 are on the dates. */
  readonly shapes: Rows;
}

export function ownCourse(share: Float64Array): OwnCourse {
  const shapes = courseShapes(share);
  const one = new Float64Array(share.length).fill(1);
  return { fit: ridgeRows([one, ...shapes]), shapes: rowsOf(shapes) };
}

/** A line that rises by 1 over the span, and a parabola 1 high, both about the middle of it; times as shares of the span. */
export function courseShapes(share: Float64Array): [line: Float64Array, parabola: Float64Array] {
  return [share.map((time) => time - 0.5), share.map((time) => (2 * time - 1) ** 2 - 1 / 3)];
}

/** Level, rise and sag are taken off in whole parts of this size, in units of the material size. */
const PARTS = 16;

export interface SeriesAndCourse {
  /** The series without its parabola, but for less than a part of it. */
  readonly y: Tensor;
  /** Rise and sag that were taken off [batch, 2]. */
  readonly course: Tensor;
}

/**
 * Takes its own parabola off every series before anything is measured: the last digits of single precision are then those
 * of what the motion leaves of one, not of hundreds of millimetres. Level, rise and sag are rounded first, so that all
 * runtimes, whose products differ in their last digits, take off the very same and go on with the very same series.
 */
export function takeOffCourse(series: Tensor, { fit, shapes }: OwnCourse): SeriesAndCourse {
  const fitted = applyRows(series, 'own_course', fit);
  const rounded = multiply(unary('Floor', add(multiply(fitted, PARTS), 0.5)), 1 / PARTS);
  const [line, parabola] = [1, 2].map((k) => {
    const shape = shapes.values.subarray((k - 1) * shapes.length, k * shapes.length);
    return multiply(columns(rounded, k, k + 1), rowVector(series, `own_course_${k}`, shape));
  });
  const level = columns(rounded, 0, 1);
  return { y: subtract(subtract(subtract(series, level), line), parabola), course: columns(rounded, 1, 3) };
}

/** What the course that was taken off adds to the products with `rows` [batch, rows]. */
export function courseIn(course: Tensor, name: string, rows: Rows, shapes: Rows): Tensor {
  return combineRows(course, `course_in_${name}`, multiplyRows(shapes, transposeRows(rows)));
}

/** What was taken off, at other times [batch, times]. */
export function courseAt(course: Tensor, name: string, share: Float64Array): Tensor {
  return combineRows(course, `course_on_${name}`, rowsOf(courseShapes(share)));
}
