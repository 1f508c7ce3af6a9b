import KDBush from 'kdbush';

/** Metres of a degree of latitude. */
const METRES_PER_DEGREE = 111_320;

/** A change of cycle of one point, for comparing with those around it. */
export interface LocatedJump {
  readonly point: number;
  readonly epoch: number;
  readonly cycles: number;
}

/** How many points are near, and how many of them jump alike. */
export interface NeighbourSupport {
  readonly near: number;
  readonly sharing: number;
}

/** Finds the points within a radius of others; coordinates are WGS84 degrees. */
export interface NeighbourIndex {
  /** Indices of the points within the radius, without the point itself. */
  near(point: number): number[];
}

export function createNeighbourIndex(
  longitude: ArrayLike<number>,
  latitude: ArrayLike<number>,
  radiusMetres: number,
): NeighbourIndex {
  const count = longitude.length;
  let middle = 0;
  let known = 0;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(latitude[i])) continue;
    middle += latitude[i];
    known++;
  }
  // One scale for the whole set: a map of one satellite frame is small enough for distances of a hundred metres.
  const shrink = Math.cos((known > 0 ? middle / known : 0) * (Math.PI / 180));
  const x = Float64Array.from({ length: count }, (_, i) => longitude[i] * shrink * METRES_PER_DEGREE);
  const y = Float64Array.from({ length: count }, (_, i) => latitude[i] * METRES_PER_DEGREE);
  const index = new KDBush(count);
  for (let i = 0; i < count; i++) index.add(x[i], y[i]);
  index.finish();
  return {
    near(point) {
      if (!Number.isFinite(x[point]) || !Number.isFinite(y[point])) return [];
      return index.within(x[point], y[point], radiusMetres).filter((other) => other !== point);
    },
  };
}

/** For every jump: how many of the points around make the same one, one epoch earlier or later at the most. */
export function supportOfJumps(index: NeighbourIndex, jumps: readonly LocatedJump[]): NeighbourSupport[] {
  const byPoint = new Map<number, LocatedJump[]>();
  for (const jump of jumps) {
    const list = byPoint.get(jump.point);
    if (list) list.push(jump);
    else byPoint.set(jump.point, [jump]);
  }
  return jumps.map((jump) => {
    const around = index.near(jump.point);
    const sharing = around.filter((other) =>
      byPoint
        .get(other)
        ?.some((theirs) => theirs.cycles === jump.cycles && Math.abs(theirs.epoch - jump.epoch) <= 1),
    );
    return { near: around.length, sharing: sharing.length };
  });
}
