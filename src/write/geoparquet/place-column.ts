import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { type Bounds, createBounds, extendByShape, hasPosition } from '../bounds.js';
import { encodeWkbShape } from '../wkb.js';
import type { Allocate, LeafColumn } from './leaf-column.js';
import type { CoveringMember } from './parquet-schema.js';

/** The geometry of the rows of a group, points or shapes. */
export interface PlaceColumn {
  readonly leaf: LeafColumn;
  /** Takes rows of a batch from `start` on, to be the rows from `row` on of the group. */
  put(batch: ResultBatch, start: number, count: number, row: number): void;
  /** A side of the box around a row; `NaN` for a point without a position. */
  sideOf(row: number, member: CoveringMember): number;
}

export function createPlaceColumn(
  schema: ResultSchema,
  name: string,
  capacity: number,
  allocate: Allocate,
): PlaceColumn {
  return schema.hasShapes ? createShapeColumn(name) : createPointColumn(name, capacity, allocate);
}

function createPointColumn(name: string, capacity: number, allocate: Allocate): PlaceColumn {
  const longitude = new Float64Array(allocate(8 * capacity));
  const latitude = new Float64Array(allocate(8 * capacity));
  return {
    leaf: { path: [name], isOptional: true, kind: 'point', longitude, latitude },
    put(batch, start, count, row) {
      longitude.set(batch.longitude.subarray(start, start + count), row);
      latitude.set(batch.latitude.subarray(start, start + count), row);
    },
    sideOf(row, member) {
      if (!hasPosition(longitude[row], latitude[row])) return Number.NaN;
      return member.startsWith('x') ? longitude[row] : latitude[row];
    },
  };
}

const SIDES: Readonly<Record<CoveringMember, keyof Bounds>> = {
  xmin: 'west',
  ymin: 'south',
  xmax: 'east',
  ymax: 'north',
};

function createShapeColumn(name: string): PlaceColumn {
  const values: Uint8Array[] = [];
  const boxes: Bounds[] = [];
  return {
    leaf: { path: [name], isOptional: true, kind: 'shape', values },
    put({ shapes = [] }, start, count, row) {
      for (let i = 0; i < count; i++) {
        values[row + i] = encodeWkbShape(shapes[start + i]);
        boxes[row + i] = createBounds();
        extendByShape(boxes[row + i], shapes[start + i]);
      }
    },
    sideOf: (row, member) => boxes[row][SIDES[member]],
  };
}
