import type { LoadedMap } from '../data/loaded-map.js';
import { type Bounds, latitudeOf, longitudeOf } from './mercator.js';
import type { DrawList } from './point-raster.js';

/** Visible points, those of the first class (Stable) at the bottom, so that what moves lies on top. */
export function arrangePoints(
  { x, y, codes, classes }: Pick<LoadedMap, 'x' | 'y' | 'codes' | 'classes'>,
  visible: Uint8Array,
  colours: Uint32Array,
): DrawList {
  const starts = new Uint32Array(257);
  // Points without a class go below everything.
  const layerOf = (code: number) => (code < classes.length ? code + 1 : 0);
  let count = 0;
  for (let row = 0; row < visible.length; row++) {
    if (visible[row] === 0) continue;
    starts[layerOf(codes[row]) + 1] += 1;
    count++;
  }
  for (let layer = 1; layer < starts.length; layer++) starts[layer] += starts[layer - 1];
  const list = {
    count,
    x: new Float64Array(count),
    y: new Float64Array(count),
    colours: new Uint32Array(count),
  };
  for (let row = 0; row < visible.length; row++) {
    if (visible[row] === 0) continue;
    const layer = layerOf(codes[row]);
    const place = starts[layer];
    starts[layer] += 1;
    list.x[place] = x[row];
    list.y[place] = y[row];
    list.colours[place] = colours[row];
  }
  return list;
}

/** The span of all points that have a place, degrees. */
export function boundsOf({ x, y }: Pick<LoadedMap, 'x' | 'y'>): Bounds | undefined {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < x.length; row++) {
    if (x[row] < left) left = x[row];
    if (x[row] > right) right = x[row];
    if (y[row] < top) top = y[row];
    if (y[row] > bottom) bottom = y[row];
  }
  if (!(left <= right)) return undefined;
  return [longitudeOf(left), latitudeOf(bottom), longitudeOf(right), latitudeOf(top)];
}
