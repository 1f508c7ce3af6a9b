/** A closed line in metres, first corner repeated at the end; outer rings run against the clock, holes with it. */
export type Ring = readonly (readonly [x: number, y: number])[];

/** An outer ring and its holes. */
export type Polygon = readonly Ring[];

/** Nodes of the working grid at the most (64 MB); a wider area gets a coarser one. */
const MOST_NODES = 16_000_000;

/**
 * Outline of all that lies within `radius` of any of the points: marching squares over the distance to the nearest
 * point, on a grid of half the radius (coarser only for areas wider than four thousand such steps), with straight lines
 * between the crossings. A lone point gives a polygon whose area is that of its disc to a few parts in a hundred.
 */
export function outlineDiscs(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  members: ArrayLike<number>,
  radius: number,
): Polygon[] {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let k = 0; k < members.length; k++) {
    west = Math.min(west, x[members[k]]);
    east = Math.max(east, x[members[k]]);
    south = Math.min(south, y[members[k]]);
    north = Math.max(north, y[members[k]]);
  }
  const area = (east - west + 4 * radius) * (north - south + 4 * radius);
  const step = Math.max(radius / 2, Math.sqrt(area / MOST_NODES));
  const columns = Math.ceil((east - west + 2 * radius) / step) + 3;
  const rows = Math.ceil((north - south + 2 * radius) / step) + 3;
  const left = west - radius - step;
  const bottom = south - radius - step;
  const distance = new Float32Array(columns * rows).fill(2 * radius);
  const reach = radius + step;
  for (let k = 0; k < members.length; k++) {
    const px = x[members[k]] - left;
    const py = y[members[k]] - bottom;
    const lastRow = Math.floor((py + reach) / step);
    const lastColumn = Math.floor((px + reach) / step);
    for (let row = Math.max(0, Math.ceil((py - reach) / step)); row <= lastRow; row++) {
      const dy = row * step - py;
      for (let column = Math.max(0, Math.ceil((px - reach) / step)); column <= lastColumn; column++) {
        const dx = column * step - px;
        const index = row * columns + column;
        const away = Math.sqrt(dx * dx + dy * dy);
        if (away < distance[index]) distance[index] = away;
      }
    }
  }
  const rings = traceRings(distance, columns, rows, radius).map((ring) =>
    ring.map(([column, row]) => [left + column * step, bottom + row * step] as const),
  );
  return nestRings(rings);
}

/**
 * Lines where the distance equals the radius, inside on the left. Corners are named by the grid edge they lie on
 * (2 x node for the edge to the right of it, one more for the edge above), so that lines of neighbouring squares meet.
 */
function traceRings(distance: Float32Array, columns: number, rows: number, radius: number): Ring[] {
  const following = new Map<number, number>();
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const node = row * columns + column;
      const kind =
        (distance[node] < radius ? 1 : 0) +
        (distance[node + 1] < radius ? 2 : 0) +
        (distance[node + columns + 1] < radius ? 4 : 0) +
        (distance[node + columns] < radius ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const edges = [2 * node, 2 * (node + 1) + 1, 2 * (node + columns), 2 * node + 1];
      for (const [from, to] of SEGMENTS[kind]) following.set(edges[from], edges[to]);
    }
  }
  const rings: Ring[] = [];
  for (const start of following.keys()) {
    if (!following.has(start)) continue;
    const ring: (readonly [number, number])[] = [];
    let edge = start;
    do {
      ring.push(crossingOn(edge, distance, columns, radius));
      const next = following.get(edge)!;
      following.delete(edge);
      edge = next;
    } while (edge !== start);
    ring.push(ring[0]);
    rings.push(ring);
  }
  return rings;
}

/**
 * For every combination of corners inside (1 south-west, 2 south-east, 4 north-east, 8 north-west), the lines from edge
 * to edge (0 south, 1 east, 2 north, 3 west) with the inside on their left. Two corners inside that face each other
 * are kept apart.
 */
const SEGMENTS: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 3],
    [2, 1],
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [1, 0],
    [3, 2],
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  [],
];

function crossingOn(
  edge: number,
  distance: Float32Array,
  columns: number,
  radius: number,
): readonly [column: number, row: number] {
  const node = edge >> 1;
  const isUpward = (edge & 1) === 1;
  const other = node + (isUpward ? columns : 1);
  const share = (radius - distance[node]) / (distance[other] - distance[node]);
  const column = node % columns;
  const row = (node - column) / columns;
  return isUpward ? [column, row + share] : [column + share, row];
}

/** Gives every hole to the smallest outer ring around it. */
function nestRings(rings: readonly Ring[]): Polygon[] {
  const outer = rings.filter((ring) => signedArea(ring) > 0).map((ring) => [ring]);
  for (const hole of rings) {
    if (signedArea(hole) >= 0) continue;
    const around = outer.filter(([ring]) => contains(ring, hole[0]));
    around.sort(([left], [right]) => signedArea(left) - signedArea(right));
    around[0]?.push(hole);
  }
  return outer;
}

/** Area within a ring, square metres; negative where it runs with the clock. */
export function signedArea(ring: Ring): number {
  let twice = 0;
  const [x0, y0] = ring[0];
  for (let i = 0; i + 1 < ring.length; i++) {
    twice += (ring[i][0] - x0) * (ring[i + 1][1] - y0) - (ring[i + 1][0] - x0) * (ring[i][1] - y0);
  }
  return twice / 2;
}

function contains(ring: Ring, [x, y]: readonly [number, number]): boolean {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[i + 1];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
