import { dotProduct } from '../kinematics/linear-algebra.js';
import { removeProjection } from '../kinematics/orthonormal-basis.js';
import { asRows, joinRows, multiplyRows, type Rows, rowsOf, transposeRows } from './rows.js';

/** Dates kept clear at either end when looking for a step. */
const STEP_MARGIN = 3;

/** Steps at many places, as far as neither a line and season explain them, nor a curve and season. */
export interface StepScan {
  /** Steps orthogonal to line and season, and as the last rows what a curve adds to those (unit vectors). */
  readonly rows: Rows;
  /** Share of every step on what a curve adds [curve, steps]. */
  readonly onCurve: Rows;
  /** Squared norms of the steps beside line and season, and beside curve and season. */
  readonly besideLine: Float64Array;
  readonly besideCurve: Float64Array;
}

/**
 * `basis`: orthonormal rows, so many of them for line and season, then what a curve adds to them. Steps are looked for at
 * so many places at the most.
 */
export function stepScan(basis: Float64Array, ofLine: number, days: Int32Array, places: number): StepScan {
  const epochs = days.length;
  const lineAndSeason = basis.subarray(0, ofLine * epochs);
  const curve = asRows(basis.slice(ofLine * epochs), epochs);
  const steps = stepPlaces(days, places).map((place) =>
    removeProjection(new Float64Array(epochs).fill(1, place), lineAndSeason, new Float64Array(epochs)),
  );
  const onCurve = multiplyRows(curve, transposeRows(rowsOf(steps)));
  const besideLine = Float64Array.from(steps, (step) => dotProduct(step, step));
  const besideCurve = besideLine.slice();
  onCurve.values.forEach((share, i) => {
    besideCurve[i % steps.length] -= share ** 2;
  });
  return { rows: joinRows(rowsOf(steps), curve), onCurve, besideLine, besideCurve };
}

/** Dates before which a step is looked for: of every stretch of dates the one after its longest gap, where cycles get lost. */
function stepPlaces(days: Int32Array, places: number): number[] {
  const first = STEP_MARGIN;
  const last = days.length - STEP_MARGIN;
  const count = Math.min(last - first + 1, places);
  const bounds = Array.from(
    { length: count + 1 },
    (_, k) => first + Math.floor((k * (last - first + 1)) / count),
  );
  return bounds.slice(0, -1).map((start, k) => {
    let longest = start;
    for (let place = start; place < bounds[k + 1]; place++) {
      if (days[place] - days[place - 1] > days[longest] - days[longest - 1]) longest = place;
    }
    return longest;
  });
}
