import { mercatorX, mercatorY } from '../map/mercator.js';
import type { Area } from '../state/explorer-state.js';

/** The rows whose points lie within an outline (even-odd rule, in Web Mercator, where edges are straight on the map). */
export function rowsInArea(
  { x, y }: { readonly x: Float64Array; readonly y: Float64Array },
  area: Area,
): number[] {
  const ringX = Float64Array.from(area.ring, ([longitude]) => mercatorX(longitude));
  const ringY = Float64Array.from(area.ring, ([, latitude]) => mercatorY(latitude));
  const left = Math.min(...ringX);
  const right = Math.max(...ringX);
  const top = Math.min(...ringY);
  const bottom = Math.max(...ringY);
  const rows: number[] = [];
  for (let row = 0; row < x.length; row++) {
    if (!(x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom)) continue;
    if (isWithin(x[row], y[row], ringX, ringY)) rows.push(row);
  }
  return rows;
}

function isWithin(x: number, y: number, ringX: Float64Array, ringY: Float64Array): boolean {
  let isIn = false;
  for (let i = 0, j = ringX.length - 1; i < ringX.length; j = i++) {
    const crosses = ringY[i] > y !== ringY[j] > y;
    if (crosses && x < ringX[i] + ((ringX[j] - ringX[i]) * (y - ringY[i])) / (ringY[j] - ringY[i]))
      isIn = !isIn;
  }
  return isIn;
}

const CORNERS = 64;
const METRES_PER_DEGREE = 111_195;

/** A circle on the ground as an outline of 64 corners. */
export function circleArea(name: string, longitude: number, latitude: number, radiusMetres: number): Area {
  const north = radiusMetres / METRES_PER_DEGREE;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  const ring = Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return [longitude + east * Math.cos(angle), latitude + north * Math.sin(angle)] as const;
  });
  return { name, ring };
}
