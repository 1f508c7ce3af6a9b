import { GroundTrendError } from '../errors.js';
import { CLAIM_WORDS } from '../read/claim-recorder.js';
import { packTexts, unpackTexts } from '../series/packed-texts.js';
import type {
  ColumnType,
  ColumnValues,
  PackedColumn,
  ResultBatch,
  ResultSchema,
} from '../series/result-table.js';
import type { BatchClaims } from './claims.js';

/**
 * A part holds the rows of a shard exactly as the pipeline made them, batch by batch, so that merging can put them
 * through the very writer that one process would have used: after the magic come frames of a kind and a length (two
 * 32-bit words), little-endian as memory is on every machine that Node runs on. No compression: a part lives for
 * hours, and is written and read at the speed of the disk.
 *
 * - claims: dataset, row count, the claims' words, one byte a row for "kept"
 * - rows: row count, longitudes, latitudes, the columns in the schema's order, displacements where the schema has them;
 *   a text column as its length in bytes, the length of every text and the bytes
 * - repairs, where the job asks for them: see `encodeRepairs`
 */
export const PART_MAGIC = new TextEncoder().encode('GTPART1\n');
export const FRAME = { claims: 1, rows: 2, repairs: 3 } as const;
export const FRAME_HEAD_BYTES = 8;

export function encodeClaims(dataset: number, { words, kept }: BatchClaims): Uint8Array[] {
  return frame(FRAME.claims, [bytesOf(Uint32Array.of(dataset, kept.length)), bytesOf(words), kept]);
}

export function encodeRows(batch: ResultBatch): Uint8Array[] {
  const { count, longitude, latitude, displacements } = batch;
  const pieces = [bytesOf(Uint32Array.of(count)), bytesOf(longitude), bytesOf(latitude)];
  for (const column of batch.packed ?? batch.columns) pieces.push(...encodeColumn(column));
  if (displacements !== undefined) pieces.push(bytesOf(displacements));
  return frame(FRAME.rows, pieces);
}

export function frame(kind: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  return [bytesOf(Uint32Array.of(kind, length)), ...pieces];
}

function encodeColumn(values: ColumnValues | PackedColumn): Uint8Array[] {
  if (ArrayBuffer.isView(values)) return [bytesOf(values)];
  const { lengths, bytes } = 'lengths' in values ? values : packTexts(values);
  return [bytesOf(Uint32Array.of(bytes.length)), bytesOf(lengths), bytes];
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function decodeClaims(body: Uint8Array): { dataset: number; claims: BatchClaims } {
  const take = createTaker(body);
  const [dataset, count] = new Uint32Array(take(8));
  const words = new Uint32Array(take(count * CLAIM_WORDS * 4));
  const kept = new Uint8Array(take(count));
  take.end();
  return { dataset, claims: { words, kept } };
}

export function decodeRows(body: Uint8Array, schema: ResultSchema): ResultBatch {
  const take = createTaker(body);
  const [count] = new Uint32Array(take(4));
  const longitude = new Float64Array(take(count * 8));
  const latitude = new Float64Array(take(count * 8));
  const columns = schema.fields.map(({ type }) => decodeColumn(take, type, count));
  const epochs = schema.series?.days.length;
  const displacements = epochs === undefined ? undefined : new Float32Array(take(count * epochs * 4));
  take.end();
  return { count, longitude, latitude, columns, displacements };
}

interface Take {
  (bytes: number): ArrayBuffer;
  /** Throws where anything is left. */
  end(): void;
}

function decodeColumn(take: Take, type: ColumnType, count: number): ColumnValues {
  switch (type) {
    case 'float64':
      return new Float64Array(take(count * 8));
    case 'float32':
      return new Float32Array(take(count * 4));
    case 'int32':
    case 'date':
    case 'boolean':
      return new Int32Array(take(count * 4));
    case 'text':
      return decodeTexts(take, count);
  }
}

function decodeTexts(take: Take, count: number): string[] {
  const [total] = new Uint32Array(take(4));
  const lengths = new Uint32Array(take(count * 4));
  if (lengths.reduce((sum, length) => sum + length, 0) !== total) {
    throw damaged('its texts are not as long as they say');
  }
  return unpackTexts({ lengths, bytes: new Uint8Array(take(total)) });
}

/** Cuts a body into copies, one after the other: typed arrays need an aligned start. */
function createTaker(body: Uint8Array): Take {
  let at = 0;
  const take = (bytes: number) => {
    if (at + bytes > body.length) throw damaged('a frame is shorter than it says');
    const start = body.byteOffset + at;
    at += bytes;
    return body.buffer.slice(start, start + bytes) as ArrayBuffer;
  };
  const end = () => {
    if (at < body.length) throw damaged('a frame is longer than it says');
  };
  return Object.assign(take, { end });
}

function damaged(why: string): GroundTrendError {
  return new GroundTrendError('input', `A part of the job is damaged: ${why}.`, {
    advice: 'Remove it and run its shard again.',
  });
}
