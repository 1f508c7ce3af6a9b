import type { ShardSlice } from './manifest.js';

/** A stretch of a dataset that is not cut further, and the work in it as bytes of text. */
export interface Piece extends ShardSlice {
  readonly bytes: number;
}

export interface CutShard {
  readonly bytes: number;
  readonly slices: readonly ShardSlice[];
}

/**
 * Groups pieces, in their order, into at most `into` shards of about the same work; neighbouring pieces of one dataset
 * become one slice. Fewer shards come out where there are fewer pieces, or where some are much larger than others.
 */
export function cutShards(pieces: readonly Piece[], into: number): CutShard[] {
  const total = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  const shards: { bytes: number; slices: ShardSlice[] }[] = [];
  let before = 0;
  let lastGroup = -1;
  for (const { bytes, ...slice } of pieces) {
    const middle = total === 0 ? 0 : (before + bytes / 2) / total;
    const group = Math.min(into - 1, Math.floor(middle * into));
    before += bytes;
    if (group !== lastGroup) shards.push({ bytes: 0, slices: [] });
    lastGroup = group;
    const shard = shards[shards.length - 1];
    shard.bytes += bytes;
    appendSlice(shard.slices, slice);
  }
  return shards;
}

function appendSlice(slices: ShardSlice[], slice: ShardSlice): void {
  const last = slices[slices.length - 1];
  if (last?.dataset === slice.dataset && last.rows !== undefined && slice.rows !== undefined) {
    slices[slices.length - 1] = { dataset: last.dataset, rows: { ...last.rows, end: slice.rows.end } };
  } else {
    slices.push(slice);
  }
}
