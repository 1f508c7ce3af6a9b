import { type LoadedMap, NO_CLASS } from '../data/loaded-map.js';

/** Where the points of one map went in another of the same points. */
export interface ClassChange {
  readonly classes: readonly string[];
  /** Points by their class before (first index) and after. */
  readonly counts: readonly (readonly number[])[];
  readonly changed: number;
  /** Points that both maps have, with a class in either. */
  readonly common: number;
}

type ClassedMap = Pick<LoadedMap, 'points' | 'codes' | 'classes' | 'pidOf'>;

/** Compares two maps point by point, by pid. Classes are those of the first map, then what only the second has. */
export function compareClasses(before: ClassedMap, after: ClassedMap): ClassChange {
  const classes = [...new Set([...before.classes, ...after.classes])];
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  let changed = 0;
  let common = 0;
  for (const [, from, to] of listCommon(before, after)) {
    counts[classes.indexOf(from)][classes.indexOf(to)] += 1;
    common++;
    if (from !== to) changed++;
  }
  return { classes, counts, changed, common };
}

/** The pids of the points that went from one class to another; any other where `to` is left out. */
export function listChanged(before: ClassedMap, after: ClassedMap, from?: string, to?: string): Set<string> {
  const pids = new Set<string>();
  for (const [pid, old, now] of listCommon(before, after)) {
    if (from === undefined ? old !== now : old === from && now === to) pids.add(pid);
  }
  return pids;
}

function* listCommon(
  before: ClassedMap,
  after: ClassedMap,
): Generator<readonly [pid: string, from: string, to: string]> {
  const rows = new Map<string, number>();
  for (let row = 0; row < after.points; row++) rows.set(after.pidOf(row), row);
  for (let row = 0; row < before.points; row++) {
    const pid = before.pidOf(row);
    const other = rows.get(pid);
    if (other === undefined || before.codes[row] === NO_CLASS || after.codes[other] === NO_CLASS) continue;
    yield [pid, before.classes[before.codes[row]], after.classes[after.codes[other]]];
  }
}
