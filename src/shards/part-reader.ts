import { createReadStream } from 'node:fs';
import type { RepairRecord } from '../classify/repair-outputs.node.js';
import { GroundTrendError } from '../errors.js';
import type { ResultBatch, ResultSchema } from '../series/result-table.js';
import type { BatchClaims } from './claims.js';
import { decodeClaims, decodeRows, FRAME, FRAME_HEAD_BYTES, PART_MAGIC } from './part-format.js';
import { decodeRepairs } from './repair-frame.js';

const CHUNK_BYTES = 4 << 20;

export interface PartBatch {
  readonly dataset: number;
  readonly claims: BatchClaims;
  /** The rows that passed the filters; `undefined` where none did. */
  readonly rows: ResultBatch | undefined;
  /** What was repaired in them. */
  readonly repairs?: RepairRecord;
}

/** The batches of a part in their order. Throws `input` where the file is no part or ends early. */
export async function* readPart(path: string, schema: ResultSchema): AsyncGenerator<PartBatch> {
  let held: PartBatch | undefined;
  for await (const { kind, body } of readFrames(path)) {
    if (kind === FRAME.claims) {
      if (held !== undefined) yield held;
      held = { ...decodeClaims(body), rows: undefined };
    } else if (kind === FRAME.rows && held !== undefined && held.rows === undefined) {
      held = { ...held, rows: decodeRows(body, schema) };
    } else if (kind === FRAME.repairs && held?.rows !== undefined) {
      held = { ...held, repairs: decodeRepairs(body) };
    } else {
      throw damaged(path);
    }
  }
  if (held !== undefined) yield held;
}

/** The claims of a part in their order, without its rows. */
export async function* readPartClaims(path: string): AsyncGenerator<Pick<PartBatch, 'dataset' | 'claims'>> {
  for await (const { kind, body } of readFrames(path)) {
    if (kind === FRAME.claims) yield decodeClaims(body);
  }
}

async function* readFrames(path: string): AsyncGenerator<{ kind: number; body: Uint8Array }> {
  const take = createByteQueue(createReadStream(path, { highWaterMark: CHUNK_BYTES }));
  const magic = await take(PART_MAGIC.length);
  if (magic === undefined || !PART_MAGIC.every((byte, index) => byte === magic[index])) throw damaged(path);
  for (;;) {
    const head = await take(FRAME_HEAD_BYTES);
    if (head === undefined) return;
    if (head.length < FRAME_HEAD_BYTES) throw damaged(path);
    const [kind, length] = new Uint32Array(head.slice().buffer);
    const body = await take(length);
    if (length > 0 && body?.length !== length) throw damaged(path);
    yield { kind, body: body ?? new Uint8Array(0) };
  }
}

/** Takes so many bytes from a stream at a time; `undefined` where it ends, a few bytes where it ends too early. */
function createByteQueue(
  stream: AsyncIterable<Uint8Array>,
): (count: number) => Promise<Uint8Array | undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  let held = new Uint8Array(0);
  return async (count) => {
    const pieces: Uint8Array[] = [];
    let missing = count;
    while (missing > held.length) {
      pieces.push(held);
      missing -= held.length;
      const next = await chunks.next();
      if (next.done) {
        const rest = joinBytes(pieces, count - missing);
        held = new Uint8Array(0);
        return rest.length === 0 ? undefined : rest;
      }
      held = next.value as Uint8Array<ArrayBuffer>;
    }
    pieces.push(held.subarray(0, missing));
    held = held.subarray(missing);
    return joinBytes(pieces, count);
  };
}

function joinBytes(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function damaged(path: string): GroundTrendError {
  return new GroundTrendError('input', 'This part of the job is damaged.', {
    place: { file: path },
    advice: 'Remove it and run its shard again.',
  });
}
