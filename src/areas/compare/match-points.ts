import KDBush from 'kdbush';
import type { MetricPlane } from '../metric-plane.js';

/** Points of a map by their identifier and place. */
export interface NamedPoints {
  readonly pids: readonly string[];
  readonly longitude: Float64Array;
  readonly latitude: Float64Array;
}

/** The row of the other map that each point is matched with, -1 for none. */
export type Matches = Int32Array;

/**
 * Matches by identifier. Ours must lie within `farthestMetres` of theirs as well: files of other makers all count from
 * 1.
 */
export function matchByPid(
  ours: NamedPoints,
  theirs: NamedPoints,
  plane: MetricPlane,
  farthestMetres: number,
): Matches {
  const rows = new Map<string, number>();
  for (let row = theirs.pids.length - 1; row >= 0; row--) rows.set(theirs.pids[row], row);
  return Int32Array.from(ours.pids, (pid, i) => {
    const row = rows.get(pid);
    if (row === undefined) return -1;
    const [x1, y1] = plane.toMetres(ours.longitude[i], ours.latitude[i]);
    const [x2, y2] = plane.toMetres(theirs.longitude[row], theirs.latitude[row]);
    return Math.hypot(x1 - x2, y1 - y2) <= farthestMetres ? row : -1;
  });
}

/** Matches every point with the nearest of the other map, at most `farthestMetres` away. */
export function matchByPlace(
  ours: NamedPoints,
  theirs: NamedPoints,
  plane: MetricPlane,
  farthestMetres: number,
): Matches {
  const count = theirs.longitude.length;
  const index = new KDBush(Math.max(1, count));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    [x[i], y[i]] = plane.toMetres(theirs.longitude[i], theirs.latitude[i]);
    index.add(Number.isNaN(x[i]) ? Number.MAX_VALUE : x[i], Number.isNaN(y[i]) ? Number.MAX_VALUE : y[i]);
  }
  if (count === 0) index.add(Number.MAX_VALUE, Number.MAX_VALUE);
  index.finish();
  return Int32Array.from(ours.longitude, (longitude, i) => {
    const [px, py] = plane.toMetres(longitude, ours.latitude[i]);
    if (Number.isNaN(px + py)) return -1;
    let nearest = -1;
    let least = Infinity;
    for (const row of index.within(px, py, farthestMetres)) {
      const distance = (x[row] - px) ** 2 + (y[row] - py) ** 2;
      if (distance > least || (distance === least && row > nearest)) continue;
      least = distance;
      nearest = row;
    }
    return nearest;
  });
}
