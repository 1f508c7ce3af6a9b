import type { Bounds } from '../bounds.js';
import { boundsToBox } from '../bounds.js';
import { HEADER_BYTES } from './pmtiles-directory.js';

export interface PmtilesLayout {
  readonly rootLength: number;
  readonly metadataOffset: number;
  readonly metadataLength: number;
  readonly leavesOffset: number;
  readonly leavesLength: number;
  readonly tilesOffset: number;
  readonly tilesLength: number;
  readonly tiles: number;
  readonly maxZoom: number;
  readonly bounds: Bounds;
}

const GZIP = 2;
const VECTOR_TILE = 1;

/** The fixed header of a PMTiles archive, version 3: clustered, gzip, vector tiles. */
export function encodePmtilesHeader(layout: PmtilesLayout): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('PMTiles'));
  bytes[7] = 3;
  const words = [
    HEADER_BYTES,
    layout.rootLength,
    layout.metadataOffset,
    layout.metadataLength,
    layout.leavesOffset,
    layout.leavesLength,
    layout.tilesOffset,
    layout.tilesLength,
    layout.tiles,
    layout.tiles,
    layout.tiles,
  ];
  words.forEach((word, index) => {
    view.setBigUint64(8 + 8 * index, BigInt(word), true);
  });
  bytes.set([1, GZIP, GZIP, VECTOR_TILE, 0, layout.maxZoom], 96);
  const [west, south, east, north] = boundsToBox(layout.bounds) ?? [-180, -85, 180, 85];
  [west, south, east, north].forEach((degrees, index) => {
    view.setInt32(102 + 4 * index, Math.round(degrees * 1e7), true);
  });
  bytes[118] = Math.min(layout.maxZoom, 10);
  view.setInt32(119, Math.round(((west + east) / 2) * 1e7), true);
  view.setInt32(123, Math.round(((south + north) / 2) * 1e7), true);
  return bytes;
}
