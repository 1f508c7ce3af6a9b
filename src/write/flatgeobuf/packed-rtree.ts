import { NODE_SIZE } from './fgb-header.js';

/** Bytes of a node: west, south, east, north as doubles, and an offset in 64 bits. */
const NODE_BYTES = 40;
const NODES_AT_ONCE = 16_384;

/** A run of nodes at its place in the tree, counted in bytes from the tree's start. */
export interface TreePart {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The leaves of a tree in their order: the box of each (west, south, east, north) and where its feature starts. */
export interface TreeLeaves {
  readonly count: number;
  putBox(leaf: number, target: Float64Array, at: number): void;
  startOf(leaf: number): number;
}

/** Nodes on every level, the leaves first. A single leaf has a root above it all the same. */
function countLevels(leaves: number): number[] {
  const levels = [leaves];
  do levels.push(Math.ceil(levels[levels.length - 1] / NODE_SIZE));
  while (levels[levels.length - 1] !== 1);
  return levels;
}

export function treeBytes(leaves: number): number {
  return leaves === 0 ? 0 : NODE_BYTES * countLevels(leaves).reduce((sum, nodes) => sum + nodes, 0);
}

/**
 * The packed Hilbert R-tree of FlatGeobuf (its packedrtree.h): every level whole, the root first and the leaves last. A
 * leaf's offset is where its feature starts, in bytes from the first one; a branch's is the number of its first
 * child, counted from the root. Leaves must come in the order of their features.
 *
 * The parts come leaves first. Beside one part, a sixteenth of all boxes is held.
 */
export function* packTree(leaves: TreeLeaves): Generator<TreePart> {
  const levels = countLevels(leaves.count);
  let levelEnd = levels.reduce((sum, nodes) => sum + nodes, 0);
  let putBox = leaves.putBox;
  let offsetOf = leaves.startOf;
  for (const [level, count] of levels.entries()) {
    const levelStart = levelEnd - count;
    const parents = new Float64Array(4 * (levels[level + 1] ?? 0));
    for (let parent = 0; parent < parents.length; parent += 4) {
      parents.set([Infinity, Infinity, -Infinity, -Infinity], parent);
    }
    for (let first = 0; first < count; first += NODES_AT_ONCE) {
      const some = Math.min(NODES_AT_ONCE, count - first);
      yield {
        position: NODE_BYTES * (levelStart + first),
        bytes: encodeNodes(first, some, putBox, offsetOf, parents),
      };
    }
    putBox = (node, target, at) => target.set(parents.subarray(4 * node, 4 * node + 4), at);
    offsetOf = (node) => levelStart + NODE_SIZE * node;
    levelEnd = levelStart;
  }
}

/** Encodes some nodes of a level and widens the boxes of their parents, where there are any. */
function encodeNodes(
  first: number,
  count: number,
  putBox: TreeLeaves['putBox'],
  offsetOf: TreeLeaves['startOf'],
  parents: Float64Array,
): Uint8Array {
  const bytes = new Uint8Array(count * NODE_BYTES);
  const view = new DataView(bytes.buffer);
  const box = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    putBox(first + i, box, 0);
    const at = i * NODE_BYTES;
    for (let side = 0; side < 4; side++) view.setFloat64(at + 8 * side, box[side], true);
    view.setBigUint64(at + 32, BigInt(offsetOf(first + i)), true);
    const parent = 4 * Math.floor((first + i) / NODE_SIZE);
    if (parent >= parents.length) continue;
    parents[parent] = Math.min(parents[parent], box[0]);
    parents[parent + 1] = Math.min(parents[parent + 1], box[1]);
    parents[parent + 2] = Math.max(parents[parent + 2], box[2]);
    parents[parent + 3] = Math.max(parents[parent + 3], box[3]);
  }
  return bytes;
}
