import { hilbertPosition } from '../hilbert-curve.js';
import { roundOutwards } from '../round-outwards.js';

const CELL_BYTES = 24;
const HEADER_BYTES = 4;
const ROOT_NODE = 1;
const GRID_BITS = 13;
const GRID_SIZE = 1 << GRID_BITS;
const INDEX_RANGE = 2 ** (53 - 2 * GRID_BITS);

/** One node of SQLite's R-tree as it lies in the `_node` table, big-endian. */
export interface RtreeNode {
  readonly number: number;
  readonly data: Uint8Array;
}

/** A whole R-tree, ready for the three tables in which SQLite keeps one. */
export interface RtreePages {
  readonly nodes: readonly RtreeNode[];
  /** The leaf that holds each point. */
  readonly leafOfPoint: Int32Array;
  /** Pairs of node and parent, for every node but the root. */
  readonly parents: readonly (readonly [number, number])[];
}

/** The least and greatest values of a cell, single precision, rounded outwards: minx, maxx, miny, maxy. */
type Cell = { readonly id: number; readonly box: readonly [number, number, number, number] };

/**
 * Packs points into a full R-tree, bottom up along a Hilbert curve (Kamel and Faloutsos 1993), in the node format of
 * SQLite's R*Tree module (sqlite.org/rtree.html, "Shadow tables"): far quicker than inserting one by one.
 *
 * `ids` are the points' row ids, at most 2^27 of them; `nodeBytes` is the size that SQLite chose for the tree's nodes.
 */
export function packRtree(
  ids: Int32Array,
  longitude: Float64Array,
  latitude: Float64Array,
  nodeBytes: number,
): RtreePages {
  const cellsPerNode = Math.floor((nodeBytes - HEADER_BYTES) / CELL_BYTES);
  const leafOfPoint = new Int32Array(ids.length);
  const nodes: RtreeNode[] = [];
  const parents: [number, number][] = [];
  const order = sortAlongHilbert(longitude, latitude);
  let nextNumber = ROOT_NODE + 1;
  let depth = 0;

  let level: Cell[] = [];
  for (const [start, end] of splitEvenly(ids.length, cellsPerNode)) {
    const isRoot = ids.length <= cellsPerNode;
    const number = isRoot ? ROOT_NODE : nextNumber++;
    const cells: Cell[] = [];
    for (let index = start; index < end; index++) {
      const point = order[index];
      leafOfPoint[point] = number;
      cells.push({ id: ids[point], box: boxOfPoint(longitude[point], latitude[point]) });
    }
    nodes.push({ number, data: encodeNode(cells, 0, nodeBytes) });
    level.push({ id: number, box: unionOfBoxes(cells) });
  }
  if (level.length === 0) nodes.push({ number: ROOT_NODE, data: encodeNode([], 0, nodeBytes) });

  while (level.length > 1) {
    depth++;
    const isRoot = level.length <= cellsPerNode;
    const upper: Cell[] = [];
    for (const [start, end] of splitEvenly(level.length, cellsPerNode)) {
      const number = isRoot ? ROOT_NODE : nextNumber++;
      const cells = level.slice(start, end);
      for (const cell of cells) parents.push([cell.id, number]);
      nodes.push({ number, data: encodeNode(cells, isRoot ? depth : 0, nodeBytes) });
      upper.push({ id: number, box: unionOfBoxes(cells) });
    }
    level = upper;
  }
  return { nodes, leafOfPoint, parents };
}

/** Ranges of nearly equal length, none above `most`: SQLite wants every node at least a third full. */
function splitEvenly(count: number, most: number): [number, number][] {
  const parts = Math.ceil(count / most);
  return Array.from({ length: parts }, (_, part) => [
    Math.floor((part * count) / parts),
    Math.floor(((part + 1) * count) / parts),
  ]);
}

function boxOfPoint(x: number, y: number): Cell['box'] {
  return [roundOutwards(x, -1), roundOutwards(x, 1), roundOutwards(y, -1), roundOutwards(y, 1)];
}

function unionOfBoxes(cells: readonly Cell[]): Cell['box'] {
  const union: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { box } of cells) {
    union[0] = Math.min(union[0], box[0]);
    union[1] = Math.max(union[1], box[1]);
    union[2] = Math.min(union[2], box[2]);
    union[3] = Math.max(union[3], box[3]);
  }
  return union;
}

/** The root's header holds the depth of the tree, every header the number of cells. */
function encodeNode(cells: readonly Cell[], depth: number, nodeBytes: number): Uint8Array {
  const data = new Uint8Array(nodeBytes);
  const view = new DataView(data.buffer);
  view.setUint16(0, depth);
  view.setUint16(2, cells.length);
  cells.forEach(({ id, box }, index) => {
    const start = HEADER_BYTES + index * CELL_BYTES;
    view.setUint32(start + 4, id);
    for (let side = 0; side < 4; side++) view.setFloat32(start + 8 + side * 4, box[side]);
  });
  return data;
}

/** Indexes of the points in the order in which a Hilbert curve over their bounding box meets them. */
function sortAlongHilbert(longitude: Float64Array, latitude: Float64Array): Uint32Array {
  const count = longitude.length;
  const scaleX = createScale(longitude);
  const scaleY = createScale(latitude);
  // Curve position and index in one exact double, so that the quick numeric sort serves.
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const position = hilbertPosition(GRID_BITS, scaleX(longitude[index]), scaleY(latitude[index]));
    keys[index] = position * INDEX_RANGE + index;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % INDEX_RANGE);
}

function createScale(values: Float64Array): (value: number) => number {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const factor = greatest > least ? (GRID_SIZE - 1) / (greatest - least) : 0;
  return (value) => Math.floor((value - least) * factor);
}
