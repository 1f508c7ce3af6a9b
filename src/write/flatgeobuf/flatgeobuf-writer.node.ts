import { readSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { ResultBatch, ResultSchema } from '../../series/result-table.js';
import { createBounds, extendByBatch } from '../bounds.js';
import { ByteBuffer } from '../byte-buffer.js';
import { checkBatch, listColumns, type OutputTarget } from '../result-encoder.js';
import { writeAt } from '../write-at.node.js';
import { createFeatureBoxes } from './feature-boxes.js';
import { createFeatureEncoder } from './fgb-feature.js';
import { encodeHeader, GEOMETRY_TYPE, MAGIC } from './fgb-header.js';
import { packTree, treeBytes } from './packed-rtree.js';

const BYTES_AT_ONCE = 4 << 20;

/**
 * Writes FlatGeobuf 3 with its index: points or shapes in WGS84, ordered along a Hilbert curve as the index demands, so
 * not in the order in which the rows came. The features go to a file beside the target first.
 *
 * Missing values are left out, dates are ISO texts of type DateTime. The bytes depend on the rows alone. Holds 40 bytes
 * a row, and about 20 more at the end.
 */
export async function openFlatgeobuf(path: string, schema: ResultSchema): Promise<OutputTarget> {
  listColumns(schema);
  const spoolPath = `${path}.features`;
  const spool = await open(spoolPath, 'w+');
  const handle = await open(path, 'w');
  const encode = createFeatureEncoder(schema);
  const boxes = createFeatureBoxes();
  const bounds = createBounds();
  const pending = new ByteBuffer();
  const types = new Set<number>();
  let spooled = 0;
  let isOpen = true;

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await Promise.all([handle.close(), spool.close()]);
    await rm(spoolPath, { force: true });
  }

  async function flush(): Promise<void> {
    await writeAt(spool, pending.view(), spooled);
    spooled += pending.length;
    pending.clear();
  }

  /** Puts the features in their order; returns where each starts, in bytes from the first one. */
  async function copyFeatures(order: Uint32Array, firstByte: number): Promise<Float64Array> {
    const starts = new Float64Array(order.length);
    let held = new Uint8Array(BYTES_AT_ONCE);
    let holds = 0;
    let copied = 0;
    for (const [place, feature] of order.entries()) {
      const start = boxes.startOf(feature);
      const length = boxes.startOf(feature + 1) - start;
      if (holds + length > held.length) {
        await writeAt(handle, held.subarray(0, holds), firstByte + copied - holds);
        holds = 0;
        if (length > held.length) held = new Uint8Array(length);
      }
      readWhole(spool.fd, held.subarray(holds, holds + length), start);
      starts[place] = copied;
      holds += length;
      copied += length;
    }
    await writeAt(handle, held.subarray(0, holds), firstByte + copied - holds);
    return starts;
  }

  return {
    close,
    async write(batch: ResultBatch) {
      checkBatch(schema, batch);
      extendByBatch(bounds, batch);
      for (const shape of batch.shapes ?? []) types.add(GEOMETRY_TYPE[shape.type]);
      for (let row = 0; row < batch.count; row++) {
        const feature = encode(batch, row);
        boxes.add(batch, row, feature.length);
        pending.appendBytes(feature);
        if (pending.length >= BYTES_AT_ONCE) await flush();
      }
      await flush();
    },
    async finish() {
      const order = boxes.sort(bounds);
      const header = encodeHeader(schema, boxes.count, bounds, geometryTypeOf(schema, types));
      const treeStart = MAGIC.length + header.length;
      const featuresStart = treeStart + treeBytes(boxes.count);
      await writeAt(handle, Uint8Array.from(MAGIC), 0);
      await writeAt(handle, header, MAGIC.length);
      const starts = await copyFeatures(order, featuresStart);
      if (boxes.count > 0) {
        const parts = packTree({
          count: boxes.count,
          putBox: (leaf, target, at) => boxes.putBox(order[leaf], target, at),
          startOf: (leaf) => starts[leaf],
        });
        for (const { position, bytes } of parts) await writeAt(handle, bytes, treeStart + position);
      }
      await close();
    },
  };
}

/** `Unknown` where the features are of several types. */
function geometryTypeOf({ hasShapes }: ResultSchema, types: ReadonlySet<number>): number {
  if (!hasShapes) return GEOMETRY_TYPE.Point;
  const [only = GEOMETRY_TYPE.MultiPolygon, ...others] = types;
  return others.length === 0 ? only : GEOMETRY_TYPE.Unknown;
}

function readWhole(file: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const bytes = readSync(file, target, done, target.length - done, position + done);
    if (bytes === 0) throw new Error('the features written so far end early');
    done += bytes;
  }
}
