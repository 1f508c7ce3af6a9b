import type { Shape } from '../../series/result-table.js';
import type { MetricPlane } from '../metric-plane.js';

/** Tells whether places (metres of one plane) belong to a region. */
export interface RegionTest {
  /** West, south, east, north of all that can belong, metres. */
  readonly box: readonly [west: number, south: number, east: number, north: number];
  contains(x: number, y: number): boolean;
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Sides to a band of equal height: few enough to go through, enough bands not to matter. */
const SIDES_PER_BAND = 8;
const MOST_BANDS = 100_000;

/** A polygon's inside, by the even-odd rule, or all within `bufferMetres` of a line. */
export function createRegionTest(shape: Shape, plane: MetricPlane, bufferMetres: number): RegionTest {
  const lines = shape.type === 'MultiPolygon' ? shape.coordinates.flat() : shape.coordinates;
  const segments: Segment[] = [];
  for (const line of lines) {
    const metres = line.map(([longitude, latitude]) => plane.toMetres(longitude, latitude));
    for (let i = 0; i + 1 < metres.length; i++) {
      segments.push({ x1: metres[i][0], y1: metres[i][1], x2: metres[i + 1][0], y2: metres[i + 1][1] });
    }
  }
  const margin = shape.type === 'MultiPolygon' ? 0 : bufferMetres;
  const [west, south, east, north] = boxOf(segments, margin);
  const bands = sortIntoBands(segments, south, north, margin);
  return {
    box: [west, south, east, north],
    contains(x, y) {
      if (!(x >= west && x <= east && y >= south && y <= north)) return false;
      const near = bands(y);
      return shape.type === 'MultiPolygon'
        ? isInside(near, x, y)
        : near.some((segment) => squaredDistance(segment, x, y) <= bufferMetres ** 2);
    },
  };
}

function boxOf(segments: readonly Segment[], margin: number): [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x1, y1, x2, y2 } of segments) {
    west = Math.min(west, x1, x2);
    east = Math.max(east, x1, x2);
    south = Math.min(south, y1, y2);
    north = Math.max(north, y1, y2);
  }
  return [west - margin, south - margin, east + margin, north + margin];
}

/** The sides that can matter at a height, so that borders of many thousand corners stay quick to ask. */
function sortIntoBands(
  segments: readonly Segment[],
  south: number,
  north: number,
  margin: number,
): (y: number) => readonly Segment[] {
  const count = Math.min(MOST_BANDS, Math.max(1, Math.ceil(segments.length / SIDES_PER_BAND)));
  const height = Math.max((north - south) / count, 1e-6);
  const bandOf = (y: number) => Math.min(count - 1, Math.max(0, Math.floor((y - south) / height)));
  const bands: Segment[][] = Array.from({ length: count }, () => []);
  for (const segment of segments) {
    const last = bandOf(Math.max(segment.y1, segment.y2) + margin);
    for (let band = bandOf(Math.min(segment.y1, segment.y2) - margin); band <= last; band++) {
      bands[band].push(segment);
    }
  }
  return (y) => bands[bandOf(y)];
}

function isInside(segments: readonly Segment[], x: number, y: number): boolean {
  let inside = false;
  for (const { x1, y1, x2, y2 } of segments) {
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}

function squaredDistance({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return (x - x1 - along * dx) ** 2 + (y - y1 - along * dy) ** 2;
}
