import { TREND_CLASSES } from '../../series/trend-class.js';
import type { Matches } from './match-points.js';

/** What is compared of a map; missing numbers are `NaN`. */
export interface ComparedColumns {
  /** Codes of `TREND_CLASSES`; 255 where there is none. */
  readonly codes: Uint8Array;
  /** mm/yr. */
  readonly velocity?: Float32Array;
  readonly velocityError?: Float32Array;
}

export interface MapComparison {
  readonly matched: number;
  /** Points of the new map without an old one, and the other way round. */
  readonly onlyNew: number;
  readonly onlyOld: number;
  /** Row-major, old class by new class. */
  readonly transitions: Int32Array;
  readonly changedClass: number;
  /** Points whose velocity changed by more than `significant` standard errors, and those with errors at all. */
  readonly changedVelocity: number;
  readonly judgedVelocity: number;
  /** Over the matched points: change of velocity, mm/yr (new less old), `NaN` where it is not known. */
  readonly velocityChange: Float32Array;
  /** The same in standard errors of the change. */
  readonly velocityScore: Float32Array;
  /** Rows of the new map that are matched, and their rows in the old one. */
  readonly newRows: Int32Array;
  readonly oldRows: Int32Array;
}

/** A change of this many standard errors is one: 99 % for normal errors. */
export const SIGNIFICANT_ERRORS = 2.576;

/**
 * Which of the matched points changed class or velocity. The error of a change is that of both velocities together as
 * if they were independent; two releases share most of their dates, so that it is on the safe side.
 */
export function compareMaps(older: ComparedColumns, newer: ComparedColumns, matches: Matches): MapComparison {
  const newRows = Int32Array.from(matches.keys()).filter((row) => matches[row] >= 0);
  const oldRows = newRows.map((row) => matches[row]);
  const size = TREND_CLASSES.length;
  const transitions = new Int32Array(size * size);
  const velocityChange = new Float32Array(newRows.length).fill(Number.NaN);
  const velocityScore = new Float32Array(newRows.length).fill(Number.NaN);
  let [changedClass, changedVelocity, judgedVelocity] = [0, 0, 0];
  newRows.forEach((row, i) => {
    const old = oldRows[i];
    const [from, to] = [older.codes[old], newer.codes[row]];
    if (from < size && to < size) transitions[from * size + to]++;
    if (from !== to) changedClass++;
    if (older.velocity === undefined || newer.velocity === undefined) return;
    velocityChange[i] = newer.velocity[row] - older.velocity[old];
    if (older.velocityError === undefined || newer.velocityError === undefined) return;
    const error = Math.hypot(newer.velocityError[row], older.velocityError[old]);
    velocityScore[i] = velocityChange[i] / error;
    if (Number.isNaN(velocityScore[i])) return;
    judgedVelocity++;
    if (Math.abs(velocityScore[i]) > SIGNIFICANT_ERRORS) changedVelocity++;
  });
  return {
    matched: newRows.length,
    onlyNew: newer.codes.length - newRows.length,
    onlyOld: older.codes.length - new Set(oldRows).size,
    transitions,
    changedClass,
    changedVelocity,
    judgedVelocity,
    velocityChange,
    velocityScore,
    newRows,
    oldRows,
  };
}
