import type { ResultBatch } from '../../series/result-table.js';
import { type Bounds, boundsToBox, createBounds, extendByShape, hasPosition } from '../bounds.js';
import { enlarge } from '../enlarge.js';
import { hilbertPosition } from '../hilbert-curve.js';

const FIRST_CAPACITY = 1 << 14;
/** Sixteen bits for each direction, as in the specification. */
const CURVE_ORDER = 16;
const LAST_CELL = 2 ** CURVE_ORDER - 1;

/** Where every feature lies on the map and in the file of features: 40 bytes each. */
export interface FeatureBoxes {
  readonly count: number;
  /** Takes down the feature of a row of so many bytes. */
  add(batch: ResultBatch, row: number, bytes: number): void;
  /** West, south, east, north; a feature without a place has a box that nothing meets. */
  putBox(feature: number, target: Float64Array, at: number): void;
  /** Its first byte; the start of the one after the last is where they all end. */
  startOf(feature: number): number;
  /** The features along the Hilbert curve through all their middles; those without a place come last. */
  sort(bounds: Bounds): Uint32Array;
}

const NOWHERE = [Infinity, Infinity, -Infinity, -Infinity] as const;

export function createFeatureBoxes(): FeatureBoxes {
  let boxes = new Float64Array(4 * FIRST_CAPACITY);
  let starts = new Float64Array(FIRST_CAPACITY + 1);
  let count = 0;

  function grow(): void {
    boxes = enlarge(boxes, 2 * boxes.length);
    starts = enlarge(starts, boxes.length / 4 + 1);
  }

  return {
    get count() {
      return count;
    },
    add(batch, row, bytes) {
      if (4 * count === boxes.length) grow();
      boxes.set(boxOf(batch, row), 4 * count);
      starts[count + 1] = starts[count] + bytes;
      count++;
    },
    putBox(feature, target, at) {
      for (let side = 0; side < 4; side++) target[at + side] = boxes[4 * feature + side];
    },
    startOf: (feature) => starts[feature],
    sort(bounds) {
      // Position and number side by side sort as one whole number of 64 bits.
      const keys = new BigUint64Array(count);
      const halves = new Uint32Array(keys.buffer);
      const width = bounds.east - bounds.west || 1;
      const height = bounds.north - bounds.south || 1;
      for (let feature = 0; feature < count; feature++) {
        const [west, south, east, north] = boxes.subarray(4 * feature, 4 * feature + 4);
        const column = Math.floor((LAST_CELL * ((west + east) / 2 - bounds.west)) / width);
        const row = Math.floor((LAST_CELL * ((south + north) / 2 - bounds.south)) / height);
        halves[2 * feature] = feature;
        halves[2 * feature + 1] = Number.isNaN(column)
          ? 0xffff_ffff
          : hilbertPosition(CURVE_ORDER, column, row);
      }
      keys.sort();
      return Uint32Array.from({ length: count }, (_, place) => halves[2 * place]);
    },
  };
}

function boxOf({ shapes, longitude, latitude }: ResultBatch, row: number): readonly number[] {
  if (shapes !== undefined) {
    const bounds = createBounds();
    extendByShape(bounds, shapes[row]);
    return boundsToBox(bounds) ?? NOWHERE;
  }
  const x = longitude[row];
  const y = latitude[row];
  return hasPosition(x, y) ? [x, y, x, y] : NOWHERE;
}
