import type { ResultBatch } from '../../series/result-table.js';
import { type Bounds, boundsToBox, hasPosition } from '../bounds.js';

const FILE_CODE = 9994;
const VERSION = 1000;
const POINT = 1;
const HEADER_BYTES = 100;
/** A point takes 20 bytes, a shape without a place (type 0) takes 4; lengths count in 16-bit words. */
const POINT_BYTES = 20;
const NULL_BYTES = 4;

/** The header that the geometry and its index share (ESRI 1998). `bytes` is the length of the whole file. */
export function encodeShpHeader(bytes: number, bounds: Bounds): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setInt32(0, FILE_CODE);
  view.setInt32(24, bytes / 2);
  view.setInt32(28, VERSION, true);
  view.setInt32(32, POINT, true);
  (boundsToBox(bounds) ?? [0, 0, 0, 0]).forEach((edge, index) => {
    view.setFloat64(36 + 8 * index, edge, true);
  });
  return header;
}

/** Records and index entries of a batch, of which the first has this number (from 0) and starts at this byte. */
export function encodeShpRows(
  { count, longitude, latitude }: ResultBatch,
  firstRow: number,
  firstByte: number,
): { readonly records: Uint8Array; readonly index: Uint8Array } {
  const records = new Uint8Array(count * (8 + POINT_BYTES));
  const index = new Uint8Array(count * 8);
  const view = new DataView(records.buffer);
  const indexView = new DataView(index.buffer);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const isPlaced = hasPosition(longitude[row], latitude[row]);
    const length = isPlaced ? POINT_BYTES : NULL_BYTES;
    indexView.setInt32(8 * row, (firstByte + at) / 2);
    indexView.setInt32(8 * row + 4, length / 2);
    view.setInt32(at, firstRow + row + 1);
    view.setInt32(at + 4, length / 2);
    if (isPlaced) {
      view.setInt32(at + 8, POINT, true);
      view.setFloat64(at + 12, longitude[row], true);
      view.setFloat64(at + 20, latitude[row], true);
    }
    at += 8 + length;
  }
  return { records: records.subarray(0, at), index };
}
