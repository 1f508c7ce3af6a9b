import { gzipSync } from 'fflate';
import { ByteBuffer } from '../byte-buffer.js';

/** Where a tile's bytes are, from the start of the tile data. */
export interface TileEntry {
  readonly id: number;
  readonly offset: number;
  readonly length: number;
}

/** Header and root directory together end before this (PMTiles version 3). */
export const ROOT_END = 16_384;
export const HEADER_BYTES = 127;

const FIRST_LEAF_ENTRIES = 4096;

/** Gzip without a date: the same content gives the same bytes. */
export function compress(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { mtime: 0 });
}

/**
 * The root directory, and the leaves that it points to where the tiles are too many for it. `leafBytes` are all leaf
 * directories one after the other.
 */
export function buildDirectories(entries: readonly TileEntry[]): { root: Uint8Array; leafBytes: Uint8Array } {
  const whole = compress(encodeDirectory(entries.map((entry) => ({ ...entry, runLength: 1 }))));
  if (whole.length <= ROOT_END - HEADER_BYTES) return { root: whole, leafBytes: new Uint8Array(0) };
  for (let size = FIRST_LEAF_ENTRIES; ; size *= 2) {
    const leaves: Uint8Array[] = [];
    const pointers: (TileEntry & { runLength: number })[] = [];
    let offset = 0;
    for (let start = 0; start < entries.length; start += size) {
      const part = entries.slice(start, start + size).map((entry) => ({ ...entry, runLength: 1 }));
      const leaf = compress(encodeDirectory(part));
      leaves.push(leaf);
      pointers.push({ id: part[0].id, offset, length: leaf.length, runLength: 0 });
      offset += leaf.length;
    }
    const root = compress(encodeDirectory(pointers));
    if (root.length > ROOT_END - HEADER_BYTES) continue;
    const leafBytes = new Uint8Array(offset);
    leaves.forEach((leaf, index) => {
      leafBytes.set(leaf, pointers[index].offset);
    });
    return { root, leafBytes };
  }
}

/** Ids as differences, run lengths, lengths, offsets (0 where a tile follows the one before). */
function encodeDirectory(entries: readonly (TileEntry & { readonly runLength: number })[]): Uint8Array {
  const buffer = new ByteBuffer();
  buffer.appendVarint(entries.length);
  entries.forEach(({ id }, index) => {
    buffer.appendVarint(index === 0 ? id : id - entries[index - 1].id);
  });
  for (const { runLength } of entries) buffer.appendVarint(runLength);
  for (const { length } of entries) buffer.appendVarint(length);
  entries.forEach(({ offset }, index) => {
    const before = entries[index - 1];
    const follows = before !== undefined && offset === before.offset + before.length;
    buffer.appendVarint(follows ? 0 : offset + 1);
  });
  return buffer.view().slice();
}
